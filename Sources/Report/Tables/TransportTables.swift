import Analysis
import Results

/// The tables of D, Ea and σ.
enum TransportTables {
  /// A temperature of a set.
  struct Temperature {
    let set: SetSummary
    let t: TemperatureSummary
  }

  static let diffusivity = Table<Temperature>(
    name: "diffusivity.csv", meaning: "A row for each temperature of each set, over all its replicas.",
    columns: values + counts + intervals + species)

  private static let values: [TableColumn<Temperature>] = [
    TableColumn("temperature", "K", "temperature of the runs") { $0.t.temperature_K },
    TableColumn("diffused", "`true` where there is a diffusivity; `outcome` says more") {
      "\($0.t.diffused)"
    },
    .diffusivity(
      "diffusivity", "tracer diffusivity of the mobile ions, mean of all directions",
      equation: "D = lim ⟨\\|Δr\\|²⟩/(6t)"
    ) { $0.t.diffusivity_A2_per_ps },
    .diffusivity("diffusivity_error", "its standard error") { $0.t.diffusivityError },
    .diffusivity("diffusivity_upper_bound_95", "the 95 % upper bound where there is no diffusivity") {
      $0.t.upperBound_A2_per_ps
    },
    TableColumn(
      "conductivity", "mS/cm", "Nernst–Einstein conductivity, with the formal charge",
      equation: "σ = N (Ze)² D/(V k_B T)"
    ) { $0.t.conductivity_mS_per_cm },
    TableColumn("conductivity_error", "mS/cm", "its standard error") { $0.t.conductivityError },
  ]

  private static let counts: [TableColumn<Temperature>] = [
    TableColumn("hops", "hops of the mobile ions, counted by displacement") { "\($0.t.hops)" },
    TableColumn(
      "active_fraction", "1",
      "share of the mobile ions whose squared displacement at the end reaches the cut-off"
    ) { $0.t.activeFraction },
    TableColumn("active_fraction_error", "1", "its standard error") { $0.t.activeFractionError },
    TableColumn("active_fraction_max", "1", "the same by the largest squared displacement of the run") {
      $0.t.activeFractionMax
    },
    TableColumn(
      "active_fraction_homogeneous", "1",
      "the share for Brownian ions with the same mean squared displacement: only the difference from it tells of immobile ions"
    ) { $0.t.activeFractionHomogeneous },
    TableColumn("mobile_ions", "mobile ions in the cell") { "\($0.t.mobileIons)" },
    TableColumn("replicas", "runs at this temperature") { "\($0.t.replicas)" },
    TableColumn("sampled", "ps", "sampled time, summed over replicas") { $0.t.sampled_ps },
    TableColumn(
      "outcome",
      "what the runs determine: "
        + DiffusionOutcome.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    ) { $0.t.outcome.rawValue },
    TableColumn(
      "active_fraction_error_source",
      "where the error of the active fraction comes from: "
        + ActiveFractionErrorSource.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
    ) { $0.t.activeFractionErrorSource?.rawValue ?? "" },
  ]

  private static let intervals: [TableColumn<Temperature>] =
    TableColumn.interval("diffusivity_", "cm²/s", of: "D", level: 68) { $0.t.diffusivityInterval68_cm2_per_s }
    + TableColumn.interval("diffusivity_", "cm²/s", of: "D", level: 95) {
      $0.t.diffusivityInterval95_cm2_per_s
    }
    + TableColumn.interval("conductivity_", "mS/cm", of: "σ", level: 68) { $0.t.conductivityInterval68 }
    + TableColumn.interval("conductivity_", "mS/cm", of: "σ", level: 95) { $0.t.conductivityInterval95 }

  private static let species: [TableColumn<Temperature>] = [
    TableColumn("mobile", "the mobile ion") { $0.set.mobile ?? "" },
    TableColumn("charge", "e", "its formal charge") { $0.set.charge_e },
    TableColumn("charge_source", "where the charge comes from") { $0.set.chargeSource?.rawValue ?? "" },
  ]

  static let arrhenius = Table<SetSummary>(
    name: "arrhenius.csv", meaning: "A row for each set: its Arrhenius fit.",
    columns: [
      TableColumn("activation_energy", "eV", "activation energy of D", equation: "D = D₀ exp(−Ea/k_B T)") {
        $0.activationEnergy_eV
      },
      TableColumn("activation_energy_error", "eV", "its standard error") { $0.activationEnergyError_eV },
      .diffusivity("prefactor", "D₀ of the fit") { $0.prefactor_A2_per_ps },
      TableColumn("var_Ea", "eV²", "variance of Ea") { covariance($0, 0, 0) },
      TableColumn("cov_Ea_lnD0", "eV", "covariance of Ea and ln D₀") { covariance($0, 0, 1) },
      TableColumn("var_lnD0", "1", "variance of ln D₀") { covariance($0, 1, 1) },
      TableColumn("degrees_of_freedom", "1", "of Student's t, for the intervals of the fit") {
        $0.degreesOfFreedom
      },
      TableColumn(
        "outcome",
        "what the temperatures determine: "
          + ArrheniusOutcome.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
      ) { $0.outcome.rawValue },
    ]
      + TableColumn.interval("activation_energy_", "eV", of: "Ea", level: 68) {
        $0.activationEnergyInterval68_eV
      }
      + TableColumn.interval("activation_energy_", "eV", of: "Ea", level: 95) {
        $0.activationEnergyInterval95_eV
      }
      + ArrheniusModel.allCases.map { model in
        TableColumn(
          "probability_\(model.rawValue)", "1", "probability of \(model), for five temperatures or more"
        ) { set in set.models?.first { $0.model == model }?.probability }
      })

  private static func covariance(_ set: SetSummary, _ i: Int, _ j: Int) -> Double? {
    set.arrheniusCovariance?.element(i)?.element(j)
  }

  static let conductivity = Table<Extrapolation>(
    name: "conductivity.csv",
    meaning: "A row for each temperature of `analysis.extrapolate`: σ from the Arrhenius fit.",
    columns: [
      TableColumn("temperature", "K", "that σ is wanted at") { $0.temperature_K },
      TableColumn("conductivity", "mS/cm", "σ by the fit") { $0.conductivity_mS_per_cm },
    ] + TableColumn.interval("", "mS/cm", of: "σ", level: 68) { $0.interval68 }
      + TableColumn.interval("", "mS/cm", of: "σ", level: 95) { $0.interval95 } + [
        TableColumn("is_extrapolation", "`true` outside of the sampled temperatures") {
          "\($0.isExtrapolation)"
        }
      ])

  static let arrheniusLine = Table<FitPoint>(
    name: "arrhenius-line.csv", meaning: "The fitted line of each set and its bands, for drawing.",
    columns: [
      TableColumn("temperature", "K", "a temperature of the line") { $0.temperature_K },
      .diffusivity("diffusivity", "D by the fit") { $0.diffusivity_A2_per_ps },
    ]
      + TableColumn.interval("", "cm²/s", of: "the fit", level: 68) { $0.band68.map { $0 * cm2PerSecond } }
      + TableColumn.interval("", "cm²/s", of: "the fit", level: 95) { $0.band95.map { $0 * cm2PerSecond } }
      + [
        TableColumn("is_extrapolation", "`true` outside of the sampled temperatures") {
          "\($0.isExtrapolation)"
        }
      ])
}

import Mechanism

/// The datasets of `results.h5` by their group. The file and its documentation are made from the same values.
enum ResultsFileTable {
  /// A dataset.
  struct Column<Row>: Sendable {
    let description: ColumnDescription
    /// NaN where it is not determined.
    let values: @Sendable ([Row]) -> [Double]
    /// In files of the version before: its name, its unit, and a number in that unit over one in this.
    let old: (name: String, unit: String, factor: Double)?

    /// A dataset with a number for each row.
    init(
      _ stem: String, _ unit: String, _ meaning: String, old: String?, unit oldUnit: String? = nil,
      factor: Double = 1,
      _ value: @escaping @Sendable (Row) -> Double?
    ) {
      description = ColumnDescription(stem, unit, meaning)
      values = { rows in rows.map { value($0) ?? .nan } }
      self.old = old.map { ($0, oldUnit ?? hdf5Unit(unit), factor) }
    }

    /// A dataset with the numbers of one row.
    init(
      array stem: String, _ unit: String, _ meaning: String, old: String?,
      _ value: @escaping @Sendable (Row) -> [Double?]
    ) {
      description = ColumnDescription(stem, unit, meaning)
      values = { rows in rows.flatMap { value($0).map { $0 ?? .nan } } }
      self.old = old.map { ($0, hdf5Unit(unit), 1) }
    }

    /// A diffusivity, which the program has in Å²/ps, as had the file of the version before.
    static func diffusivity(
      _ stem: String, _ meaning: String, old: String?, _ value: @escaping @Sendable (Row) -> Double?
    ) -> Self {
      let unit = TemperatureSummary.cm2PerSecond
      return Self(stem, "cm²/s", meaning, old: old, unit: "Angstrom2 ps-1", factor: 1 / unit) {
        value($0).map { $0 * unit }
      }
    }
  }

  static let temperatures: [Column<TemperatureSummary>] = [
    Column("temperature", "K", "temperature of the runs", old: "temperature") { $0.temperature_K },
    .diffusivity("diffusivity", "tracer diffusivity D", old: "diffusivity") { $0.diffusivity_A2_per_ps },
    .diffusivity("diffusivity_error", "its standard error", old: "diffusivity_error") { $0.diffusivityError },
    .diffusivity(
      "diffusivity_upper_bound_95", "the 95 % upper bound where there is none", old: "diffusivity_upper_bound"
    ) { $0.upperBound_A2_per_ps },
    end("diffusivity_low_95", "cm²/s", "lower end of the 95 % interval of D") {
      $0.diffusivityInterval95_cm2_per_s?.first
    },
    end("diffusivity_high_95", "cm²/s", "upper end of the 95 % interval of D") {
      $0.diffusivityInterval95_cm2_per_s?.last
    },
    Column("conductivity", "mS/cm", "Nernst–Einstein conductivity σ", old: "conductivity") {
      $0.conductivity_mS_per_cm
    },
    Column("conductivity_error", "mS/cm", "its standard error", old: "conductivity_error") {
      $0.conductivityError
    },
    end("conductivity_low_95", "mS/cm", "lower end of the 95 % interval of σ") {
      $0.conductivityInterval95?.first
    },
    end("conductivity_high_95", "mS/cm", "upper end of the 95 % interval of σ") {
      $0.conductivityInterval95?.last
    },
    Column("hops", "1", "hops of the mobile ions", old: nil) { Double($0.hops) },
    Column("active_fraction", "1", "share of active ions at the end of the runs", old: nil) {
      $0.activeFraction
    },
    Column("active_fraction_max", "1", "the same by the largest displacement", old: nil) {
      $0.activeFractionMax
    },
    Column("active_fraction_error", "1", "standard error of `active_fraction`", old: nil) {
      $0.activeFractionError
    },
    Column(
      "active_fraction_homogeneous", "1", "the share for Brownian ions with the same displacement", old: nil
    ) {
      $0.activeFractionHomogeneous
    },
    Column("sampled", "ps", "sampled time, summed over replicas", old: "sampled") { $0.sampled_ps },
  ]

  private static func end(
    _ stem: String, _ unit: String, _ meaning: String,
    _ value: @escaping @Sendable (TemperatureSummary) -> Double?
  ) -> Column<TemperatureSummary> {
    Column(stem, unit, meaning, old: nil, value)
  }

  static let sets: [Column<SetSummary>] = [
    Column("activation_energy", "eV", "of the Arrhenius fit", old: "activation_energy") {
      $0.activationEnergy_eV
    },
    Column("activation_energy_error", "eV", "its standard error", old: "activation_energy_error") {
      $0.activationEnergyError_eV
    },
    .diffusivity("prefactor", "D₀ of the fit", old: "prefactor") { $0.prefactor_A2_per_ps },
  ]

  static let extrapolated: [Column<Extrapolation>] =
    [
      Column("temperature", "K", "that σ is wanted at", old: "temperature") { $0.temperature_K },
      Column("conductivity", "mS/cm", "σ by the fit", old: "conductivity") { $0.conductivity_mS_per_cm },
    ]
    + [68, 95].flatMap { level in
      ["low", "high"].enumerated().map { index, end in
        Column(
          "\(end)_\(level)", "mS/cm", "\(index == 0 ? "lower" : "upper") end of its \(level) % interval",
          old: "interval_\(level)_\(end)"
        ) { (level == 68 ? $0.interval68 : $0.interval95)[index] }
      }
    }

  static let curves: [Column<TemperatureCurves>] = [
    Column(array: "lag", "ps", "time between two frames", old: "lag") { $0.lag_ps },
    Column(array: "msd", "Å²", "mean squared displacement after it", old: "msd") { $0.msd_A2 },
    Column(array: "msd_error", "Å²", "its standard error", old: "msd_error") { $0.msdError_A2 },
    Column(array: "active_cutoff", "Å²", "squared displacement that counts as active", old: "active_cutoff") {
      $0.activeCutoff_A2
    },
    Column(array: "active_fraction", "1", "share of active ions at the end", old: nil) { $0.activeFraction },
    Column(array: "active_fraction_max", "1", "the same by the largest displacement", old: nil) {
      $0.activeFractionMax
    },
  ]

  static let runs: [Column<RunSeries>] = [
    Column(array: "time", "ps", "time from the start of sampling", old: "time") { $0.time_ps },
    Column(array: "temperature", "K", "of all atoms", old: "temperature") { $0.temperature_K },
    Column(array: "potential_energy", "eV", "of the cell", old: "potential_energy") { $0.potentialEnergy_eV },
    Column(array: "conserved_energy", "eV", "what the integrator conserves", old: "conserved_energy") {
      $0.conservedEnergy_eV
    },
  ]

  /// What the documentation says of each group.
  static let groups: [(path: String, meaning: String, columns: [ColumnDescription], old: [String])] = [
    describe(
      "sets/NNNN",
      "A set, as in `sets` of summary.json; its axes are attributes. A value for each temperature:",
      temperatures),
    describe("sets/NNNN", "and one value for the set:", sets),
    describe(
      "sets/NNNN/extrapolated", "A value for each temperature of `analysis.extrapolate`:", extrapolated),
    describe("sets/NNNN/T600K", "Curves of one temperature:", curves),
    describe("runs/NAME", "Every run, over its sampling:", runs),
  ]

  private static func describe<Row>(
    _ path: String, _ meaning: String, _ columns: [Column<Row>]
  ) -> (path: String, meaning: String, columns: [ColumnDescription], old: [String]) {
    (
      path, meaning, columns.map(\.description),
      columns.map { column in
        guard let old = column.old, old.name != column.description.name else { return "" }
        return "`\(old.name)`" + (old.factor == 1 ? "" : ", \(old.unit)")
      }
    )
  }
}

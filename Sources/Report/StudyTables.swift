import Analysis
import Results

/// The CSV tables of the transport coefficients. Diffusivities are in cm²/s.
struct StudyTables {
  let summary: StudySummary
  let curves: StudyCurves
  /// The first columns.
  private let axes: [String]

  init(_ summary: StudySummary, _ curves: StudyCurves) {
    self.summary = summary
    self.curves = curves
    axes = Set(summary.sets.flatMap(\.point.keys)).sorted()
  }

  /// The content of the files by name.
  var texts: [String: String] {
    var texts = [
      "diffusivity.csv": diffusivities.text, "arrhenius.csv": arrhenius.text,
      "conductivity.csv": conductivities.text, "arrhenius-line.csv": arrheniusLine.text,
      "active-ions.csv": activeIons.text, "msd.csv": meanSquaredDisplacements.text,
    ]
    if let sizes = summary.cellSizes { texts["cell-size.csv"] = cellSizes(sizes).text }
    if let models = summary.modelComparisons { texts["models.csv"] = compared(models).text }
    return texts
  }

  private var diffusivities: CSV {
    var csv = CSV(
      columns: axes + [
        "temperature_K", "diffused", "diffusivity_cm2_per_s", "diffusivity_error_cm2_per_s",
        "diffusivity_upper_bound_95_cm2_per_s", "conductivity_mS_per_cm", "conductivity_error_mS_per_cm",
        "hops", "active_fraction", "active_fraction_error", "active_fraction_max",
        "active_fraction_homogeneous", "mobile_ions", "replicas", "sampled_ps", "outcome",
        "active_fraction_error_source", "diffusivity_low_68_cm2_per_s", "diffusivity_high_68_cm2_per_s",
        "diffusivity_low_95_cm2_per_s", "diffusivity_high_95_cm2_per_s", "conductivity_low_68_mS_per_cm",
        "conductivity_high_68_mS_per_cm", "conductivity_low_95_mS_per_cm", "conductivity_high_95_mS_per_cm",
        "mobile", "charge_e", "charge_source",
      ])
    for set in summary.sets {
      for t in set.temperatures {
        csv.append(
          point(set) + [
            number(t.temperature_K), "\(t.diffused)", diffusivity(t.diffusivity_A2_per_ps),
            diffusivity(t.diffusivityError), diffusivity(t.upperBound_A2_per_ps),
            number(t.conductivity_mS_per_cm), number(t.conductivityError), "\(t.hops)",
            number(t.activeFraction), number(t.activeFractionError), number(t.activeFractionMax),
            number(t.activeFractionHomogeneous), "\(t.mobileIons)", "\(t.replicas)", number(t.sampled_ps),
            t.outcome.rawValue, t.activeFractionErrorSource?.rawValue ?? "",
          ]
            + ends([
              t.diffusivityInterval68_cm2_per_s, t.diffusivityInterval95_cm2_per_s, t.conductivityInterval68,
              t.conductivityInterval95,
            ]) + [set.mobile ?? "", number(set.charge_e), set.chargeSource?.rawValue ?? ""])
      }
    }
    return csv
  }

  /// Low and high end of each interval.
  private func ends(_ intervals: [[Double]?]) -> [String] {
    intervals.flatMap { interval in [0, 1].map { number(interval?.element($0)) } }
  }

  private var arrhenius: CSV {
    var csv = CSV(
      columns: axes + [
        "activation_energy_eV", "activation_energy_error_eV", "prefactor_cm2_per_s", "var_Ea_eV2",
        "cov_Ea_lnD0_eV", "var_lnD0", "degrees_of_freedom", "outcome", "activation_energy_low_68_eV",
        "activation_energy_high_68_eV", "activation_energy_low_95_eV", "activation_energy_high_95_eV",
      ] + ArrheniusModel.allCases.map { "probability_\($0.rawValue)" })
    for set in summary.sets {
      let covariance = set.arrheniusCovariance ?? []
      func entry(_ i: Int, _ j: Int) -> String { number(covariance.element(i)?.element(j)) }
      csv.append(
        point(set) + [
          number(set.activationEnergy_eV), number(set.activationEnergyError_eV),
          diffusivity(set.prefactor_A2_per_ps), entry(0, 0), entry(0, 1), entry(1, 1),
          number(set.degreesOfFreedom), set.outcome.rawValue,
        ] + ends([set.activationEnergyInterval68_eV, set.activationEnergyInterval95_eV])
          + ArrheniusModel.allCases.map { model in
            number(set.models?.first { $0.model == model }?.probability)
          })
    }
    return csv
  }

  private var conductivities: CSV {
    var csv = CSV(
      columns: axes + [
        "temperature_K", "conductivity_mS_per_cm", "low_68_mS_per_cm", "high_68_mS_per_cm",
        "low_95_mS_per_cm", "high_95_mS_per_cm", "is_extrapolation",
      ])
    for set in summary.sets {
      for e in set.extrapolated {
        csv.append(
          point(set) + [number(e.temperature_K), number(e.conductivity_mS_per_cm)]
            + (bounds(e.interval68) + bounds(e.interval95)).map(number) + ["\(e.isExtrapolation)"])
      }
    }
    return csv
  }

  private var arrheniusLine: CSV {
    var csv = CSV(
      columns: axes + [
        "temperature_K", "diffusivity_cm2_per_s", "low_68_cm2_per_s", "high_68_cm2_per_s",
        "low_95_cm2_per_s", "high_95_cm2_per_s", "is_extrapolation",
      ])
    for (set, curve) in zip(summary.sets, curves.sets) {
      for p in curve.fit {
        csv.append(
          point(set) + [number(p.temperature_K), diffusivity(p.diffusivity_A2_per_ps)]
            + (bounds(p.band68) + bounds(p.band95)).map(diffusivity) + ["\(p.isExtrapolation)"])
      }
    }
    return csv
  }

  private var activeIons: CSV {
    var csv = CSV(
      columns: axes + ["temperature_K", "cutoff_A2", "active_fraction_final", "active_fraction_max"])
    for (set, curve) in zip(summary.sets, curves.sets) {
      for t in curve.temperatures {
        for (i, cutoff) in t.activeCutoff_A2.enumerated() {
          csv.append(
            point(set) + [
              number(t.temperature_K), number(cutoff), number(t.activeFraction.element(i)),
              number(t.activeFractionMax.element(i)),
            ])
        }
      }
    }
    return csv
  }

  private func cellSizes(_ series: [CellSizeSeries]) -> CSV {
    let others = axes.filter { axis in series.contains { $0.point[axis] != nil } }
    var csv = CSV(
      columns: others + [
        "temperature_K", "supercell", "mobile_ions", "length_A", "inverse_length_per_A",
        "diffusivity_cm2_per_s",
        "diffusivity_error_cm2_per_s", "diffusivity_upper_bound_95_cm2_per_s",
      ])
    for one in series {
      for cell in one.cells {
        csv.append(
          others.map { one.point[$0] ?? "" } + [
            number(one.temperature_K), cell.supercell, "\(cell.mobileIons)", number(cell.length_A),
            number(1 / cell.length_A), diffusivity(cell.diffusivity_A2_per_ps),
            diffusivity(cell.diffusivityError),
            diffusivity(cell.upperBound_A2_per_ps),
          ])
      }
    }
    return csv
  }

  private func compared(_ comparisons: [ModelComparison]) -> CSV {
    let others = axes.filter { axis in comparisons.contains { $0.point[axis] != nil } }
    var csv = CSV(
      columns: others + [
        "temperature_K", "quantity", "models", "mean", "sampling_error", "model_scatter",
      ])
    for one in comparisons {
      func append(_ temperature: String, _ quantity: String, _ number: ModelComparison.ComparedNumber) {
        csv.append(
          others.map { one.point[$0] ?? "" } + [
            temperature, quantity, "\(number.values.compactMap(\.self).count)", self.number(number.mean),
            self.number(number.samplingError), self.number(number.modelScatter),
          ])
      }
      for t in one.diffusivities { append(number(t.temperature_K), "ln_diffusivity_cm2_per_s", t.logarithm) }
      if let energy = one.activationEnergy_eV { append("", "activation_energy_eV", energy) }
    }
    return csv
  }

  private var meanSquaredDisplacements: CSV {
    var csv = CSV(columns: axes + ["temperature_K", "lag_ps", "msd_A2", "msd_error_A2", "in_fit_window"])
    for (set, curve) in zip(summary.sets, curves.sets) {
      for t in curve.temperatures {
        for (i, lag) in t.lag_ps.enumerated() {
          csv.append(
            point(set) + [
              number(t.temperature_K), number(lag), number(t.msd_A2.element(i)),
              number(t.msdError_A2.element(i) ?? nil), "\(t.isInFitWindow(lag))",
            ])
        }
      }
    }
    return csv
  }

  private func point(_ set: SetSummary) -> [String] { axes.map { set.point[$0] ?? "" } }
  private func number(_ x: Double?) -> String { NumberText.data(x, missing: "") }
  private func diffusivity(_ x: Double?) -> String { number(x.map { $0 * cm2PerSecond }) }
  private func bounds(_ x: [Double]) -> [Double?] { x.count == 2 ? x : [nil, nil] }
}

extension Array {
  /// Nil past the end: curves of unequal lengths are drawn as far as they go.
  func element(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

extension TemperatureCurves {
  func isInFitWindow(_ lag: Double) -> Bool {
    guard let window = fitWindow_ps, window.count == 2 else { return false }
    return lag >= window[0] && lag <= window[1]
  }
}

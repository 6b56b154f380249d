import Crystal
import Results

/// A table with a header, as RFC 4180 has it, units in the columns' names.
struct CSV {
  private(set) var text: String

  init(columns: [String]) {
    text = columns.map(Self.quoted).joined(separator: ",") + "\n"
  }

  mutating func append(_ fields: [String]) {
    text += fields.map(Self.quoted).joined(separator: ",") + "\n"
  }

  private static func quoted(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.replacing("\"", with: "\"\"") + "\""
  }
}

/// The CSV files of a study by name.
func tables(of summary: StudySummary, _ curves: StudyCurves) -> [String: String] {
  let axes = Set(summary.sets.flatMap(\.point.keys)).sorted()
  func point(_ set: SetSummary) -> [String] { axes.map { set.point[$0] ?? "" } }
  func number(_ x: Double?) -> String { NumberText.data(x, missing: "") }
  func diffusivity(_ x: Double?) -> String { number(x.map { $0 * cm2PerSecond }) }
  func bounds(_ x: [Double]) -> [Double?] { x.count == 2 ? x : [nil, nil] }

  var diffusivities = CSV(
    columns: axes + [
      "temperature_K", "diffused", "diffusivity_cm2_per_s", "diffusivity_error_cm2_per_s",
      "diffusivity_upper_bound_95_cm2_per_s", "conductivity_mS_per_cm", "conductivity_error_mS_per_cm",
      "hops", "active_fraction", "active_fraction_error", "active_fraction_max",
      "active_fraction_homogeneous", "mobile_ions", "replicas", "sampled_ps",
    ])
  var arrhenius = CSV(
    columns: axes + [
      "activation_energy_eV", "activation_energy_error_eV", "prefactor_cm2_per_s", "var_Ea_eV2",
      "cov_Ea_lnD0_eV", "var_lnD0", "degrees_of_freedom",
    ])
  var conductivity = CSV(
    columns: axes + [
      "temperature_K", "conductivity_mS_per_cm", "low_68_mS_per_cm", "high_68_mS_per_cm",
      "low_95_mS_per_cm", "high_95_mS_per_cm", "is_extrapolation",
    ])
  var line = CSV(
    columns: axes + [
      "temperature_K", "diffusivity_cm2_per_s", "low_68_cm2_per_s", "high_68_cm2_per_s",
      "low_95_cm2_per_s", "high_95_cm2_per_s", "is_extrapolation",
    ])
  var active = CSV(
    columns: axes + ["temperature_K", "cutoff_A2", "active_fraction_final", "active_fraction_max"])
  var msd = CSV(columns: axes + ["temperature_K", "lag_ps", "msd_A2", "msd_error_A2", "in_fit_window"])

  for set in summary.sets {
    for t in set.temperatures {
      diffusivities.append(
        point(set) + [
          number(t.temperature_K), "\(t.diffused)", diffusivity(t.diffusivity_A2_per_ps),
          diffusivity(t.diffusivityError), diffusivity(t.upperBound_A2_per_ps),
          number(t.conductivity_mS_per_cm), number(t.conductivityError), "\(t.hops)",
          number(t.activeFraction), number(t.activeFractionError), number(t.activeFractionMax),
          number(t.activeFractionHomogeneous), "\(t.mobileIons)", "\(t.replicas)", number(t.sampled_ps),
        ])
    }
    let covariance = set.arrheniusCovariance ?? []
    func entry(_ i: Int, _ j: Int) -> String {
      number(covariance.indices.contains(i) && covariance[i].indices.contains(j) ? covariance[i][j] : nil)
    }
    arrhenius.append(
      point(set) + [
        number(set.activationEnergy_eV), number(set.activationEnergyError_eV),
        diffusivity(set.prefactor_A2_per_ps), entry(0, 0), entry(0, 1), entry(1, 1),
        number(set.degreesOfFreedom),
      ])
    for e in set.extrapolated {
      conductivity.append(
        point(set) + [number(e.temperature_K), number(e.conductivity_mS_per_cm)]
          + (bounds(e.interval68) + bounds(e.interval95)).map(number) + ["\(e.isExtrapolation)"])
    }
  }
  for (set, curve) in zip(summary.sets, curves.sets) {
    for p in curve.fit {
      line.append(
        point(set) + [number(p.temperature_K), diffusivity(p.diffusivity_A2_per_ps)]
          + (bounds(p.band68) + bounds(p.band95)).map(diffusivity) + ["\(p.isExtrapolation)"])
    }
    for t in curve.temperatures {
      for (i, cutoff) in t.activeCutoff_A2.enumerated() {
        active.append(
          point(set) + [
            number(t.temperature_K), number(cutoff), number(t.activeFraction.element(i)),
            number(t.activeFractionMax.element(i)),
          ])
      }
      for (i, lag) in t.lag_ps.enumerated() {
        msd.append(
          point(set) + [
            number(t.temperature_K), number(lag), number(t.msd_A2.element(i)),
            number(t.msdError_A2.element(i) ?? nil), "\(t.isInFitWindow(lag))",
          ])
      }
    }
  }
  return [
    "diffusivity.csv": diffusivities.text, "arrhenius.csv": arrhenius.text,
    "conductivity.csv": conductivity.text, "arrhenius-line.csv": line.text,
    "active-ions.csv": active.text, "msd.csv": msd.text,
  ]
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

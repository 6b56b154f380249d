import Analysis
import Foundation
import Support

/// The results as a table and lines of text, for a terminal.
enum ResultTable {
  static func rows(_ summary: StudySummary) -> [[String]] {
    let axes = Set(summary.sets.flatMap(\.point.keys)).sorted()
    var rows = [
      axes + ["T / K", "D / (cm²/s)", "σ / (mS/cm)", "hops", "active", "replicas", "sampled / ps"]
    ]
    for set in summary.sets {
      for t in set.temperatures {
        rows.append(
          axes.map { set.point[$0] ?? "" } + [
            fourDigits(t.temperature_K), diffusivity(t), conductivity(t), "\(t.hops)",
            t.activeFraction.map { String(format: "%.2f", $0) } ?? "–", "\(t.replicas)",
            fourDigits(t.sampled_ps),
          ])
      }
    }
    return rows
  }

  /// 1 Å²/ps is 10⁻⁴ cm²/s.
  private static let cm2PerSecond = 1e-4

  private static func diffusivity(_ t: TemperatureSummary) -> String {
    t.outcome.text(
      value: t.diffusivity_A2_per_ps.map {
        withError($0 * cm2PerSecond, t.diffusivityError.map { $0 * cm2PerSecond })
      } ?? "–",
      upperBound: t.upperBound_A2_per_ps.map { String(format: "%.1e", $0 * cm2PerSecond) })
  }

  private static func conductivity(_ t: TemperatureSummary) -> String {
    t.conductivity_mS_per_cm.map { withError($0, t.conductivityError) } ?? "–"
  }

  private static func withError(_ value: Double, _ error: Double?) -> String {
    let text = String(format: "%.2e", value)
    return text + (error.map { String(format: " ± %.1e", $0) } ?? " (no error)")
  }

  static func lines(_ summary: StudySummary) -> [String] {
    var lines = summary.potentials.map(\.description)
    for set in summary.sets {
      let name =
        set.point.isEmpty ? "" : set.point.sorted { $0.key < $1.key }.map { "\($0) \($1): " }.joined()
      if let energy = set.activationEnergy_eV {
        let error = set.activationEnergyError_eV.map { String(format: " ± %.3f", $0) } ?? " (no error)"
        let wide = set.activationEnergyInterval95_eV.map {
          String(format: ", 95 %%: %.3f … %.3f", $0[0], $0[1])
        }
        lines.append(name + String(format: "Ea = %.3f", energy) + error + " eV" + (wide ?? ""))
      } else {
        lines.append(name + "Ea: \(set.outcome)")
      }
      for e in set.extrapolated {
        if let reason = set.objection(to: e) {
          lines.append(name + "σ(\(fourDigits(e.temperature_K)) K): not determined: \(reason)")
          continue
        }
        let kind = e.isExtrapolation ? ", extrapolated" : ""
        lines.append(
          name
            + String(
              format: "σ(%g K) = %.3g mS/cm, 68 %%: %.3g … %.3g, 95 %%: %.3g … %.3g%@", e.temperature_K,
              e.conductivity_mS_per_cm, e.interval68[0], e.interval68[1], e.interval95[0], e.interval95[1],
              kind as CVarArg))
      }
      if let x = set.composition { lines.append(name + "the cells hold x = \(fourDigits(x))") }
      lines += set.warnings.map { name + $0.description }
      for t in set.temperatures {
        lines += t.warnings.map { "\(name)\(fourDigits(t.temperature_K)) K: \($0)" }
      }
    }
    return lines + summary.warnings.map(\.description)
  }
}

import Analysis
import Results

/// What a study says, what it does not, and what that would take.
struct StudyVerdict {
  private(set) var known: [String] = []
  private(set) var unknown: [String] = []
  private(set) var needed: [String] = []

  /// The relative error of D that is worth more sampling.
  private static let wantedError = 0.1

  init(_ summary: StudySummary) {
    for set in summary.sets {
      let name = summary.sets.count > 1 ? "\(set.label(study: summary.study)): " : ""
      add(set, name: name)
    }
  }

  private mutating func add(_ set: SetSummary, name: String) {
    let ion = set.mobile ?? "the mobile ion"
    let measured = set.temperatures.filter { $0.diffused && $0.diffusivity_A2_per_ps?.ifFinite != nil }
    let texts = measured.map { (kelvin: $0.temperature_K, text: "\(SetWords.diffusivity($0)) cm²/s") }
    if let across = SetWords.across(texts) { known.append("\(name)D of \(ion): \(across)") }
    for t in set.temperatures where !t.diffused {
      unknown.append(
        "\(name)D of \(ion) at \(NumberText.short(t.temperature_K)) K: \(SetWords.diffusivity(t)) cm²/s")
    }
    addEnergy(of: set, name: name)
    for one in set.extrapolated {
      let what = "\(name)σ at \(NumberText.short(one.temperature_K)) K"
      if let reason = set.objection(to: one) {
        unknown.append("\(what): \(reason)")
      } else {
        known.append(
          "\(what): \(NumberText.plain(one.conductivity_mS_per_cm, digits: 2)) mS/cm, 95 %: "
            + "\(NumberText.interval(one.interval95))" + (one.isExtrapolation ? ", extrapolated" : ""))
      }
    }
    addNeeds(of: set, measured, name: name)
  }

  private mutating func addEnergy(of set: SetSummary, name: String) {
    guard let energy = set.activationEnergy_eV?.ifFinite else {
      let reason = set.warnings.first { if case .tooFewTemperatures = $0 { true } else { false } }
      return unknown.append("\(name)activation energy: \(reason?.description ?? set.outcome.description)")
    }
    let interval = set.activationEnergyInterval95_eV.map { ", 95 %: \(NumberText.interval($0)) eV" } ?? ""
    known.append(
      "\(name)activation energy: \(NumberText.withError(energy, set.activationEnergyError_eV)) eV\(interval)")
  }

  /// Standard errors fall with the root of the sampled time.
  private mutating func addNeeds(of set: SetSummary, _ measured: [TemperatureSummary], name: String) {
    for t in measured {
      guard let value = t.diffusivity_A2_per_ps, let error = t.diffusivityError, value > 0,
        error > Self.wantedError * value
      else { continue }
      let factor = error / value / Self.wantedError
      let more = t.sampled_ps * (factor * factor - 1)
      needed.append(
        "\(name)D ± 10 % at \(NumberText.short(t.temperature_K)) K: some \(Self.time(more)) more than the "
          + "\(Self.time(t.sampled_ps)) sampled")
    }
    for t in set.temperatures where !t.diffused && t.sampled_ps > 0 {
      needed.append(
        "\(name)D at \(NumberText.short(t.temperature_K)) K: longer runs; twice the \(Self.time(t.sampled_ps)) halves the bound"
      )
    }
    let count = set.temperatures.count
    if count < SetSummary.fewestForExtrapolation, !set.extrapolated.isEmpty || set.activationEnergy_eV == nil
    {
      needed.append(
        "\(name)an extrapolation: \(SetSummary.fewestForExtrapolation) temperatures or more, where there \(count == 1 ? "is" : "are") \(count)"
      )
    }
  }

  private static func time(_ ps: Double) -> String {
    ps >= 1000 ? "\(NumberText.plain(ps / 1000, digits: 2)) ns" : "\(NumberText.plain(ps, digits: 2)) ps"
  }
}

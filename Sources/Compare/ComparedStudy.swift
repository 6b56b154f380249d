import Analysis
import Manifest
import Mechanism
import Results
import StudyStore
import Support
import Units
import Yams

/// The results of one study, from which a comparison takes its estimates.
struct ComparedStudy {
  /// What selects a set.
  private struct SetKeys {
    /// The value of each axis in one line, as the manifest writes it.
    var axes: [String: String]
    /// The manifest of the set's first run as a tree.
    var manifest: Node?
  }

  private let summary: StudySummary
  /// In the order of `summary.sets`.
  private let sets: [SetKeys]

  /// Temperatures within this are the same, K.
  private static let temperatureTolerance_K = 0.01

  var sampled_ps: Double { summary.setsOfRuns.flatMap(\.temperatures).map(\.sampled_ps).reduce(0, +) }

  /// - Throws: ``RunFailure`` for a study without results, or with those of another.
  init(_ study: StudyDirectory) throws {
    summary = try results(of: study).summary
    sets = try summary.sets.map { set in
      // Of several species each has a set of its own.
      let species = set.point[SetSummary.speciesKey]
      guard
        let run = study.runs.first(where: { run in
          run.otherAxes.allSatisfy { set.point[$0.axis] == $0.value }
            && run.otherAxes.count == set.point.count - (species == nil ? 0 : 1)
        })
      else {
        throw RunFailure("the results of \(study.path) are of another study; run paddlewheel aggregate again")
      }
      let axes = try run.otherAxes.map { axis in
        (axis.axis, try Yams.compose(yaml: axis.value).map(plainText) ?? axis.value)
      }
      let ofSpecies = species.map { [(SetSummary.speciesKey, $0)] } ?? []
      return SetKeys(
        axes: Dictionary(axes + ofSpecies) { first, _ in first },
        manifest: try Yams.compose(yaml: ManifestWriter.yaml(run.manifest)))
    }
  }

  func estimate(_ target: TargetFile.Target) -> Estimate {
    switch target.form {
    case .single(let selection): return single(target, selection)
    case .ratio(let a, let b): return .ratio(single(target, a), single(target, b))
    case .difference(let a, let b): return .difference(single(target, a), single(target, b))
    case .trend(let selection, let along):
      let points = indices(of: selection).compactMap { index -> (x: Double, y: Estimate)? in
        number(along, at: index).map { ($0, value(target, selection, set: index)) }
      }
      guard points.count > 1 else {
        return Estimate(
          value: nil, error: nil, reason: "\(points.count) sets have a number as \(along.path)")
      }
      return .slope(points, ofLogarithm: target.quantity.isLogarithmic)
    }
  }

  private func single(_ target: TargetFile.Target, _ selection: TargetFile.Selection) -> Estimate {
    let found = indices(of: selection)
    guard found.count == 1 else {
      let named = selection.values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      let description = named.isEmpty ? "the study" : named.joined(separator: ", ")
      return Estimate(
        value: nil, error: nil,
        reason: found.isEmpty
          ? "no set of the study has \(description): it has \(setsText(of: selection))"
          : "\(found.count) sets fit \(description): name more keys")
    }
    return value(target, selection, set: found[0])
  }

  /// What the sets have in place of what a selection wants.
  private func setsText(of selection: TargetFile.Selection) -> String {
    let keys = selection.values.keys.sorted()
    let texts = sets.indices.map { index in
      keys.map { "\($0): \(sets[index].axes[$0] ?? text($0, at: index) ?? "none")" }.joined(separator: ", ")
    }
    return texts.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: "; ")
  }

  /// A list of one is that one: `[BH4]` and `BH4` say the same.
  private static func withoutBrackets(_ text: String) -> String {
    guard text.hasPrefix("["), text.hasSuffix("]"), !text.contains(",") else { return text }
    return text.dropFirst().dropLast().trimmingPrefix { $0 == " " }.description
  }

  private func indices(of selection: TargetFile.Selection) -> [Int] {
    sets.indices.filter { index in
      selection.values.allSatisfy { key, wanted in matches(key, wanted, at: index) }
    }
  }

  /// Compares with the manifest's value, and with the axis value as written.
  private func matches(_ key: String, _ wanted: String, at index: Int) -> Bool {
    let texts = [sets[index].axes[key], text(key, at: index)].compactMap(\.self)
    return texts.contains { text in
      let (text, wanted) = (Self.withoutBrackets(text), Self.withoutBrackets(wanted))
      return text == wanted || (Double(text) != nil && Double(text) == Double(wanted))
    }
  }

  private func text(_ path: String, at index: Int) -> String? {
    node(path, at: index).map(plainText)
  }

  private func node(_ path: String, at index: Int) -> Node? {
    path.split(separator: ".").reduce(sets[index].manifest) { $0?.mapping?[Node(String($1))] }
  }

  /// The value of a key in a set; nil where it is not a number, such as `none`.
  private func number(_ key: ComparedKey, at index: Int) -> Double? {
    switch key {
    case .composition:
      return summary.sets[index].composition ?? number(atPath: key.path, index)
    case .massScale(let species):
      // Sets in which another mass is scaled too do not belong to this trend.
      let scales = node("dynamics.mass-scale", at: index)?.mapping.map { Array($0) } ?? []
      let others = scales.filter { $0.key.scalar?.string != species }
      guard others.allSatisfy({ decimalNumber($0.value.scalar?.string ?? "") == 1 }) else { return nil }
      return text(key.path, at: index) == nil ? 1 : number(atPath: key.path, index)
    case .other(let path):
      return number(atPath: path, index)
    }
  }

  private func number(atPath path: String, _ index: Int) -> Double? {
    // A value that is not a number does not belong to a trend.
    text(path, at: index).flatMap { try? Quantity.split($0).value }
  }

  private func value(
    _ target: TargetFile.Target, _ selection: TargetFile.Selection, set index: Int
  ) -> Estimate {
    let set = summary.sets[index]
    switch target.quantity {
    case .activationEnergy: return activationEnergy(set)
    case let quantity where quantity.isOfSet:
      return observable(target, set.observables, degreesOfFreedom: ObservablePool.blockDegreesOfFreedom)
    case .diffusivity, .conductivity, .activeFraction, .observable: break
    }
    guard let wanted = selection.temperature_K,
      let t = set.temperatures.first(where: {
        abs($0.temperature_K - wanted) < Self.temperatureTolerance_K
      })
    else {
      let sampled = set.temperatures.map { fourDigits($0.temperature_K) }.joined(separator: ", ")
      return Estimate(
        value: nil, error: nil,
        reason: "nothing was sampled at \(fourDigits(selection.temperature_K ?? 0)) K"
          + (sampled.isEmpty ? "" : ", but at \(sampled) K"))
    }
    var result = value(target, t)
    result.sampled_ps = t.sampled_ps
    return result
  }

  private func activationEnergy(_ set: SetSummary) -> Estimate {
    var energy = Estimate(
      value: set.activationEnergy_eV, error: set.activationEnergyError_eV,
      degreesOfFreedom: set.degreesOfFreedom,
      reason: set.activationEnergy_eV == nil ? set.warnings.first?.description : nil)
    // The mean over temperatures: papers print the length of one run.
    let sampled = set.temperatures.map(\.sampled_ps)
    energy.sampled_ps = sampled.isEmpty ? nil : sampled.reduce(0, +) / Double(sampled.count)
    return energy
  }

  private func value(_ target: TargetFile.Target, _ t: TemperatureSummary) -> Estimate {
    switch target.quantity {
    case .diffusivity:
      return logarithmic(t, t.diffusivity_A2_per_ps, t.diffusivityError, bound: t.upperBound_A2_per_ps)
    case .conductivity:
      return logarithmic(
        t, t.conductivity_mS_per_cm, t.conductivityError, bound: t.conductivityUpperBound_mS_per_cm)
    case .activeFraction:
      let isBinomial = t.activeFractionErrorSource == .binomial
      return Estimate(
        value: t.activeFraction, error: isBinomial ? nil : t.activeFractionError,
        degreesOfFreedom: Double(max(t.replicas - 1, 1)),
        reason: isBinomial ? Warning.binomialError.description : nil)
    case .activationEnergy, .observable:
      var result = observable(
        target, t.observables, degreesOfFreedom: ObservablePool.degreesOfFreedom(replicas: t.replicas))
      // Results of a version that took the time at which a function falls to 1/e within half of a run.
      if target.quantity.isCorrelationTime, result.reason == Warning.correlationDoesNotDecay.description,
        t.replicas > 0
      {
        result.lowerBound = t.sampled_ps / Double(t.replicas) / 2
      }
      return result
    }
  }

  /// D and σ: their intervals are symmetric in the logarithm, by Student's t.
  private func logarithmic(
    _ t: TemperatureSummary, _ value: Double?, _ error: Double?, bound: Double?
  ) -> Estimate {
    guard let value, value > 0 else {
      let warning = t.warnings.first(where: \.explainsMissingDiffusivity) ?? t.warnings.first
      return Estimate(value: nil, error: nil, upperBound: bound, reason: warning?.description)
    }
    return Estimate(
      value: value, error: error.map { $0 / value }, scale: .logarithmic,
      degreesOfFreedom: t.diffusivityDegreesOfFreedom, upperBound: bound)
  }

  private func observable(
    _ target: TargetFile.Target, _ values: [ObservableValue], degreesOfFreedom: Double
  ) -> Estimate {
    let name = target.quantity.name
    let named = values.filter { $0.name == name }
    let found = target.series.map { series in named.filter { $0.series == series } } ?? named
    guard found.count == 1, let only = found.first else {
      let series = named.map(\.series).sorted().joined(separator: ", ")
      return Estimate(
        value: nil, error: nil,
        reason: named.isEmpty ? "the results have no \(name)" : "the results have \(name) of \(series)")
    }
    // Targets are in Å²/ps; results have been in cm²/s since they say so.
    let unit = only.unit == "cm²/s" ? 1 / TemperatureSummary.cm2PerSecond : 1
    var result = Estimate(
      value: only.value.map { $0 * unit }, error: only.error.map { $0 * unit },
      degreesOfFreedom: degreesOfFreedom,
      reason: only.value == nil ? only.note : nil)
    if case .rotationTooSlow(let bound) = only.warning, only.value == nil { result.lowerBound = bound }
    // Times have intervals that are nearly symmetric in the logarithm.
    if target.quantity.isCorrelationTime, let value = only.value, let ends = only.interval95, ends.count == 2,
      value > 0, ends[0] > 0
    {
      result = Estimate(
        value: value, error: .log(ends[1] / ends[0]) / 2 / Estimate.normalQuantile95, scale: .logarithmic)
    }
    return result
  }
}

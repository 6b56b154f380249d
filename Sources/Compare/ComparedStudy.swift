import Foundation
import Manifest
import Mechanism
import Results
import StudyStore
import Support
import Units
import Yams

/// The results of one study, to be asked for numbers.
struct ComparedStudy {
  private let summary: StudySummary
  private let study: StudyDirectory
  /// Of each set: its first run, and that run's manifest as a tree.
  private let manifests: [(run: RunSpecification, node: Node?)]

  var sampled_ps: Double { summary.sets.flatMap(\.temperatures).map(\.sampled_ps).reduce(0, +) }

  init(_ study: StudyDirectory) throws {
    self.study = study
    summary = try results(of: study).summary
    manifests = try summary.sets.map { set in
      guard
        let run = study.runs.first(where: { run in
          run.otherAxes.allSatisfy { set.point[$0.axis] == $0.value }
            && run.otherAxes.count == set.point.count
        })
      else {
        throw RunFailure("the results of \(study.path) are of another study; run paddlewheel aggregate again")
      }
      return (run, try Yams.compose(yaml: ManifestWriter.yaml(run.manifest)))
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
          value: nil, error: nil, reason: "\(points.count) sets have a number as \(along)")
      }
      let isLogarithmic = ComparedQuantity(name: target.quantity)?.isLogarithmic ?? false
      return .slope(points, ofLogarithm: isLogarithmic)
    }
  }

  private func single(_ target: TargetFile.Target, _ selection: TargetFile.Selection) -> Estimate {
    let found = indices(of: selection)
    guard found.count == 1 else {
      let named = selection.values.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
      let where_ = named.isEmpty ? "the study" : named.joined(separator: ", ")
      return Estimate(
        value: nil, error: nil,
        reason: found.isEmpty
          ? "no set of the study has \(where_)" : "\(found.count) sets fit \(where_): name more keys")
    }
    return value(target, selection, set: found[0])
  }

  private func indices(of selection: TargetFile.Selection) -> [Int] {
    manifests.indices.filter { index in
      selection.values.allSatisfy { key, wanted in matches(key, wanted, at: index) }
    }
  }

  /// A value is the manifest's, or the axis's as it is written.
  private func matches(_ key: String, _ wanted: String, at index: Int) -> Bool {
    var texts: [String] = []
    if let axis = manifests[index].run.otherAxes.first(where: { $0.axis == key }) {
      texts.append((try? Yams.compose(yaml: axis.value)).flatMap { try? plainText(of: $0) } ?? axis.value)
    }
    if let text = text(key, at: index) { texts.append(text) }
    return texts.contains { $0 == wanted || (Double($0) != nil && Double($0) == Double(wanted)) }
  }

  private func text(_ key: String, at index: Int) -> String? {
    node(key, at: index).flatMap { try? plainText(of: $0) }
  }

  private func node(_ key: String, at index: Int) -> Node? {
    key.split(separator: ".").reduce(manifests[index].node) { $0?.mapping?[Node(String($1))] }
  }

  /// The number that a key has in a set; a scale that is not given is 1, and a composition is the one that was built.
  /// Sets in which another mass is scaled do not lie along the scale of one.
  private func number(_ key: String, at index: Int) -> Double? {
    if key == "system.composition", let built = summary.sets[index].composition { return built }
    let scales = "dynamics.mass-scale."
    if key.hasPrefix(scales) {
      let mapping = node("dynamics.mass-scale", at: index)?.mapping
      let others = (mapping.map { Array($0) } ?? []).filter { scales + ($0.key.scalar?.string ?? "") != key }
      guard others.allSatisfy({ Double($0.value.scalar?.string ?? "") == 1 }) else { return nil }
    }
    if let text = text(key, at: index) { return try? Quantity.split(text).value }
    return key.hasPrefix(scales) ? 1 : nil
  }

  private func value(
    _ target: TargetFile.Target, _ selection: TargetFile.Selection, set index: Int
  ) -> Estimate {
    let set = summary.sets[index]
    guard let quantity = ComparedQuantity(name: target.quantity) else {
      return Estimate(value: nil, error: nil)
    }
    if quantity == .activationEnergy {
      var energy = Estimate(
        value: set.activationEnergy_eV, error: set.activationEnergyError_eV,
        degreesOfFreedom: set.degreesOfFreedom,
        reason: set.activationEnergy_eV == nil ? set.notes.first : nil)
      // Of a point, as the paper's length is.
      let sampled = set.temperatures.map(\.sampled_ps)
      energy.sampled_ps = sampled.isEmpty ? nil : sampled.reduce(0, +) / Double(sampled.count)
      return energy
    }
    if quantity.isOfSet { return observable(target, set.observables, degreesOfFreedom: 4) }
    guard let wanted = selection.temperature_K,
      let t = set.temperatures.first(where: { abs($0.temperature_K - wanted) < 0.01 })
    else {
      let there = set.temperatures.map { fourDigits($0.temperature_K) }.joined(separator: ", ")
      return Estimate(
        value: nil, error: nil,
        reason: "nothing was sampled at \(fourDigits(selection.temperature_K ?? 0)) K"
          + (there.isEmpty ? "" : ", but at \(there) K"))
    }
    var result = value(quantity, target, t)
    result.sampled_ps = t.sampled_ps
    // A correlation that does not decay within half of a run outlasts that.
    if case .observable(let name) = quantity, name.hasPrefix("correlation-time"), result.value == nil,
      result.reason?.contains("does not fall to 1/e") == true, t.replicas > 0
    {
      result.lowerBound = t.sampled_ps / Double(t.replicas) / 2
    }
    return result
  }

  private func value(
    _ quantity: ComparedQuantity, _ target: TargetFile.Target, _ t: TemperatureSummary
  ) -> Estimate {
    switch quantity {
    case .diffusivity:
      return logarithmic(t, t.diffusivity_A2_per_ps, t.diffusivityError, bound: t.upperBound_A2_per_ps)
    case .conductivity:
      return logarithmic(
        t, t.conductivity_mS_per_cm, t.conductivityError, bound: t.conductivityUpperBound_mS_per_cm)
    case .activeFraction:
      let warning = t.notes.first { $0.hasPrefix("the error of the active fraction is binomial") }
      return Estimate(
        value: t.activeFraction, error: warning == nil ? t.activeFractionError : nil,
        degreesOfFreedom: Double(max(t.replicas - 1, 1)), reason: warning)
    case .activationEnergy, .observable:
      // Of five blocks of time, or of the replicas from five on.
      return observable(
        target, t.observables, degreesOfFreedom: t.replicas >= 5 ? Double(t.replicas - 1) : 4)
    }
  }

  /// D and σ: their intervals are symmetric in the logarithm, by Student's t.
  private func logarithmic(
    _ t: TemperatureSummary, _ value: Double?, _ error: Double?, bound: Double?
  ) -> Estimate {
    let reason =
      t.notes.first { note in ["did not diffuse", "no diffusivity", "no D"].contains { note.hasPrefix($0) } }
      ?? t.notes.first
    guard let value, value > 0 else {
      return Estimate(value: nil, error: nil, upperBound: bound, reason: reason)
    }
    return Estimate(
      value: value, error: error.map { $0 / value }, scale: .logarithmic,
      degreesOfFreedom: t.diffusivityDegreesOfFreedom, upperBound: bound)
  }

  private func observable(
    _ target: TargetFile.Target, _ values: [ObservableValue], degreesOfFreedom: Double?
  ) -> Estimate {
    let named = values.filter { $0.name == target.quantity }
    let found = target.series.map { series in named.filter { $0.series == series } } ?? named
    guard found.count == 1, let only = found.first else {
      let there = named.map(\.series).sorted().joined(separator: ", ")
      return Estimate(
        value: nil, error: nil,
        reason: named.isEmpty
          ? "the results have no \(target.quantity)" : "the results have \(target.quantity) of \(there)")
    }
    return Estimate(
      value: only.value, error: only.error, degreesOfFreedom: degreesOfFreedom,
      reason: only.value == nil ? only.note : nil)
  }
}

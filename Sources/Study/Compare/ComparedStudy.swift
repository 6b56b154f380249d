import Analysis
import Foundation
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
    var node = manifests[index].node
    for part in key.split(separator: ".").map(String.init) { node = node?.mapping?[Node(part)] }
    return node.flatMap { try? plainText(of: $0) }
  }

  /// The number that a key has in a set; a scale that is not given is 1, and a composition is the one that was built.
  private func number(_ key: String, at index: Int) -> Double? {
    if key == "system.composition", let built = summary.sets[index].composition { return built }
    if let text = text(key, at: index) { return try? Quantity.split(text).value }
    return key.hasPrefix("dynamics.mass-scale.") ? 1 : nil
  }

  private func value(
    _ target: TargetFile.Target, _ selection: TargetFile.Selection, set index: Int
  ) -> Estimate {
    let set = summary.sets[index]
    guard let quantity = ComparedQuantity(name: target.quantity) else {
      return Estimate(value: nil, error: nil)
    }
    if quantity == .activationEnergy {
      return Estimate(
        value: set.activationEnergy_eV, error: set.activationEnergyError_eV,
        degreesOfFreedom: set.degreesOfFreedom,
        reason: set.activationEnergy_eV == nil ? set.notes.first : nil)
    }
    if quantity.isOfSet { return observable(target, set.observables, degreesOfFreedom: nil) }
    guard let wanted = selection.temperature_K,
      let t = set.temperatures.first(where: { abs($0.temperature_K - wanted) < 0.01 })
    else {
      let there = set.temperatures.map { rounded($0.temperature_K) }.joined(separator: ", ")
      return Estimate(
        value: nil, error: nil,
        reason: "nothing was sampled at \(rounded(selection.temperature_K ?? 0)) K"
          + (there.isEmpty ? "" : ", but at \(there) K"))
    }
    var result = value(quantity, target, t)
    result.sampled_ps = t.sampled_ps
    return result
  }

  private func value(
    _ quantity: ComparedQuantity, _ target: TargetFile.Target, _ t: TemperatureSummary
  ) -> Estimate {
    switch quantity {
    case .diffusivity:
      return Estimate(
        value: t.diffusivity_A2_per_ps, error: t.diffusivityError, upperBound: t.upperBound_A2_per_ps,
        reason: t.diffusivity_A2_per_ps == nil ? t.notes.first : nil)
    case .conductivity:
      let scale = t.diffusivity_A2_per_ps.flatMap { d in t.conductivity_mS_per_cm.map { $0 / d } }
      return Estimate(
        value: t.conductivity_mS_per_cm, error: t.conductivityError,
        upperBound: scale.flatMap { s in t.upperBound_A2_per_ps.map { $0 * s } },
        reason: t.conductivity_mS_per_cm == nil ? t.notes.first : nil)
    case .activeFraction: return Estimate(value: t.activeFraction, error: t.activeFractionError)
    case .activationEnergy, .observable:
      // Five blocks of time for each run.
      return observable(target, t.observables, degreesOfFreedom: Double(4 * max(t.replicas, 1)))
    }
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

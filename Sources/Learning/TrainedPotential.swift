import Crystal
import Foundation
import Manifest
import ManifestFormat
import Model
import SinglePoints
import Support
import Training
import Units
import Yams

/// The newest committee of a loop, beside its `potential.yaml`.
struct TrainedPotential {
  private let recipe: LearningRecipe
  private let folder: LearningFolder
  private let generations: [Generation]
  private let outcome: LearningOutcome?

  init(
    _ recipe: LearningRecipe, _ folder: LearningFolder, _ generations: [Generation],
    _ outcome: LearningOutcome?
  ) {
    self.recipe = recipe
    self.folder = folder
    self.generations = generations
    self.outcome = outcome
  }

  /// Copies the models and then replaces the description, which names them: a reader finds one committee or the other.
  /// - Throws: ``FileError``; ``InputError``.
  func publish() throws {
    guard let last = generations.last(where: { $0.trained != nil }), let record = last.trained else { return }
    let names = (1...recipe.train.recipe.committee).map {
      folder.modelName(generation: last.number, member: $0)
    }
    let text = try description(last, record, names)
    if FileContents.own(folder.potential) == Data(text.utf8) { return }
    for (index, name) in names.enumerated() {
      let source = folder.generation(last.number).committee.path + "/" + TrainingFolder.copyName(index + 1)
      let copy = "\(folder.path)/\(name)"
      try AtomicFile.replace(copy) { try FileCopy.copy(source, as: $0, named: copy) }
    }
    try AtomicFile.write(text, to: folder.potential)
    for other in try folderContents(folder.path)
    where other.hasPrefix("nep-") && other.hasSuffix(".txt") && !names.contains(other) {
      unlink("\(folder.path)/\(other)")
    }
  }

  private func description(_ last: Generation, _ record: TrainingRecord, _ names: [String]) throws -> String {
    let systems = try recipe.systems()
    let elements = Set(systems.flatMap(\.structure.elements)).sorted()
    var salts: [Node] = []
    var seen: Set<[String]> = []
    for system in systems {
      let ions = system.structure.moleculeKindCounts.keys.map(\.name).sorted()
      guard seen.insert(ions).inserted else { continue }
      salts.append(
        .mapping(
          [
            ("ions", .list(ions.map { .text($0) })), ("trust", .text(trust(record).rawValue)),
            ("held_out", heldOut(record)),
          ], .flow))
    }
    let node = Node.mapping(
      [
        ("model", .text("\(recipe.name) \(last.number)")), ("nep", .list(names.map { .text($0) })),
        ("base", recipe.train.recipe.base.map { .text($0.location) }),
        ("elements", .list(elements.map { .text($0) })), ("training", .text(domain(last, record))),
        ("salts", .list(salts, .block)),
      ], .block)
    return try Yams.serialize(node: node, indent: 2, width: -1, allowUnicode: true)
  }

  /// The largest relative force error of a potential that is called trusted.
  private static let trustedError = 0.2

  private func trust(_ record: TrainingRecord) -> PotentialTrust {
    let error = record.heldOut?[.force]?.relative ?? .infinity
    return outcome == .converged && error <= Self.trustedError ? .trusted : .withCare
  }

  private func heldOut(_ record: TrainingRecord) -> Node? {
    guard let errors = record.heldOut else { return nil }
    func number(_ error: PairedErrors?) -> Node? {
      error?.relative.flatMap { (0...1000).contains($0) ? .text(String(format: "%.4f", $0)) : nil }
    }
    return .mapping(
      [
        ("configurations", .text(String(max(1, errors.frames)))),
        ("cation_force", number(errors[.force, .singleIons])),
        ("anion_force", number(errors[.netForce, .molecularIons])),
        ("torque", number(errors[.torque, .molecularIons])), ("force", number(errors[.force])),
      ], .flow)
  }

  /// Where the committee was tried.
  private func domain(_ last: Generation, _ record: TrainingRecord) -> String {
    var text = "\(record.frames) frames of \(last.number + 1) generations, \(record.epochs) epochs"
    // The exploration with this committee, or else the one that has led to it.
    guard let tried = generations.last(where: { $0.explored != nil }), let explored = tried.explored else {
      return text
    }
    let temperatures = explored.runs.map(\.temperature_K)
    if let coldest = temperatures.min(), let hottest = temperatures.max() {
      let range = coldest == hottest ? "\(kelvin(hottest))" : "\(kelvin(coldest)) to \(kelvin(hottest))"
      text += "; explored at \(range) K"
    }
    text += String(
      format: ", where the deviation of generation %d was below %g eV/Å in %.1f %% of the records",
      tried.number > last.number ? last.number : tried.number - 1, recipe.until.deviation_eV_A,
      100 * explored.fraction)
    return text
  }

  private func kelvin(_ temperature_K: Double) -> String { String(format: "%g", temperature_K) }
}

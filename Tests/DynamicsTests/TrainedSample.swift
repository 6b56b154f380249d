import Crystal
import Foundation
import Mathematics
import Support
import TestSupport

@testable import Forces
@testable import Model
@testable import NEP
@testable import SinglePoints
@testable import Training

/// A frame with the labels of paddlewheel-ff, all of them 5 % too large, so that a base of that force field leaves errors.
struct LabelledSample {
  enum Label { case energy, forces, stress }

  let structure: String
  var system: String?
  var source: String?
  var seed: UInt64
  var labels: Set<Label>

  init(
    _ structure: String, system: String? = nil, source: String? = nil, seed: UInt64,
    labels: Set<Label> = [.energy, .forces, .stress]
  ) {
    (self.structure, self.system, self.source) = (structure, system, source)
    (self.seed, self.labels) = (seed, labels)
  }

  func extXYZ() throws -> String {
    let shaken = try shaken(structure, by: 0.06, seed: seed)
    let structure = source == "sheared" ? sheared(shaken) : shaken
    let found = try System(structure).evaluate(ForceSettings(coulombAccuracy: 1e-6, precision: .double))
    func text(_ v: Vector3) -> String { "\(v.x) \(v.y) \(v.z)" }
    var header = "Lattice=\"\(structure.cell.vectors.map(text).joined(separator: " "))\""
    header += " Properties=species:S:1:pos:R:3" + (labels.contains(.forces) ? ":forces:R:3" : "")
    if labels.contains(.energy) { header += " energy=\(1.05 * found.result.potential)" }
    if labels.contains(.stress) {
      let stress = found.result.virial.elements.map { "\(-1.05 * $0 / structure.cell.volume)" }
      header += " stress=\"\(stress.joined(separator: " "))\""
    }
    if let system { header += " system=\"\(system)\"" }
    if let source { header += " source=\"\(source)\"" }
    let atoms = structure.elements.indices.map { atom in
      "\(structure.elements[atom]) \(text(structure.positions[atom]))"
        + (labels.contains(.forces) ? " \(text(found.forces[atom] * 1.05))" : "")
    }
    return (["\(atoms.count)", header + " pbc=\"T T T\""] + atoms).joined(separator: "\n") + "\n"
  }
}

extension [LabelledSample] {
  /// Others of the same kinds.
  var shifted: Self {
    map { sample in
      var other = sample
      other.seed += 100
      return other
    }
  }
}

/// A small model that was trained for some epochs.
struct TrainedSample {
  private let folder: TemporaryFolder
  private let base: ForceFieldFile?

  init(
    training: [LabelledSample], validation: [LabelledSample], base: String? = nil, epochs: Int = 2,
    committee: Int = 1
  ) throws {
    folder = try TemporaryFolder()
    self.base = try base.map { try ForceFieldFile.load($0) }
    _ = try folder.file("train.xyz", training.map { try $0.extXYZ() }.joined())
    if !validation.isEmpty { _ = try folder.file("test.xyz", validation.map { try $0.extXYZ() }.joined()) }
    let recipe = try folder.file(
      "recipe.yaml",
      """
      model: sample
      elements: [Na, B, H]
      base: \(base ?? "none")
      cutoff: {radial: 4 Å, angular: 3 Å}
      n-max: [3, 2]
      basis-size: [4, 4]
      l-max: [2]
      neurons: 4
      data: {training: train.xyz\(validation.isEmpty ? "" : ", validation: test.xyz"), check-energies: no}
      epochs: \(epochs)
      batch: 1
      committee: \(committee)
      precision: double

      """)
    let request = TrainingRequest(try TrainingRecipe(contentsOf: recipe), output: folder.file("out"))
    try TrainingRun(request, communicator: .alone()) { _ in }.train()
  }

  var output: String { folder.file("out") }
  var trainingFile: String { folder.file("train.xyz") }

  /// - Parameter member: of a committee; nil without one.
  func summary(_ member: Int? = nil) throws -> TrainingSummary {
    let place = member.map(TrainingFolder(output).member) ?? TrainingFolder(output)
    guard let summary = try TrainingSummary.load(place.summary) else {
      throw InputError("\(place.summary) is missing")
    }
    return summary
  }

  /// What `paddlewheel energies` finds for the frames.
  /// - Parameter change: of the file.
  func energies(_ file: String, change: (String) -> String = { $0 }) throws -> FrameEnergies {
    let text = try String(contentsOfFile: folder.file("\(file).xyz"), encoding: .utf8)
    let path = try folder.file("energies.xyz", change(text))
    let model = try NEPModel.load(path: TrainingFolder(output).model)
    return try FrameEnergies(
      FrameEnergies.Request(path: path, potential: .nep([model], base: base), keys: ReferenceKeys()),
      on: .alone())
  }

  func read(_ file: String) throws -> [LabelledFrame] {
    let reader = try LabelledFrameReader(folder.file("\(file).xyz"), arrays: ["forces"])
    var frames: [LabelledFrame] = []
    while let frame = try reader.next() { frames.append(frame) }
    return frames
  }

  /// The rows of an output.
  func columns(_ name: String) throws -> [[Double]] {
    try String(contentsOfFile: output + "/" + name, encoding: .utf8).split(separator: "\n").map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
  }
}

import Crystal
import Forces
import Foundation
import MPI
import Manifest
import Model
import PotentialKeys
import Runner
import Selection
import SinglePoints
import StudyStore
import Support

/// Chooses the frames of a generation that are labelled.
struct SelectionPhase {
  let recipe: LearningRecipe
  let folder: LearningFolder
  let generation: Generation
  let earlier: [Generation]

  private var files: GenerationFolder { folder.generation(generation.number) }

  /// Writes `candidates.extxyz` and `selected.extxyz`.
  /// - Parameter communicator: of one rank.
  /// - Throws: ``InputError``, ``FileError``.
  func run(on communicator: Communicator) throws -> SelectionRecord {
    guard generation.number > 0 else { return try start(communicator) }
    // A trajectory without frames can't be read, and one of the two may have none.
    let labelled = earlier.flatMap { one in
      let files = folder.generation(one.number)
      return [(files.training, one.labelled?.training), (files.test, one.labelled?.heldOut)]
    }.filter { ($0.1 ?? 0) > 0 }.map(\.0)
    let study = try StudyDirectory(opening: files.study)
    let sources = study.runs.map {
      (
        path: "\(study.runPath($0.index))/\(CandidateFile.name)",
        name: "generation \(generation.number) \($0.directoryName)"
      )
    }
    let count = recipe.labelCount(after: earlier)
    var pool = CandidatePool(
      window_eV_A: recipe.window_eV_A, rule: PhysicalRule(distance: recipe.select.distance), count: count,
      known: try CandidatePool.digests(labelled))
    if let base = recipe.train.recipe.base { pool.isKnownToBase = try knowledge(of: base, communicator) }
    return try choose(count, try pool.write(sources, to: files.candidates), labelled, communicator)
  }

  /// Whether a force field has parameters for the ions of a frame.
  private func knowledge(of base: InputSource, _ communicator: Communicator) throws -> (LabelledFrame) throws
    -> Bool
  {
    let file: ForceFieldFile
    do { file = try ForceFieldFile.load(base.location) } catch let error as PotentialError {
      throw InputError(error.description)
    }
    let evaluator = SinglePointEvaluator(potential: .forceField(file), communicator: communicator)
    return { frame in
      do {
        _ = try evaluator.evaluate(frame, Result { try FrameIons(frame, IonRules()) })
      } catch is InputError {
        return false
      }
      return true
    }
  }

  /// Frames of the start that are labelled already need no choice.
  private func start(_ communicator: Communicator) throws -> SelectionRecord {
    guard let rattle = recipe.start.rattle else { return SelectionRecord() }
    let distortion = try DistortionRecipe(
      displacements_A: rattle.displacements_A, strain: rattle.strain,
      volumeChanges: rattle.volumeChanges_percent.map { $0 / 100 }, copies: rattle.copies,
      seed: UInt64(rattle.seed))
    var record = SelectionRecord()
    try OutputFile.write(to: files.candidates) { write in
      for (index, system) in try recipe.systems().enumerated() {
        _ = try distortion.forEach(of: system.structure, number: index) { copy in
          record.candidates += 1
          try write(
            Data(copy.structure.extXYZ(info: copy.info(source: system.name, recipe: distortion)).utf8))
        }
      }
    }
    guard record.candidates > 0 else {
      throw InputError(
        key: "start.rattle", found: "distortions with which atoms come too near in every copy", wanted: "less"
      )
    }
    return try choose(recipe.labelCount(after: earlier), record, [], communicator)
  }

  private func choose(
    _ count: Int, _ pool: SelectionRecord, _ labelled: [String], _ communicator: Communicator
  ) throws -> SelectionRecord {
    var record = pool
    guard count > 0, try CandidateFile.count(files.candidates) > 0 else {
      try AtomicFile.write("", to: files.selected)
      return record
    }
    let selected = try SelectedFrames(
      SelectedFrames.Request(
        candidates: [try FrameInput(files.candidates)], labelled: try labelled.map { try FrameInput($0) },
        count: count, method: recipe.select.method), on: communicator)
    try selected.write(to: files.selected)
    record.chosen = selected.chosen.count
    record.distanceBefore = selected.before?.mean
    record.distanceAfter = selected.after?.mean
    return record
  }
}

extension LearningRecipe {
  /// Frames that are chosen in a generation, the first included: never more than the budget has left.
  func labelCount(after earlier: [Generation]) -> Int {
    let wanted = earlier.isEmpty ? start.count : select.count
    let labelled = earlier.reduce(0) { $0 + ($1.labelled?.labelled ?? 0) }
    return max(0, min(wanted, (budget.labels ?? .max) - labelled))
  }

  /// The structures that are explored, each once.
  /// - Throws: ``InputError`` for one that can't be built.
  func systems() throws -> [(name: String, structure: Structure)] {
    var found: [(name: String, structure: Structure)] = []
    for rung in rungs.indices {
      for run in try bareStudy(rung: rung).runs {
        let structure = try startingStructure(of: run)
        guard !found.contains(where: { $0.structure.positions == structure.positions }) else { continue }
        found.append((try run.manifest.simulation.system.structure.text, structure))
      }
    }
    return found
  }
}

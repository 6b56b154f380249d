import Crystal
import Digest
import Forces
import Foundation
import MPI
import Manifest
import Model
import SinglePoints
import Support

/// A potential of this program as the engine: what a model is distilled from, and what labels are tested with.
package struct PotentialEngine: LabelEngine {
  package let identity: EngineIdentity
  private let potential: LoadedPotential
  private let rules: IonRules
  /// Where the caller is at home in MPI already.
  private let communicator: Communicator?

  /// - Parameters:
  ///   - specification: a force field, a model, or the mean of several.
  ///   - rules: what the user says of the ions.
  ///   - communicator: of one rank; nil starts MPI for the labelling, and ends it.
  /// - Throws: ``InputError``.
  package init(
    _ specification: PotentialSpecification, rules: IonRules = IonRules(),
    on communicator: Communicator? = nil
  ) throws {
    self.communicator = communicator
    potential = try LoadedPotential(specification)
    self.rules = rules
    identity = EngineIdentity(
      kind: .potential, name: specification.text, digest: try Self.digest(specification, potential, rules))
  }

  /// Of the parameters, not of their files' names.
  private static func digest(
    _ specification: PotentialSpecification, _ potential: LoadedPotential, _ rules: IonRules
  ) throws -> String {
    let hash = SHA256()
    let ions =
      rules.ions.map { "\($0.key)=\($0.value.map { "\($0)" } ?? "")" }
      + rules.bonds.map { "\($0.key)=\($0.value)" }
    if potential.needsIons { hash.update(ions.sorted().joined(separator: " ") + "\n") }
    switch potential {
    case .forceField(let file): hash.update(String(decoding: try fileJSON(file), as: UTF8.self))
    case .nep(_, let base):
      for model in specification.nep?.models ?? [] { hash.update("\(try FileDigest.of(model.path))\n") }
      if let base { hash.update(String(decoding: try fileJSON(base), as: UTF8.self)) }
    }
    return SHA256.hexadecimal(hash.finish())
  }

  package func label(_ frames: [LabelFrame], _ session: LabelSession) throws {
    if let communicator { return try label(frames, session, communicator) }
    try MPISession.run { try label(frames, session, $0) }
  }

  private func label(_ frames: [LabelFrame], _ session: LabelSession, _ communicator: Communicator) throws {
    guard communicator.size == 1 else {
      throw InputError("frames are labelled by one process: start it without mpirun")
    }
    let evaluator = SinglePointEvaluator(potential: potential, communicator: communicator)
    for frame in frames {
      if session.shouldStop { return }
      try session.record(outcome(frame, evaluator), for: frame)
    }
  }

  private func outcome(_ frame: LabelFrame, _ evaluator: SinglePointEvaluator) throws -> LabelOutcome {
    do {
      let found = try evaluator.evaluate(frame.frame, Result { try FrameIons(frame.frame, rules) })
      return .label(
        FrameLabel(
          energy_eV: found.energy_eV, forces_eV_A: found.forces_eV_A, stress_eV_A3: found.stress_eV_A3))
    } catch let error as InputError {
      // The place is the frame's own, which is known.
      return .refused(.potential(error.message ?? "\(error)"))
    }
  }
}

/// SHA-256 of files.
enum FileDigest {
  /// - Throws: ``InputError`` for a file that can't be read.
  static func of(_ path: String) throws -> String {
    // The engine reads it again.
    try PlainFile.check(path)
    let data: Data
    do { data = try FileContents.read(path, most: 1 << 32) } catch {
      throw InputError(place: SourcePlace(file: path), found: error.reason, wanted: "a file that can be read")
    }
    let hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return SHA256.hexadecimal(hash.finish())
  }
}

import Dynamics
import Manifest
import Mathematics
import Support

extension RunProcess {
  /// What the members of a committee disagree on at this step; empty for a single potential. Keeps the frame where they
  /// disagree too much, and ends the run beyond a second bound. Every rank must call.
  /// - Throws: ``PotentialBoundPassed`` beyond the bound.
  func watchCommittee(_ observables: Observables) throws -> [Double] {
    guard let kinds = deviationKinds, let deviations = try kinds.deviations(in: simulation) else { return [] }
    let bounds = manifest.record.deviations
    let largest = deviations.largest_eV_per_A
    let isBeyond = bounds?.stop_eV_per_A.map { largest > $0 } ?? false
    if isBeyond || bounds?.candidates_eV_per_A.map({ largest > $0 }) ?? false {
      try keepCandidate(
        .deviation, deviations.ofAtoms_eV_per_A, observables,
        notice: "the models disagree by up to \(fourDigits(largest)) eV/Å")
    }
    if isBeyond, let stop = bounds?.stop_eV_per_A {
      throw PotentialBoundPassed(
        "the models disagree by \(fourDigits(largest)) eV/Å on the force on an atom, beyond the bound of "
          + "\(fourDigits(stop)) eV/Å (record.deviations.stop), in the stage \(stage.name) at step \(stageStep); the frame is in "
          + CandidateFrames.fileName)
    }
    return deviations.flat
  }
}

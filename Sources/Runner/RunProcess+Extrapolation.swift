import Dynamics
import Manifest
import StudyStore
import Support

extension RunProcess {
  /// How far the atoms are from the training set of the model at this step; empty without an active set. Counts the atoms
  /// that have left it, keeps the frame where one is too far, and ends the run beyond a second bound. Every rank must call.
  /// - Throws: ``PotentialBoundPassed`` beyond the bound.
  func watchExtrapolation(_ observables: Observables) throws -> [Double] {
    guard let kinds = gradeKinds, let grades = try kinds.grades(in: simulation) else { return [] }
    let bounds = manifest.record.extrapolation
    let largest = grades.largest
    let isBeyond = bounds?.stop.map { largest > $0 } ?? false
    try count(grades, isLast: isBeyond)
    if isBeyond || bounds?.candidates.map({ largest > $0 }) ?? false {
      try keepCandidate(
        .grade, grades.ofAtoms, observables, notice: "an atom's extrapolation grade is \(fourDigits(largest))"
      )
    }
    if isBeyond, let stop = bounds?.stop {
      throw PotentialBoundPassed(
        "the extrapolation grade of an atom is \(fourDigits(largest)), beyond the bound of \(fourDigits(stop)) "
          + "(record.extrapolation.stop), in the stage \(stage.name) at step \(stageStep); the frame is in "
          + CandidateFrames.fileName)
    }
    return grades.flat
  }

  private func count(_ grades: ExtrapolationGrades, isLast: Bool) throws {
    let isFirst = extrapolation.records == 0
    extrapolation.add(
      step: taken, time_ps: Double(taken) * manifest.dynamics.step_ps, atomsOutside: grades.outside,
      largestGrade: grades.largest)
    try report { reporter in
      try reporter.record(extrapolation, isLast: isLast)
      if isFirst, grades.outside == system.structure.atomCount {
        try reporter.warn(
          "every atom has γ > 1: is the active set that of another model, or written in the other order "
            + "(potential.active-set-order)?")
      }
    }
  }
}

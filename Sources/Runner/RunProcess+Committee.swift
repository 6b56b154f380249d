import Dynamics
import Manifest
import Mathematics
import Support

extension RunProcess {
  /// What the members of a committee disagree on at this step; empty for a single potential. Keeps the frame where they
  /// disagree too much, and ends the run beyond a second bound. Every rank must call.
  /// - Throws: ``RunFailure`` beyond the bound.
  func watchCommittee(_ observables: Observables) throws -> [Double] {
    guard let kinds = deviationKinds, let deviations = try kinds.deviations(in: simulation) else { return [] }
    let bounds = manifest.record.deviations
    let largest = deviations.largest_eV_per_A
    let isBeyond = bounds?.stop_eV_per_A.map { largest > $0 } ?? false
    if isBeyond || bounds?.candidates_eV_per_A.map({ largest > $0 }) ?? false {
      try keepCandidate(deviations, observables)
    }
    if isBeyond, let stop = bounds?.stop_eV_per_A {
      throw RunFailure(
        "the models disagree by \(fourDigits(largest)) eV/Å on the force on an atom, beyond the bound of "
          + "\(fourDigits(stop)) eV/Å (record.deviations.stop), in the stage \(stage.name) at step \(stageStep); the frame is in "
          + CandidateFrames.fileName)
    }
    return deviations.flat
  }

  private func keepCandidate(_ deviations: ModelDeviations, _ observables: Observables) throws {
    let domain = simulation.domain
    var rows: [Double] = []
    for molecule in domain.molecules {
      let shift = domain.cell.shift(molecule.image)
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
        let r = domain.atoms.position[i] + shift
        rows += [Double(domain.atoms.id[i]), r.x, r.y, r.z, deviations.ofAtoms_eV_per_A[i]]
      }
    }
    let all = try communicator.gatherInPieces(rows)
    try report { reporter in
      var positions = [Double](repeating: 0, count: 3 * system.structure.atomCount)
      var spread = [Double](repeating: 0, count: system.structure.atomCount)
      for row in stride(from: 0, to: all.count, by: 5) {
        let id = Int(all[row])
        for k in 0..<3 { positions[3 * id + k] = all[row + 1 + k] }
        spread[id] = all[row + 4]
      }
      let frame = CandidateFrame(
        elements: system.structure.elements, positions_A: positions, deviations_eV_per_A: spread,
        cell_A: domain.cell.vectors.flatMap { [$0.x, $0.y, $0.z] }, step: taken, stage: stage.name,
        time_ps: Double(taken) * manifest.dynamics.step_ps, temperature_K: observables.temperature_K)
      guard try candidates?.append(frame) == true, candidates?.count == 1 else { return }
      let largest = fourDigits(deviations.largest_eV_per_A)
      reporter.log.notice(
        "the models disagree by up to \(largest) eV/Å; such frames are kept in \(CandidateFrames.fileName)")
    }
  }
}

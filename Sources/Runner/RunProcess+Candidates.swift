import Dynamics
import Support

/// What was computed of single atoms when observables were recorded, as `ObservablesRecord` has it.
struct RecordedByKind {
  /// Of a committee of models, eV/Å; empty for a single potential.
  var deviations_eV_per_A: [Double]
  /// Empty without an active set.
  var extrapolationGrades: [Double]
}

extension RunProcess {
  /// Looks at what tells how far the potential can be relied on at this step, and records and limits it. Every rank must
  /// call.
  /// - Throws: ``PotentialBoundPassed`` beyond a bound of the manifest.
  func watchPotential(_ observables: Observables) throws -> RecordedByKind {
    RecordedByKind(
      deviations_eV_per_A: try watchCommittee(observables),
      extrapolationGrades: try watchExtrapolation(observables))
  }

  /// Keeps the present frame in the file of candidates. Every rank must call.
  /// - Parameters:
  ///   - values: of each own atom of this rank.
  ///   - notice: for the log, with the first frame that is kept.
  func keepCandidate(
    _ measure: CandidateFrame.Measure, _ values: [Double], _ observables: Observables, notice: String
  ) throws {
    let domain = simulation.domain
    var rows: [Double] = []
    for molecule in domain.molecules {
      let shift = domain.cell.shift(molecule.image)
      for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
        let r = domain.atoms.position[i] + shift
        rows += [Double(domain.atoms.id[i]), r.x, r.y, r.z, values[i]]
      }
    }
    let all = try communicator.gather(rows).values
    try report { reporter in
      var positions = [Double](repeating: 0, count: 3 * system.structure.atomCount)
      var ordered = [Double](repeating: 0, count: system.structure.atomCount)
      for row in stride(from: 0, to: all.count, by: 5) {
        let id = Int(all[row])
        for k in 0..<3 { positions[3 * id + k] = all[row + 1 + k] }
        ordered[id] = all[row + 4]
      }
      let frame = CandidateFrame(
        elements: system.structure.elements, positions_A: positions, measure: measure, values: ordered,
        cell_A: domain.cell.vectors.flatMap { [$0.x, $0.y, $0.z] }, step: taken, stage: stage.name,
        time_ps: Double(taken) * manifest.dynamics.step_ps, temperature_K: observables.temperature_K)
      guard try candidates?.append(frame) == true, candidates?.count == 1 else { return }
      reporter.log.notice("\(notice); such frames are kept in \(CandidateFrames.fileName)")
    }
  }
}

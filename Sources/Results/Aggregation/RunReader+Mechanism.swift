import Mechanism

extension RunReader {
  /// What the frames of ions and anions tell, and what the run correlated while it was at work.
  /// - Parameter directory: the run's.
  func mechanism(directory: String) throws -> RunMechanism {
    let taken = try CorrelationObservables.read(directory)
    let frames: RunFrames
    do {
      frames = try RunFrames(record, run, progress: progress)
    } catch let error as Exclusion {
      return RunMechanism(observables: taken + RunObservables(notes: error.reasons))
    }
    let analysis = run.manifest.analysis
    let rows = run.manifest.system.supercell.map { SIMD3($0[0], $0[1], $0[2]) }
    var mechanism = try analyseMechanism(
      system: frames.system, crystal: CrystalFrame(supercell: rows),
      parameters: MechanismParameters(
        shell_A: analysis.shell_A, trigonal: analysis.trigonalCentre,
        symmetriseTolerance_A: analysis.symmetriseTolerance_A)
    ) { try frames.forEach($0) }
    mechanism.observables = mechanism.observables + taken
    return mechanism
  }
}

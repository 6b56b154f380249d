import Mechanism

extension RunReader {
  /// The observables of the recorded frames of ions and anions, and those that the run computed itself.
  /// - Parameter directory: the run's.
  func mechanism(directory: String, drift: DriftBodies) throws -> RunMechanism {
    let fromRun = try CorrelationObservables.read(directory, cellChanges: cell.changes)
    guard let frames = try RunFrames(record, run, cell: cell, drift: drift, progress: progress) else {
      return RunMechanism(observables: fromRun + RunObservables(warnings: [.noCommonSteps]))
    }
    let analysis = run.manifest.analysis
    let rows = run.manifest.supercell.map {
      SIMD3($0[0], $0[1], $0[2])
    }
    var mechanism = try analyseMechanism(
      system: frames.system, crystal: CrystalFrame(supercell: rows),
      parameters: MechanismParameters(
        shell_A: analysis.shell_A, trigonal: analysis.trigonalCentre,
        symmetriseTolerance_A: analysis.symmetriseTolerance_A)
    ) { try frames.forEach($0) }
    mechanism.observables = mechanism.observables + fromRun
    return mechanism
  }
}

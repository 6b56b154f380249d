import Mechanism

extension RunReader {
  /// The observables of the recorded frames of ions and anions, and those that the run computed itself.
  /// - Parameters:
  ///   - directory: the run's.
  ///   - sites: of all runs of its temperature; nil for its own.
  func mechanism(directory: String, drift: DriftBodies, sites: SiteList?) throws -> RunMechanism {
    let fromRun = try CorrelationObservables.read(directory, cellChanges: cell.changes)
    guard let frames = try RunFrames(record, run, cell: cell, drift: drift, progress: progress) else {
      return RunMechanism(observables: fromRun + RunObservables(warnings: [.noCommonSteps]))
    }
    var mechanism = try analyseMechanism(
      system: frames.system, crystal: crystal, parameters: mechanismParameters, common: sites
    ) { try frames.forEach($0) }
    mechanism.observables = mechanism.observables + fromRun
    return mechanism
  }

  /// What the run tells of the sites.
  /// - Returns: nil for fewer than two common frames of ions and anions.
  func survey(drift: DriftBodies) throws -> SiteSurvey? {
    guard let frames = try RunFrames(record, run, cell: cell, drift: drift, progress: progress) else {
      return nil
    }
    return try SiteSurvey(system: frames.system, crystal: crystal, parameters: mechanismParameters) {
      try frames.forEach($0)
    }
  }

  /// nil for an imported run, whose cell may be any supercell.
  private var crystal: CrystalFrame? {
    run.manifest.simulated.map { simulated in
      CrystalFrame(supercell: simulated.system.supercell.map { SIMD3($0[0], $0[1], $0[2]) })
    }
  }

  private var mechanismParameters: MechanismParameters {
    let analysis = run.manifest.analysis
    return MechanismParameters(
      shell_A: analysis.shell_A, trigonal: analysis.trigonalCentre,
      symmetriseTolerance_A: analysis.symmetriseTolerance_A)
  }
}

import Analysis
import Mechanism

extension RunReader {
  /// The observables of the recorded frames of ions and framework, and those that the run computed itself.
  /// - Parameters:
  ///   - directory: the run's.
  ///   - reference: the path of the drift reference at all records of the mobile ions.
  ///   - sites: of all runs of its temperature; nil for its own.
  func mechanism(
    _ species: Species, directory: String, reference: [Double]?, sites: SiteList?
  ) throws -> (run: RunMechanism, warnings: [Warning]) {
    let fromRun = try CorrelationObservables.read(
      directory, cellChanges: cell.changes, leavingOut: species.others)
    guard let frames = try frames(species, reference) else {
      return (RunMechanism(observables: fromRun + RunObservables(warnings: [.noCommonSteps])), [])
    }
    var mechanism = try analyseMechanism(
      system: frames.system, crystal: crystal, parameters: mechanismParameters, common: sites
    ) { try frames.forEach($0) }
    mechanism.observables = mechanism.observables + fromRun
    return (mechanism, [frames.warning].compactMap(\.self))
  }

  /// What the run tells of the sites.
  /// - Returns: nil for fewer than two common frames of ions and framework.
  func survey(_ species: Species, reference: [Double]?) throws -> SiteSurvey? {
    guard let frames = try frames(species, reference) else { return nil }
    return try SiteSurvey(system: frames.system, crystal: crystal, parameters: mechanismParameters) {
      try frames.forEach($0)
    }
  }

  private func frames(_ species: Species, _ reference: [Double]?) throws -> RunFrames? {
    try RunFrames(
      record, run, species: species, cell: cell, reference: reference, progress: progress)
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

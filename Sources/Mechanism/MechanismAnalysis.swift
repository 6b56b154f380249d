import Analysis

/// Analyses structure, rotation, hops and their correlation over the frames of a run.
///
/// Structure is taken from the ions in the cell of their frame; lattice, densities, hops and displacements from their
/// places in the mean cell (``IonFrame/inMeanCell``).
///
/// Makes two passes over the run: the first for the mean lattice, the density and g(r), which define the
/// sites and the first shell; the second for the rest. Memory holds a few frames, whatever the run's length.
/// - Parameter frames: calls its argument with each frame in order and rethrows its errors; is called twice.
/// - Throws: what `frames` throws; `AnalysisError.notFinite` for a position that is not a finite number.
public func analyseMechanism(
  system: IonSystem, crystal: CrystalFrame, parameters: MechanismParameters = MechanismParameters(),
  frames: ((IonFrame) throws -> Void) throws -> Void
) throws -> RunMechanism {
  let lattice = MeanLattice(system: system, crystal: crystal)
  let pairs = PairDistribution(system: system)
  try frames { frame in
    lattice.observe(frame.inMeanCell, cell: frame.cell)
    try pairs.observe(frame)
  }
  guard let cell = lattice.cell else { return RunMechanism(observables: RunObservables()) }

  let operations = parameters.symmetriseTolerance_A.map { lattice.operations(tolerance_A: $0) } ?? [.identity]
  let densities = lattice.grids().map { $0.symmetrised(by: operations) }

  var ofStructure = shellObservers(system, pairs, parameters)
  var ofMotion: [any FrameObserver] = [
    OrientationCorrelation(system: system), ReorientationJumps(system: system), VanHove(system: system),
    CollectiveDisplacement(system: system),
  ]
  var warnings: [Warning] = []
  if !system.kindOfAnion.isEmpty {
    do {
      let topology = try IntersticeTopology(cell: cell, centres: lattice.centres)
      ofStructure.append(
        IntersticeAnalysis(system: system, topology: topology, trigonal: parameters.trigonal))
    } catch {
      warnings.append(.noInterstices(reason: "\(error)"))
    }
  }
  let migration = MigrationAnalysis(system: system)
  let framework = lattice.frameworkState()
  let isMoving = framework?.isMoving ?? false
  if isMoving, let framework {
    warnings.append(.frameworkMoves(distance_A: framework.centreMotion_A, sampled_ps: system.duration_ps))
  }
  if !isMoving, let density = densities.first(where: { $0.species == system.mobile }) {
    let sites = DensitySites(density)
    ofMotion.append(
      SiteHopAnalysis(system: system, sites: sites, crystal: crystal, migration: migration))
  }
  try frames { frame in
    for observer in ofStructure { try observer.observe(frame) }
    let averaged = frame.inMeanCell
    for observer in ofMotion { try observer.observe(averaged) }
  }

  var observables = pairs.finish()
  for observer in ofStructure + ofMotion { observables = observables + observer.finish() }
  observables.warnings += warnings
  if isMoving { observables.values += SiteHopAnalysis.undetermined(system, because: warnings.last) }
  return RunMechanism(
    observables: observables, events: migration.events, densities: isMoving ? [] : densities,
    anions: isMoving ? [] : lattice.places(), symmetryOperations: operations.count, framework: framework)
}

/// Coordination and angles within the first shell of each kind of anion, which g(r) gives where nothing else does.
private func shellObservers(
  _ system: IonSystem, _ pairs: PairDistribution, _ parameters: MechanismParameters
) -> [any FrameObserver] {
  let shells = system.kinds.indices.map { kind -> Double? in
    parameters.shell_A
      ?? MechanismParameters.printedShell_A(mobile: system.mobile, anion: system.kinds[kind].name)
      ?? pairs.firstMinimum_A(kind: kind)
  }
  let ranges = shells.enumerated().map { kind, shell -> [Double] in
    shell.map { pairs.terciles_A(kind: kind, shell_A: $0) + [$0] } ?? []
  }
  return [
    CoordinationNumbers(system: system, shells_A: shells), CationAngles(system: system, ranges_A: ranges),
  ]
}

import Analysis
import Crystal
import Mathematics

/// The mechanism of one run, with sites of its own.
/// - Parameters:
///   - crystal: the unit cell of the run's cell; nil where it is not known.
///   - frames: calls its argument with each frame in order and rethrows its errors; is called for each pass.
/// - Throws: what `frames` throws; `AnalysisError.notFinite` for a position that is not a finite number,
///   `AnalysisError.outOfRange` for a parameter or a number of the system that makes no sense.
public func analyseMechanism(
  system: IonSystem, crystal: CrystalFrame?, parameters: MechanismParameters = MechanismParameters(),
  frames: ((IonFrame) throws -> Void) throws -> Void
) throws -> RunMechanism {
  try analyseMechanism(system: system, crystal: crystal, parameters: parameters, common: nil, frames: frames)
}

/// Analyses structure, rotation, hops and their correlation over the frames of a run.
///
/// Structure is taken from the ions in the cell of their frame; lattice, densities, hops and displacements from their
/// places in the mean cell (``IonFrame/inMeanCell``).
///
/// Makes two passes over the run: the first for the mean lattice, the density and g(r), which define the
/// sites and the first shell; the second for the rest. Where the unit cell is not known, another pass before finds
/// it in the mean lattice. Memory holds a few frames, whatever the run's length.
/// - Parameters:
///   - crystal: the unit cell of the run's cell; nil where it is not known.
///   - common: the sites of all runs of a temperature; nil for those of this run alone.
///   - frames: calls its argument with each frame in order and rethrows its errors; is called for each pass.
/// - Throws: what `frames` throws; `AnalysisError.notFinite` for a position that is not a finite number.
package func analyseMechanism(
  system: IonSystem, crystal known: CrystalFrame?, parameters: MechanismParameters, common: SiteList?,
  frames: ((IonFrame) throws -> Void) throws -> Void
) throws -> RunMechanism {
  try parameters.validate(for: system)
  let crystal = try common?.crystal ?? known ?? foundCrystal(system, parameters, frames: frames)
  let lattice = MeanLattice(system: system, crystal: crystal)
  let pairs = PairDistribution(system: system)
  try frames { frame in
    lattice.observe(frame.inMeanCell, cell: frame.cell)
    try pairs.observe(frame)
  }
  guard let cell = lattice.cell else { return RunMechanism(observables: RunObservables()) }
  let framework = known.flatMap { _ in common?.framework } ?? lattice.operations(parameters)
  let operations = parameters.symmetriseTolerance_A == nil ? [.identity] : framework
  let densities = lattice.grids().map { $0.symmetrised(by: operations) }

  var ofStructure = shellObservers(system, pairs, parameters)
  var ofMotion: [any FrameObserver] = [
    OrientationCorrelation(system: system), ReorientationJumps(system: system), VanHove(system: system),
    CollectiveDisplacement(system: system),
  ]
  var warnings: [Warning] = []
  if !system.kindOfAnion.isEmpty {
    do {
      let centres = lattice.idealCentres(framework)
      ofStructure.append(try intersticeObserver(system, cell: cell, centres: centres, parameters))
    } catch { warnings.append(.noInterstices(reason: "\(error)")) }
  }
  let migration = MigrationAnalysis(system: system)
  let state = lattice.frameworkState()
  let isMoving = state?.isMoving ?? false
  if isMoving, let state {
    warnings.append(.frameworkMoves(distance_A: state.centreMotion_A, sampled_ps: system.duration_ps))
  }
  let grid = densities.first { $0.species == system.mobile }
  let own = SiteSurvey(lattice, grid: grid, operations: framework, system: system)
  if !isMoving, let list = common ?? own.flatMap({ SiteSurvey.sites([$0]) }) {
    warnings += list.warnings
    ofMotion.append(
      SiteHopAnalysis(system: system, sites: list.sites, crystal: list.crystal, migration: migration))
  }
  try frames { frame in
    for observer in ofStructure { try observer.observe(frame) }
    let averaged = frame.inMeanCell
    for observer in ofMotion { try observer.observe(averaged) }
  }

  var observables = pairs.finish()
  for observer in ofStructure + ofMotion { observables = observables + observer.finish() }
  observables.warnings += warnings
  if isMoving {
    observables.values += SiteHopAnalysis.undetermined(
      system, because: warnings.first(where: \.isOfFramework))
  }
  return RunMechanism(
    observables: observables, events: migration.events, densities: isMoving ? [] : densities,
    anions: isMoving ? [] : lattice.places(), symmetryOperations: operations.count, framework: state)
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

private func intersticeObserver(
  _ system: IonSystem, cell: Cell, centres: [Vector3], _ parameters: MechanismParameters
) throws -> any FrameObserver {
  IntersticeAnalysis(
    system: system, topology: try IntersticeTopology(cell: cell, centres: centres),
    trigonal: parameters.trigonal)
}

extension Warning {
  fileprivate var isOfFramework: Bool {
    if case .frameworkMoves = self { true } else { false }
  }
}

import Analysis

/// The mechanism of one run, with sites of its own.
/// - Parameters:
///   - crystal: the unit cell of the run's cell; nil where it is not known.
///   - frames: calls its argument with each frame in order and rethrows its errors; is called for each pass.
/// - Throws: what `frames` throws; `AnalysisError.notFinite` for a position that is not a finite number.
public func analyseMechanism(
  system: IonSystem, crystal: CrystalFrame?, parameters: MechanismParameters = MechanismParameters(),
  frames: ((IonFrame) throws -> Void) throws -> Void
) throws -> RunMechanism {
  try analyseMechanism(system: system, crystal: crystal, parameters: parameters, common: nil, frames: frames)
}

/// Analyses structure, rotation, hops and their correlation over the frames of a run.
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
  let crystal = try common?.crystal ?? known ?? foundCrystal(system, parameters, frames: frames)
  let lattice = MeanLattice(system: system, crystal: crystal)
  let pairs = PairDistribution(system: system)
  try frames { frame in
    lattice.observe(frame)
    try pairs.observe(frame)
  }
  guard let cell = lattice.cell else { return RunMechanism(observables: RunObservables()) }

  let (shells, ranges) = firstShells(pairs, system: system, shell_A: parameters.shell_A)
  let framework = lattice.operations(tolerance_A: lattice.tolerance_A(parameters))
  let operations = parameters.symmetriseTolerance_A == nil ? [.identity] : framework
  let densities = lattice.grids().map { $0.symmetrised(by: operations) }

  var observers: [any FrameObserver] = [
    CoordinationNumbers(system: system, shells_A: shells), CationAngles(system: system, ranges_A: ranges),
    OrientationCorrelation(system: system), ReorientationJumps(system: system), VanHove(system: system),
    CollectiveDisplacement(system: system),
  ]
  var warnings: [Warning] = []
  if !system.kindOfAnion.isEmpty {
    do {
      let topology = try IntersticeTopology(cell: cell, centres: lattice.idealCentres(framework))
      observers.insert(
        IntersticeAnalysis(system: system, topology: topology, trigonal: parameters.trigonal), at: 2)
    } catch {
      warnings.append(.noInterstices(reason: "\(error)"))
    }
  }
  let migration = MigrationAnalysis(system: system)
  let grid = densities.first { $0.species == system.mobile }
  let own = SiteSurvey(lattice, grid: grid, operations: framework, system: system)
  if let list = common ?? own.flatMap({ SiteSurvey.sites([$0]) }) {
    warnings += list.warnings
    observers.append(
      SiteHopAnalysis(system: system, sites: list.sites, crystal: list.crystal, migration: migration))
  }
  try frames { frame in for observer in observers { try observer.observe(frame) } }

  var observables = pairs.finish()
  for observer in observers { observables = observables + observer.finish() }
  observables.warnings += warnings
  return RunMechanism(
    observables: observables, events: migration.events, densities: densities,
    anions: lattice.places(), symmetryOperations: operations.count)
}

/// The radius of the first shell about each kind of anion, and the ranges within it, Å.
private func firstShells(
  _ pairs: PairDistribution, system: IonSystem, shell_A: Double?
) -> (shells: [Double?], ranges: [[Double]]) {
  let shells = system.kinds.indices.map { kind -> Double? in
    shell_A
      ?? MechanismParameters.printedShell_A(mobile: system.mobile, anion: system.kinds[kind].name)
      ?? pairs.firstMinimum_A(kind: kind)
  }
  let ranges = shells.enumerated().map { kind, shell -> [Double] in
    shell.map { pairs.terciles_A(kind: kind, shell_A: $0) + [$0] } ?? []
  }
  return (shells, ranges)
}

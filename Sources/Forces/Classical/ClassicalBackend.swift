import Crystal
import Decomposition
import MPI
import Mathematics
import Model

extension ForceEvaluator {
  /// The polynomials of the excluded pairs reach to the cut-off, and every molecule must lie inside it, Å.
  package static let smallestCutoff_A = 7.0
}

/// The classical potential: pairs within the cut-off, Coulomb mesh, exclusions, bonds and angles.
final class ClassicalBackend: ForceBackend {
  private let settings: ForceSettings
  private let pairs: NeighbourList
  private let nonBonded: NonBonded
  private let moleculeTerms: MoleculeTerms
  private let mesh: LongRangeCoulomb
  private let parameters: EwaldParameters

  /// - Throws: `PotentialError` for a cut-off that is too short, too many types of atoms, or a mesh without a
  ///   transform.
  init(_ settings: ForceSettings, topology: Topology, cell: Cell, communicator: Communicator) throws {
    guard settings.cutoff_A >= ForceEvaluator.smallestCutoff_A else {
      throw PotentialError(
        "the cut-off is \(settings.cutoff_A) Å; wanted \(ForceEvaluator.smallestCutoff_A) Å or more, beyond the "
          + "width of the largest anion")
    }
    self.settings = settings
    pairs = NeighbourList(range_A: settings.cutoff_A + settings.skin_A)
    parameters =
      settings.ewald
      ?? EwaldParameters(
        accuracy: settings.coulombAccuracy, cutoff_A: settings.cutoff_A, cell: cell, topology: topology)
    let splitting = CoulombSplitting(
      alpha: parameters.alpha, cutoff: settings.cutoff_A,
      tolerance: NonBonded.polynomialTolerance(settings.precision))
    nonBonded = try NonBonded(topology, splitting: splitting, precision: settings.precision)
    moleculeTerms = MoleculeTerms(
      topology, alpha: parameters.alpha, cutoff: settings.cutoff_A,
      tolerance: settings.precision == .mixed ? 1e-10 : 1e-14)
    mesh = try LongRangeCoulomb(
      parameters, topology: topology, cell: cell, communicator: communicator, precision: settings.precision,
      layout: try settings.meshLayout
        ?? Self.layout(settings, parameters, topology: topology, cell: cell, ranks: communicator.size))
  }

  /// The division of the mesh that costs the ranks of this cell least.
  private static func layout(
    _ settings: ForceSettings, _ parameters: EwaldParameters, topology: Topology, cell: Cell, ranks: Int
  ) throws -> MeshLayout {
    guard ranks > 1 else { return MeshLayout(alongA: 1, alongB: 1) }
    let bricks = try BrickGrid(cell: cell, ranks: ranks, moleculeCount: topology.moleculeCount)
    return MeshDivision(
      parameters, cell: cell, bricks: bricks.counts, margin_A: settings.skin_A / 2,
      width: settings.precision == .mixed ? 4 : 8
    ).best
  }

  var neighbourList: any DomainNeighbourList { pairs }
  var hasBondedTerms: Bool { true }
  var ewald: EwaldParameters? { parameters }
  var meshLayout: MeshLayout? { mesh.layout }
  var prunings: Int { nonBonded.prunings }
  var slotCount: Int { nonBonded.slotCount }
  var meshTraffic: (messages: Int, bytes: Int) { mesh.trafficPerStep }

  func listsWereBuilt(_ domain: Domain) throws {
    let atoms = domain.atoms
    nonBonded.arrange(atomOfSlot: pairs.atomOfSlot, types: atoms.type)
    moleculeTerms.arrange(domain.molecules.lazy.map { ($0.first, $0.template) })
    mesh.setCell(domain.cell)
    try mesh.prepare(positions: atoms.position, count: atoms.count, margin_A: settings.skin_A / 2)
  }

  func setCell(_ cell: Cell) { mesh.setCell(cell) }

  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult
  {
    try evaluate(domain, wanted, withBonded: withBonded, clock: clock) { 0 }
  }

  /// Messages overlap with work that does not need them: positions of the halo with the spreading of charges and the
  /// molecules; charges and forces on the halo with the pairs and the transforms.
  /// - Parameter addCorrection: adds further forces on own and halo atoms, and returns their energy, eV.
  func evaluate(
    _ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock, addCorrection: () -> Double
  ) throws -> ForceResult {
    let atoms = domain.atoms
    let wantsEnergy = wanted.contains(.energy)
    var result = ForceResult()
    clock.enter(.halo)
    try domain.beginPositions()
    atoms.force.initialize(repeating: .zero, count: atoms.totalCount)
    try mesh.spread(positions: atoms.position, types: atoms.type, count: atoms.count, clock: clock)
    clock.enter(.halo)
    try domain.continuePositions()
    clock.enter(.molecules)
    let molecules = moleculeTerms.add(
      positions: atoms.position, forces: atoms.force, withBonded: withBonded, wantsEnergy: wantsEnergy)
    result.bonded = molecules.bonded
    result.coulomb = molecules.excluded
    clock.enter(.halo)
    while try domain.continuePositions() {}
    let nonBondedEnergy = nonBonded.compute(
      pairs.list, positions: atoms.position, origin: domain.centre, forces: atoms.force,
      margin_A: settings.pruningMargin_A, wantsEnergy: wantsEnergy, clock: clock)
    result.shortRange = nonBondedEnergy.shortRange
    result.coulomb += nonBondedEnergy.coulomb
    result.manyBodies = addCorrection()
    if wanted.contains(.virial) { result.virial = domain.virialOfAllAtoms }
    clock.enter(.halo)
    try domain.beginForces()
    let smooth = try mesh.compute(
      positions: atoms.position, types: atoms.type, count: atoms.count, forces: atoms.force,
      wantsEnergy: !wanted.isEmpty, clock: clock)
    clock.enter(.halo)
    while try domain.continueForces() {}
    result.coulomb += smooth.energy
    result.virial += smooth.virial
    return result
  }

  func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double {
    moleculeTerms.addBonded(positions: positions, forces: forces)
  }
}

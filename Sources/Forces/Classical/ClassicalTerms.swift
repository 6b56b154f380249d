import Crystal
import Decomposition
import MPI
import Mathematics
import Model

/// Pairs in the cut-off, mesh, exclusions, bonds.
final class ClassicalTerms: ForceBackend {
  private let settings: ForceSettings
  private let nonBonded: NonBonded
  private let moleculeTerms: MoleculeTerms
  private let mesh: LongRangeCoulomb

  init(
    _ settings: ForceSettings, ewald: EwaldParameters, topology: Topology, cell: Cell,
    communicator: Communicator
  ) throws {
    self.settings = settings
    let splitting = CoulombSplitting(
      alpha: ewald.alpha, cutoff: settings.cutoff_A,
      tolerance: NonBonded.polynomialTolerance(settings.precision))
    nonBonded = try NonBonded(topology, splitting: splitting, precision: settings.precision)
    moleculeTerms = MoleculeTerms(
      topology, alpha: ewald.alpha, cutoff: settings.cutoff_A,
      tolerance: settings.precision == .mixed ? 1e-10 : 1e-14)
    mesh = try LongRangeCoulomb(
      ewald, topology: topology, cell: cell, communicator: communicator, precision: settings.precision)
  }

  var prunings: Int { nonBonded.prunings }
  var slotCount: Int { nonBonded.slotCount }
  var meshTraffic: (messages: Int, bytes: Int) { mesh.trafficPerStep }

  func adoptLists(_ domain: Domain) throws {
    let atoms = domain.atoms
    nonBonded.arrange(atomOfSlot: domain.pairs.atomOfSlot, types: atoms.type)
    moleculeTerms.arrange(domain.molecules.lazy.map { ($0.first, $0.template) })
    mesh.setCell(domain.cell)
    try mesh.prepare(positions: atoms.position, count: atoms.count, margin_A: settings.skin_A / 2)
  }

  func setCell(_ cell: Cell) { mesh.setCell(cell) }

  /// Messages travel while this rank works on what does not need them: positions of the halo during the
  /// spreading of charges and the molecules; charges and forces on the halo during the pairs and the transforms.
  func evaluate(_ domain: Domain, _ wanted: Wanted, withBonded: Bool, clock: PhaseClock) throws -> ForceResult
  {
    let atoms = domain.atoms
    let wantsEnergy = wanted.contains(.energy)
    var result = ForceResult()
    clock.enter(.halo)
    try domain.beginPositions()
    atoms.force.update(repeating: .zero, count: atoms.totalCount)
    try mesh.spread(positions: atoms.position, types: atoms.type, count: atoms.count, clock: clock)
    clock.enter(.halo)
    try domain.continuePositions()
    clock.enter(.molecules)
    let inner = moleculeTerms.add(
      positions: atoms.position, forces: atoms.force, withBonded: withBonded, wantsEnergy: wantsEnergy)
    result.bonded = inner.bonded
    result.coulomb = inner.excluded
    clock.enter(.halo)
    while try domain.continuePositions() {}
    let pairs = nonBonded.compute(
      domain.pairs.list, positions: atoms.position, origin: domain.centre, forces: atoms.force,
      margin_A: settings.pruningMargin_A, wantsEnergy: wantsEnergy, clock: clock)
    result.shortRange = pairs.shortRange
    result.coulomb += pairs.coulomb
    if wanted.contains(.virial) { result.virial = domain.virialOfAll }
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

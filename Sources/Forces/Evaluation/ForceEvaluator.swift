import CEngine
import Crystal
import Decomposition
import MPI
import Mathematics
import Model

/// All forces on a rank's atoms, and the lists that they need.
package final class ForceEvaluator {
  package let domain: Domain
  package let settings: ForceSettings
  /// Where the time of the steps goes on this rank.
  package let clock: PhaseClock
  /// When the lists are rebuilt.
  package private(set) var schedule: RebuildSchedule
  private let backend: any ForceBackend
  private let massesOfTemplate: [[Double]]
  /// By template: constraint forces act inside these molecules, so that their intramolecular virial is not known.
  package var isConstrained: [Bool]
  /// Whether the bonded terms are left out of `evaluate` and kept in `bondedForces`.
  package var splitsBonded: Bool
  /// Forces of the bonded terms on the own atoms, eV/Å, where they are split off.
  package private(set) var bondedForces: UnsafeMutablePointer<Vector3>
  private var bondedCapacity = 1

  /// - Parameter splitsBonded: for an integrator that gives the bonded terms shorter steps.
  /// - Throws: `PotentialError` or `DecompositionError` when cut-off, cell and ranks do not fit.
  package init(
    cell: Cell, topology: Topology, settings: ForceSettings, communicator: Communicator,
    splitsBonded: Bool = false, clock: PhaseClock = PhaseClock()
  ) throws {
    self.settings = settings
    self.clock = clock
    self.splitsBonded = splitsBonded
    schedule = RebuildSchedule(settings)
    backend = try ForceBackends.make(settings, topology: topology, cell: cell, communicator: communicator)
    guard backend.hasBondedTerms || !splitsBonded else {
      throw PotentialError("this potential has no bonded terms that could take shorter steps")
    }
    domain = try Domain(
      cell: cell, topology: topology, communicator: communicator, listRange_A: settings.listRange_A,
      list: backend.neighbourList)
    massesOfTemplate = topology.templates.map { template in
      template.types.map { name in
        topology.typeNames.firstIndex(of: name).map { topology.masses_amu[$0] } ?? 0
      }
    }
    isConstrained = topology.templates.map { _ in false }
    bondedForces = .allocate(capacity: 1)
  }

  deinit { bondedForces.deallocate() }

  /// Splitting and mesh of the Coulomb sum; nil for a potential without charges.
  package var ewald: EwaldParameters? { backend.ewald }
  /// How often this rank has pruned its list.
  package var prunings: Int { backend.prunings }
  /// Pairs of atoms that the kernel of this rank processes in a step, within the cut-off or not.
  package var slotCount: Int { backend.slotCount }

  /// Messages and bytes that this rank sends in a step.
  package var trafficPerStep: (halo: (messages: Int, bytes: Int), mesh: (messages: Int, bytes: Int)) {
    (domain.trafficPerStep, backend.meshTraffic)
  }

  /// Forces on the own atoms, in `domain.atoms.force`.
  /// - Parameter wanted: what else, summed over all ranks.
  package func evaluate(_ wanted: Wanted) throws -> ForceResult {
    var result = try backend.evaluate(domain, wanted, withBonded: !splitsBonded, clock: clock)
    clock.enter(.other)
    guard !wanted.isEmpty else { return result }
    if wanted.contains(.virial) { addIntramolecularVirials(&result) }
    return try sum(result)
  }

  private func sum(_ local: ForceResult) throws -> ForceResult {
    var result = local
    var sums =
      [result.bonded, result.shortRange, result.coulomb, result.manyBodies] + result.virial.elements
      + result.intramolecularVirialFlexible.elements + result.intramolecularVirialConstrained.elements
    try domain.communicator.reduce(&sums, .sum)
    result.bonded = sums[0]
    result.shortRange = sums[1]
    result.coulomb = sums[2]
    result.manyBodies = sums[3]
    result.virial = Tensor3(sums[4..<13])
    result.intramolecularVirialFlexible = Tensor3(sums[13..<22])
    result.intramolecularVirialConstrained = Tensor3(sums[22..<31])
    return result
  }

  private func addIntramolecularVirials(_ result: inout ForceResult) {
    let atoms = domain.atoms
    for molecule in domain.molecules where molecule.count > 1 {
      let masses = massesOfTemplate[Int(molecule.template)]
      let first = Int(molecule.first)
      var centre = Vector3()
      var mass = 0.0
      for k in 0..<Int(molecule.count) {
        centre += atoms.position[first + k] * masses[k]
        mass += masses[k]
      }
      centre /= mass
      var inner = Tensor3()
      for k in 0..<Int(molecule.count) {
        inner.add(atoms.position[first + k] - centre, atoms.force[first + k])
      }
      result.addIntramolecular(inner, isConstrained: isConstrained[Int(molecule.template)])
    }
  }

  /// Updates `bondedForces`.
  /// - Returns: this rank's energy, eV.
  @discardableResult
  package func updateBondedForces() -> Double {
    let atoms = domain.atoms
    bondedForces.initialize(repeating: .zero, count: atoms.count)
    return backend.addBonded(positions: atoms.position, forces: bondedForces)
  }

  /// Adds the bonded terms, where they are split off, to the energies and virials of an evaluation.
  package func includeBonded(in result: inout ForceResult) throws {
    guard splitsBonded else { return }
    var share = ForceResult()
    share.bonded = updateBondedForces()
    let atoms = domain.atoms
    for molecule in domain.molecules where molecule.count > 1 {
      let first = Int(molecule.first)
      var inner = Tensor3()
      // Bonded forces sum to zero, so any origin will do.
      for k in 0..<Int(molecule.count) {
        inner.add(atoms.position[first + k] - atoms.position[first], bondedForces[first + k])
      }
      share.virial += inner
      share.addIntramolecular(inner, isConstrained: isConstrained[Int(molecule.template)])
    }
    let sums = try sum(share)
    result.bonded = sums.bonded
    result.virial += sums.virial
    result.intramolecularVirialFlexible += sums.intramolecularVirialFlexible
    result.intramolecularVirialConstrained += sums.intramolecularVirialConstrained
  }
}

// MARK: neighbour lists

extension ForceEvaluator {
  /// Above this number of own atoms, freed memory is returned to the system after a rebuild: a rebuild allocates and
  /// frees a large part of the memory of a large system.
  private static let releaseThreshold = 100_000

  /// Moves molecules to their owners and rebuilds the lists. Every rank must call.
  package func rebuild() throws {
    try domain.rebuild()
    try prepareBackend()
    if domain.atoms.count > Self.releaseThreshold { pw_release_memory() }
  }

  /// Builds the lists for the atoms as they stand, without moving or sorting any: for a snapshot, whose order of
  /// atoms is kept.
  package func buildListsInPlace() throws {
    try domain.buildLists()
    try prepareBackend()
  }

  private func prepareBackend() throws {
    schedule.listsWereBuilt()
    try backend.listsWereBuilt(domain)
    let count = domain.atoms.count
    if count > bondedCapacity {
      bondedForces.deallocate()
      bondedCapacity = count + count / 8
      bondedForces = .allocate(capacity: bondedCapacity)
    }
    if splitsBonded { updateBondedForces() }
  }

  /// Rebuilds the lists if the schedule says so; else passes a changed cell on. Before `evaluate`, after a step whose
  /// displacements were predicted.
  /// - Returns: whether the lists were rebuilt.
  /// - Throws: `DecompositionError` when an atom has moved further than any stable motion does.
  package func rebuildIfScheduled() throws -> Bool {
    guard schedule.isRebuildDue else {
      updateCell()
      return false
    }
    clock.enter(.neighbours)
    try schedule.checkMotion(schedule.displacements(in: domain, timestep_ps: 0).now)
    try rebuild()
    clock.enter(.other)
    return true
  }

  /// Rebuilds the lists if they do not fit the positions any more. Before `evaluate`, after any move.
  /// - Returns: whether the lists were rebuilt.
  /// - Throws: `DecompositionError` when an atom has moved further than any stable motion does.
  @discardableResult
  package func rebuildIfNeeded() throws -> Bool {
    let largest = try domain.communicator.reduced(
      schedule.displacements(in: domain, timestep_ps: 0).now, .max)
    if try schedule.isBeyondSkin(largest, deformation: domain.deformation) { schedule.require() }
    return try rebuildIfScheduled()
  }

  /// Schedules a rebuild for the next step, if the step at hand predicts one.
  /// - Parameter largest: the displacements of all ranks at the end of the step.
  /// - Returns: whether the lists of this step were too old; see `RebuildSchedule`.
  package func scheduleRebuild(_ largest: SquaredDisplacements, timestep_ps: Double) throws -> Bool {
    try schedule.schedule(largest, deformation: domain.deformation, timestep_ps: timestep_ps)
  }

  /// Passes a changed cell on to the potential; the lists stay.
  package func updateCell() { backend.setCell(domain.cell) }

  /// Continues from a snapshot that was taken with these lists.
  package func restoreSchedule(isRebuildDue: Bool) { schedule.restore(isRebuildDue: isRebuildDue) }
}

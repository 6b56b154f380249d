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
  private let backends: ForceBackends
  /// The potential whose bonded terms take the shortest steps; nil where none has any.
  private let bonds: (any ForceBackend)?
  /// Whether `bonds` is a part of what is sampled.
  private let bondsArePart: Bool
  private let massesOfTemplate: [[Double]]
  /// By template: constraint forces act inside these molecules, so that their intramolecular virial is not known.
  package var isConstrained: [Bool]
  /// Whether forces are split for a multiple timestep: `evaluate` then leaves out those of the reference, and the bonded
  /// terms, which are kept in `referenceForces` and `bondedForces`.
  package var splitsForces: Bool {
    didSet { if splitsBonded { updateBondedForces() } }
  }
  /// Forces of the bonded terms on the own atoms, eV/Å, where they are split off.
  package let bondedForces = ForceArray()
  /// Forces of the reference without its bonded terms at the last evaluation, eV/Å.
  package let referenceForces = ForceArray()

  /// - Parameter splitsForces: for an integrator that gives the reference, or the bonded terms, shorter steps.
  /// - Throws: `PotentialError` or `DecompositionError` when cut-off, cell and ranks do not fit.
  package init(
    cell: Cell, topology: Topology, settings: ForceSettings, communicator: Communicator,
    splitsForces: Bool = false, clock: PhaseClock = PhaseClock()
  ) throws {
    self.settings = settings
    self.clock = clock
    self.splitsForces = splitsForces
    schedule = RebuildSchedule(settings)
    let backends = try ForceBackends(settings, topology: topology, cell: cell, communicator: communicator)
    self.backends = backends
    let reference = backends.reference ?? backends.potential
    bonds = reference.hasBondedTerms ? reference : nil
    bondsArePart = backends.reference == nil || backends.referenceIsPart
    guard bonds != nil || backends.reference != nil || !splitsForces else {
      throw PotentialError("this potential has no bonded terms that could take shorter steps")
    }
    domain = try Domain(
      cell: cell, topology: topology, communicator: communicator, listRange_A: settings.listRange_A,
      list: NeighbourListGroup(backends.all.map(\.neighbourList)))
    massesOfTemplate = topology.templates.map { template in
      template.types.map { name in
        topology.typeNames.firstIndex(of: name).map { topology.masses_amu[$0] } ?? 0
      }
    }
    isConstrained = topology.templates.map { _ in false }
  }

  /// Splitting and mesh of the Coulomb sum; nil for a potential without charges.
  package var ewald: EwaldParameters? { backends.potential.ewald ?? backends.reference?.ewald }
  /// How the ranks divide its mesh; nil for a potential without charges.
  package var meshLayout: MeshLayout? { backends.potential.meshLayout ?? backends.reference?.meshLayout }
  /// How often this rank has pruned its lists.
  package var prunings: Int { backends.all.reduce(0) { $0 + $1.prunings } }
  /// Pairs of atoms that the kernels of this rank process in an evaluation, within the cut-off or not.
  package var slotCount: Int { backends.all.reduce(0) { $0 + $1.slotCount } }

  /// Messages and bytes that this rank sends in an evaluation of all forces.
  package var trafficPerStep: (halo: (messages: Int, bytes: Int), mesh: (messages: Int, bytes: Int)) {
    let mesh = backends.all.map(\.meshTraffic)
    return (domain.trafficPerStep, (mesh.reduce(0) { $0 + $1.messages }, mesh.reduce(0) { $0 + $1.bytes }))
  }

  /// How often in a step the reference is evaluated, with its end; 1 without one.
  package var referenceEvaluations: Int {
    backends.reference == nil ? 1 : settings.reference?.evaluations ?? 1
  }
  /// Whether bonded terms take the shortest steps.
  package var splitsBonded: Bool { splitsForces && bonds != nil }
  /// Whether the reference acts within a step, and not only by its bonded terms.
  package var splitsReference: Bool { splitsForces && referenceEvaluations > 1 }

  /// Forces on the own atoms, in `domain.atoms.force`.
  /// - Parameter wanted: what else, summed over all ranks.
  package func evaluate(_ wanted: Wanted) throws -> ForceResult {
    var result = ForceResult()
    let atoms = domain.atoms
    let needsReference = splitsReference || backends.referenceIsPart
    if needsReference, let reference = backends.reference {
      let wantedOfReference = backends.referenceIsPart ? wanted : []
      let share = try evaluate(reference, wantedOfReference, withBonded: !splitsBonded)
      if backends.referenceIsPart { result.add(share) }
      referenceForces.set(atoms.force, count: atoms.count)
    }
    result.add(
      try evaluate(backends.potential, wanted, withBonded: !(splitsBonded && bondsArePart)))
    if !splitsForces {
      if backends.referenceIsPart { referenceForces.add(to: atoms.force, factor: 1) }
    } else if !backends.referenceIsPart, backends.reference != nil {
      // What the reference gives at short steps is taken from the sum.
      if splitsReference { referenceForces.add(to: atoms.force, factor: -1) }
      if splitsBonded { bondedForces.add(to: atoms.force, factor: -1) }
    }
    guard !wanted.isEmpty else { return result }
    return try sum(result)
  }

  private func evaluate(
    _ backend: any ForceBackend, _ wanted: Wanted, withBonded: Bool
  ) throws -> ForceResult {
    var result = try backend.evaluate(domain, wanted, withBonded: withBonded, clock: clock)
    clock.enter(.other)
    if wanted.contains(.virial) { addIntramolecularVirials(&result) }
    return result
  }

  /// Forces of the reference without its bonded terms on the own atoms, in `domain.atoms.force`, within a step.
  package func evaluateReference() throws {
    guard let reference = backends.reference else { return }
    updateCell()
    _ = try reference.evaluate(domain, [], withBonded: !splitsBonded, clock: clock)
    clock.enter(.integration)
  }

  /// How far the members of a committee disagree on the force on each own atom, eV/Å: the root mean square deviation from
  /// their mean, √(Σ_k |F_k − F̄|²/K), as in Zhang et al., Phys. Rev. Mater. 3, 023804 (2019). Nil for a single
  /// potential. Forces and positions are those of the last evaluation, and stay. Every rank calls.
  package func modelDeviations_eV_per_A() throws -> [Double]? {
    let atoms = domain.atoms
    let kept = Array(UnsafeBufferPointer(start: atoms.force, count: atoms.count))
    let members = try backends.potential.forcesOfMembers(domain)
    guard !members.isEmpty else { return nil }
    for i in 0..<atoms.count { atoms.force[i] = kept[i] }
    return (0..<atoms.count).map { i in
      let mean = members.reduce(Vector3()) { $0 + $1[i] } / Double(members.count)
      let sum = members.reduce(0.0) { $0 + dot($1[i] - mean, $1[i] - mean) }
      return (sum / Double(members.count)).squareRoot()
    }
  }

  /// The extrapolation grade γ of each own atom, at the positions of the last evaluation: above 1 the atom is outside of
  /// what the model's training set spans. Nil for a potential without an active set.
  package func extrapolationGrades() -> [Double]? { backends.potential.extrapolationGrades(domain) }

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
    bondedForces.clear(count: domain.atoms.count)
    return bonds?.addBonded(positions: domain.atoms.position, forces: bondedForces.values) ?? 0
  }

  /// Adds the bonded terms, where they are split off, to the energies and virials of an evaluation.
  package func includeBonded(in result: inout ForceResult) throws {
    guard splitsBonded, bondsArePart else { return }
    var share = ForceResult()
    share.bonded = updateBondedForces()
    let atoms = domain.atoms
    let bonded = bondedForces.values
    for molecule in domain.molecules where molecule.count > 1 {
      let first = Int(molecule.first)
      var inner = Tensor3()
      // Bonded forces sum to zero, so any origin will do.
      for k in 0..<Int(molecule.count) {
        inner.add(atoms.position[first + k] - atoms.position[first], bonded[first + k])
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
    try prepareBackends()
    if domain.atoms.count > Self.releaseThreshold { pw_release_memory() }
  }

  /// Builds the lists for the atoms as they stand, without moving or sorting any: for a snapshot, whose order of
  /// atoms is kept.
  package func buildListsInPlace() throws {
    try domain.buildLists()
    try prepareBackends()
  }

  private func prepareBackends() throws {
    schedule.listsWereBuilt()
    for backend in backends.all { try backend.listsWereBuilt(domain) }
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

  /// How far ahead of the end of a step the lists must be known to last, ps: through the next step, and to the last
  /// evaluation of a reference within the one after it, before which no lists are built.
  package func lookahead_ps(timestep_ps: Double) -> Double {
    guard splitsReference else { return timestep_ps }
    return timestep_ps * (2 - 1 / Double(referenceEvaluations))
  }

  /// Schedules a rebuild for the next step, if the step at hand predicts one.
  /// - Parameter largest: the displacements of all ranks at the end of the step.
  /// - Returns: whether the lists of this step were too old; see `RebuildSchedule`.
  package func scheduleRebuild(_ largest: SquaredDisplacements, timestep_ps: Double) throws -> Bool {
    try schedule.schedule(largest, deformation: domain.deformation, timestep_ps: timestep_ps)
  }

  /// Passes a changed cell on to the potentials; the lists stay.
  package func updateCell() {
    for backend in backends.all { backend.setCell(domain.cell) }
  }

  /// Continues from a snapshot that was taken with these lists.
  package func restoreSchedule(isRebuildDue: Bool) { schedule.restore(isRebuildDue: isRebuildDue) }
}

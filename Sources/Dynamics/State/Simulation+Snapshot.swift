import Crystal
import Decomposition
import Forces
import Mathematics

extension Simulation {
  /// Gathers the state of all ranks on rank 0; elsewhere the arrays of atoms and molecules are empty.
  package func snapshot() throws -> Snapshot {
    let communicator = domain.communicator
    let atoms = domain.atoms
    func gather(_ vectors: UnsafePointer<Vector3>) throws -> [Double] {
      var flat: [Double] = []
      flat.reserveCapacity(3 * atoms.count)
      for i in 0..<atoms.count {
        let v = vectors[i]
        flat.append(v.x)
        flat.append(v.y)
        flat.append(v.z)
      }
      return try communicator.gather(flat).values
    }
    var result = Snapshot()
    result.step = step
    result.kineticEnergy = propagator.kineticEnergy
    result.translation = propagator.translation.elements
    result.cell = domain.cell.flat
    result.referenceCell = domain.referenceCell.flat
    result.decompositionCell = decompositionCell.flat
    result.cuts = domain.grid.cuts.flatMap(\.self)
    result.isRebuildDue = forceEvaluator.schedule.isRebuildDue
    result.moleculeCounts = try communicator.allGather([Int64(domain.molecules.count)])
    result.molecules = try communicator.gather(domain.molecules.map { Int64($0.id) }).values
    result.bodies = try communicator.gather(domain.molecules.flatMap(\.body.doubles)).values
    result.positions = try gather(atoms.position)
    result.velocities = try gather(atoms.velocity)
    result.references = try gather(atoms.reference)
    result.integrator = try communicator.gather(integrator.state).values
    if domain.perMoleculeData != nil {
      result.perMoleculeData = try communicator.gather(domain.packedPerMoleculeData).values
    }
    return result
  }

  /// Continues from a state; every rank passes the same whole snapshot.
  /// - Parameter constraints: those under which the state was taken.
  /// - Throws: `DecompositionError` for per-molecule data of another size than this simulation's molecules have.
  package func restore(
    _ snapshot: Snapshot, constraints: [String: MotionConstraint] = [:]
  ) throws {
    let communicator = domain.communicator
    guard snapshot.perMoleculeData.count == domain.perMoleculeWordCount else {
      throw DecompositionError(
        "the state holds \(snapshot.perMoleculeData.count) words of per-molecule data, wanted "
          + "\(domain.perMoleculeWordCount)")
    }
    if constraints != self.constraints { try setConstraints(constraints) }
    step = snapshot.step
    let ranks = snapshot.moleculeCounts.count
    let share = snapshot.integrator.count / max(ranks, 1)
    let states = (0..<ranks).map { Array(snapshot.integrator[($0 * share)..<(($0 + 1) * share)]) }
    let isSame = ranks == communicator.size
    integrator.restore(
      isSame ? states[communicator.rank] : integrator.redistribute(states, isRoot: communicator.isRoot))
    let cell = Cell(flat: snapshot.decompositionCell)
    if decompositionCell != cell { try makeDomain(cell) }
    try scatter(snapshot, isSame: isSame)
    try computeForces(.all)
  }

  /// Distributes the molecules of a snapshot to the ranks that own them, and builds the lists.
  /// - Parameter isSame: to the ranks that had them, with the lists that they had.
  func scatter(_ snapshot: Snapshot, isSame: Bool) throws {
    if isSame { domain.setCuts(snapshot.cuts.split(after: 1)) }
    domain.setCell(Cell(flat: isSame ? snapshot.referenceCell : snapshot.cell))
    let present = domain.restoreAtoms(
      GatheredMolecules(
        order: snapshot.molecules, bodies: snapshot.bodies, positions: snapshot.positions,
        velocities: snapshot.velocities, references: snapshot.references,
        perMoleculeData: snapshot.perMoleculeData),
      counts: isSame ? snapshot.moleculeCounts : nil)
    if isSame {
      try forceEvaluator.buildListsInPlace()
      domain.setPositions(present)
      domain.setCell(Cell(flat: snapshot.cell))
      forceEvaluator.updateCell()
      forceEvaluator.restoreSchedule(isRebuildDue: snapshot.isRebuildDue)
      if forceEvaluator.splitsBonded { forceEvaluator.updateBondedForces() }
    } else {
      domain.setPositions(present)
      try forceEvaluator.rebuild()
    }
    propagator.kineticEnergy = snapshot.kineticEnergy
    propagator.translation = Tensor3(snapshot.translation[...])
  }
}

extension Cell {
  /// - Parameter nine: the lattice vectors, one after the other, Å.
  init(flat nine: [Double]) {
    self.init(
      a: [nine[0], nine[1], nine[2]], b: [nine[3], nine[4], nine[5]], c: [nine[6], nine[7], nine[8]])
  }

  /// The lattice vectors, one after the other, Å.
  var flat: [Double] { vectors.flatMap { [$0.x, $0.y, $0.z] } }
}

extension [Double] {
  /// The pieces that end in a value.
  func split(after value: Double) -> [[Double]] {
    reduce(into: [[]]) { pieces, next in
      pieces[pieces.count - 1].append(next)
      if next == value { pieces.append([]) }
    }.dropLast()
  }
}

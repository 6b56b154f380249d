import Crystal
import Decomposition
import MPI
import Mathematics

/// All that a simulation must know to go on, gathered from every rank: on as many ranks bit for bit, on
/// another number to rounding.
///
/// The order of atoms on each rank, and where they and the cell stood when the lists were last built, decide
/// in which order forces are summed; all are kept, and a continuation builds its lists from the latter. The
/// cell that bricks and mesh were chosen for gives a continuation the same ones.
package struct Snapshot: Equatable, Sendable {
  package var step: Int64 = 0
  /// eV: as the integrator last left it.
  package var kineticEnergy = 0.0
  /// Σ M V ⊗ V, eV, by rows.
  package var translation: [Double] = []
  /// Molecules that each rank owned.
  package var moleculeCounts: [Int64] = []
  /// Ids of the molecules, rank by rank in each one's order.
  package var molecules: [Int64] = []
  /// `[molecule][10]`, in the same order, as the rest: `OwnedMolecule.packed`.
  package var bodies: [Double] = []
  /// `[atom][3]`, Å.
  package var positions: [Double] = []
  package var velocities: [Double] = []
  package var references: [Double] = []
  /// `[rank][…]`.
  package var integrator: [Double] = []
  /// The lattice vectors, Å: now, when the lists were built, and when bricks and mesh were chosen.
  package var cell: [Double] = []
  package var referenceCell: [Double] = []
  package var fittedCell: [Double] = []
  /// Borders between bricks, one lattice vector after the other, each with a 1 at its end.
  package var cuts: [Double] = []
  /// What the molecules take along, in their order; see `PerMoleculeData`. Empty where they take nothing.
  package var luggage: [Int64] = []
  /// Whether the next step begins with new lists.
  package var rebuildsNext = false

  package init() {}

  /// For a checkpoint file.
  package var doubles: [String: [Double]] {
    [
      "kinetic_energy": [kineticEnergy], "translation": translation, "bodies": bodies,
      "positions": positions, "velocities": velocities, "references": references,
      "integrator": integrator, "cell": cell, "reference_cell": referenceCell, "fitted_cell": fittedCell,
      "cuts": cuts,
    ]
  }

  package var integers: [String: [Int64]] {
    var arrays = [
      "step": [step], "molecule_counts": moleculeCounts, "molecules": molecules,
      "rebuilds_next": [rebuildsNext ? 1 : 0],
    ]
    if !luggage.isEmpty { arrays["luggage"] = luggage }
    return arrays
  }

  /// - Returns: nil where an array is missing or has the wrong length.
  package init?(
    doubles: [String: [Double]], integers: [String: [Int64]], topology: (atoms: Int, molecules: Int)
  ) {
    func array(_ name: String, _ count: Int? = nil) -> [Double]? {
      doubles[name].flatMap { count == nil || $0.count == count ? $0 : nil }
    }
    guard let kinetic = array("kinetic_energy", 1), let translation = array("translation", 9),
      let bodies = array("bodies", 10 * topology.molecules),
      let positions = array("positions", 3 * topology.atoms),
      let velocities = array("velocities", 3 * topology.atoms),
      let references = array("references", 3 * topology.atoms), let integrator = array("integrator"),
      let cell = array("cell", 9), let referenceCell = array("reference_cell", 9),
      let fittedCell = array("fitted_cell", 9), let cuts = array("cuts"), let step = integers["step"]?.first,
      let rebuilds = integers["rebuilds_next"]?.first, let counts = integers["molecule_counts"],
      let molecules = integers["molecules"],
      molecules.count == topology.molecules, counts.reduce(0, +) == molecules.count,
      integrator.count % max(counts.count, 1) == 0, Set(molecules).count == molecules.count,
      molecules.allSatisfy({ (0..<Int64(topology.molecules)).contains($0) })
    else { return nil }
    self.step = step
    kineticEnergy = kinetic[0]
    self.translation = translation
    moleculeCounts = counts
    self.molecules = molecules
    self.bodies = bodies
    self.positions = positions
    self.velocities = velocities
    self.references = references
    self.integrator = integrator
    self.cell = cell
    self.referenceCell = referenceCell
    self.fittedCell = fittedCell
    self.cuts = cuts
    luggage = integers["luggage"] ?? []
    rebuildsNext = rebuilds != 0
  }

  /// Rank 0's on every rank.
  func shared(_ communicator: Communicator) throws -> Snapshot {
    var result = self
    func share(_ path: WritableKeyPath<Snapshot, [Double]>) throws {
      result[keyPath: path] = try communicator.broadcast(self[keyPath: path])
    }
    for path: WritableKeyPath<Snapshot, [Double]> in [
      \.bodies, \.positions, \.velocities, \.references, \.integrator,
    ] { try share(path) }
    result.moleculeCounts = try communicator.broadcast(moleculeCounts)
    result.molecules = try communicator.broadcast(molecules)
    result.luggage = try communicator.broadcast(luggage)
    return result
  }
}

extension Simulation {
  /// Gathers the state of all ranks on rank 0; elsewhere the arrays of atoms and molecules are empty.
  package func snapshot() throws -> Snapshot {
    let communicator = domain.communicator
    let atoms = domain.atoms
    func gather(_ vectors: UnsafePointer<Vector3>) throws -> [Double] {
      let flat = (0..<atoms.count).flatMap { [vectors[$0].x, vectors[$0].y, vectors[$0].z] }
      return try communicator.gather(flat).values
    }
    func flat(_ cell: Cell) -> [Double] { cell.vectors.flatMap { [$0.x, $0.y, $0.z] } }
    var result = Snapshot()
    result.step = step
    result.kineticEnergy = motion.kineticEnergy
    result.translation = motion.translation.elements
    result.cell = flat(domain.cell)
    result.referenceCell = flat(domain.referenceCell)
    result.fittedCell = flat(fittedCell)
    result.cuts = domain.grid.cuts.flatMap(\.self)
    result.rebuildsNext = interactions.rebuildsNext
    let ids = try communicator.gather(domain.molecules.map { Int64($0.id) })
    result.molecules = ids.values
    result.moleculeCounts = ids.counts.map(Int64.init)
    result.bodies = try communicator.gather(domain.molecules.flatMap(\.packed)).values
    result.positions = try gather(atoms.position)
    result.velocities = try gather(atoms.velocity)
    result.references = try gather(atoms.reference)
    result.integrator = try communicator.gather(integrator.state).values
    if domain.luggage != nil { result.luggage = try communicator.gatherInPieces(domain.packedLuggage) }
    return result
  }

  /// Takes over a state; every rank gives the same whole snapshot.
  /// - Parameter freedoms: those under which the state was taken.
  /// - Throws: `DecompositionError` for luggage of another size than this simulation's molecules have.
  package func restore(_ snapshot: Snapshot, holding freedoms: [String: MotionConstraint] = [:]) throws {
    let communicator = domain.communicator
    guard snapshot.luggage.count == domain.luggageWords else {
      throw DecompositionError(
        "the state holds \(snapshot.luggage.count) words of what molecules take along, wanted "
          + "\(domain.luggageWords)")
    }
    if freedoms != self.freedoms { try adopt(freedoms) }
    step = snapshot.step
    let ranks = snapshot.moleculeCounts.count
    let share = snapshot.integrator.count / max(ranks, 1)
    let states = (0..<ranks).map { Array(snapshot.integrator[($0 * share)..<(($0 + 1) * share)]) }
    let isSame = ranks == communicator.size
    integrator.restore(
      isSame ? states[communicator.rank] : integrator.redistribute(states, isRoot: communicator.isRoot))
    if fittedCell != Cell(snapshot.fittedCell) { try lay(Cell(snapshot.fittedCell)) }
    try place(snapshot, isSame: isSame)
    try computeForces(.all)
  }

  /// Brings molecules to their owners and builds the lists.
  /// - Parameter isSame: on the ranks that had them, and with the lists that they had.
  func place(_ snapshot: Snapshot, isSame: Bool) throws {
    if isSame { domain.adopt(cuts: snapshot.cuts.split(after: 1)) }
    domain.setCell(Cell(isSame ? snapshot.referenceCell : snapshot.cell))
    let mine = domain.takeOver(
      order: snapshot.molecules, bodies: snapshot.bodies, positions: snapshot.positions,
      velocities: snapshot.velocities, references: snapshot.references, luggage: snapshot.luggage,
      counts: isSame ? snapshot.moleculeCounts : nil)
    if isSame {
      try interactions.adoptReference()
      domain.place(mine)
      domain.setCell(Cell(snapshot.cell))
      interactions.adoptMove()
      interactions.rebuildsNext = snapshot.rebuildsNext
      if interactions.splitsBonded { interactions.updateBondedForces() }
    } else {
      domain.place(mine)
      try interactions.rebuild()
    }
    motion.kineticEnergy = snapshot.kineticEnergy
    motion.translation = Tensor3(snapshot.translation[...])
  }
}

extension Cell {
  /// - Parameter nine: the lattice vectors, one after the other, Å.
  fileprivate init(_ nine: [Double]) {
    self.init(
      a: [nine[0], nine[1], nine[2]], b: [nine[3], nine[4], nine[5]], c: [nine[6], nine[7], nine[8]])
  }
}

extension [Double] {
  /// The pieces that end in a value.
  fileprivate func split(after value: Double) -> [[Double]] {
    reduce(into: [[]]) { pieces, next in
      pieces[pieces.count - 1].append(next)
      if next == value { pieces.append([]) }
    }.dropLast()
  }
}

import Crystal
import Decomposition
import MPI

/// All that a simulation must know to go on, gathered from every rank: on as many ranks bit for bit, on
/// another number to rounding.
///
/// The order of atoms on each rank, and where they stood when the lists were last built, decide in which
/// order forces are summed; both are kept, and a continuation builds its lists from the latter.
public struct Snapshot: Equatable, Sendable {
  public var step: Int64 = 0
  /// eV: as the integrator last left it.
  public var kineticEnergy = 0.0
  /// Molecules that each rank owned.
  public var moleculeCounts: [Int64] = []
  /// Ids of the molecules, rank by rank in each one's order.
  public var molecules: [Int64] = []
  /// `[molecule][3]`, in the same order, as the rest.
  public var images: [Int64] = []
  /// `[atom][3]`, Å.
  public var positions: [Double] = []
  public var velocities: [Double] = []
  public var references: [Double] = []
  /// `[rank][…]`.
  public var integrator: [Double] = []
  /// The lattice vectors, Å.
  public var cell: [Double] = []

  public init() {}

  /// For a checkpoint file.
  public var doubles: [String: [Double]] {
    [
      "kinetic_energy": [kineticEnergy], "positions": positions, "velocities": velocities,
      "references": references, "integrator": integrator, "cell": cell,
    ]
  }

  public var integers: [String: [Int64]] {
    ["step": [step], "molecule_counts": moleculeCounts, "molecules": molecules, "images": images]
  }

  /// - Returns: nil where an array is missing or has the wrong length.
  public init?(
    doubles: [String: [Double]], integers: [String: [Int64]], topology: (atoms: Int, molecules: Int)
  ) {
    guard let kinetic = doubles["kinetic_energy"]?.first, let positions = doubles["positions"],
      let velocities = doubles["velocities"], let references = doubles["references"],
      let integrator = doubles["integrator"], let cell = doubles["cell"], let step = integers["step"]?.first,
      let counts = integers["molecule_counts"], let molecules = integers["molecules"],
      let images = integers["images"], positions.count == 3 * topology.atoms,
      velocities.count == positions.count, references.count == positions.count, cell.count == 9,
      molecules.count == topology.molecules, images.count == 3 * molecules.count,
      counts.reduce(0, +) == molecules.count, integrator.count % max(counts.count, 1) == 0,
      Set(molecules).count == molecules.count,
      molecules.allSatisfy({ (0..<Int64(topology.molecules)).contains($0) })
    else { return nil }
    self.step = step
    kineticEnergy = kinetic
    moleculeCounts = counts
    self.molecules = molecules
    self.images = images
    self.positions = positions
    self.velocities = velocities
    self.references = references
    self.integrator = integrator
    self.cell = cell
  }
}

extension Simulation {
  /// Gathers the state of all ranks on rank 0; elsewhere the arrays are empty.
  public func snapshot() throws -> Snapshot {
    let communicator = domain.communicator
    let atoms = domain.atoms
    func gather(_ vectors: UnsafePointer<Vector3>) throws -> [Double] {
      let flat = (0..<atoms.count).flatMap { [vectors[$0].x, vectors[$0].y, vectors[$0].z] }
      return try communicator.gather(flat).values
    }
    var result = Snapshot()
    result.step = step
    result.kineticEnergy = motion.kineticEnergy
    result.cell = domain.cell.vectors.flatMap { [$0.x, $0.y, $0.z] }
    let ids = try communicator.gather(domain.molecules.map { Int64($0.id) })
    result.molecules = ids.values
    result.moleculeCounts = ids.counts.map(Int64.init)
    result.images = try communicator.gather(
      domain.molecules.flatMap { [Int64($0.image.x), Int64($0.image.y), Int64($0.image.z)] }
    ).values
    result.positions = try gather(atoms.position)
    result.velocities = try gather(atoms.velocity)
    result.references = try gather(atoms.reference)
    result.integrator = try communicator.gather(integrator.state).values
    return result
  }

  /// Takes over a state; every rank gives the same whole snapshot.
  public func restore(_ snapshot: Snapshot) throws {
    let communicator = domain.communicator
    step = snapshot.step
    let ranks = snapshot.moleculeCounts.count
    let share = snapshot.integrator.count / max(ranks, 1)
    let states = (0..<ranks).map { Array(snapshot.integrator[($0 * share)..<(($0 + 1) * share)]) }
    let isSame = ranks == communicator.size
    integrator.restore(
      isSame ? states[communicator.rank] : integrator.redistribute(states, isRoot: communicator.isRoot))
    let mine = domain.takeOver(
      order: snapshot.molecules, images: snapshot.images, positions: snapshot.positions,
      velocities: snapshot.velocities, references: snapshot.references,
      counts: isSame ? snapshot.moleculeCounts : nil)
    if isSame {
      try interactions.adoptReference()
      domain.place(mine)
      try domain.updateHalo()
    } else {
      domain.place(mine)
      try interactions.rebuild()
    }
    motion.kineticEnergy = snapshot.kineticEnergy
    try computeForces(wantsEnergy: true)
  }
}

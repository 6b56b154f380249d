import Crystal
import Decomposition
import MPI
import Mathematics

/// The state of a simulation, gathered from every rank: a continuation is the same bit for bit on as many ranks, and to
/// rounding on another number.
///
/// The order of the atoms on each rank, and the positions and the cell when the lists were built, determine the order in
/// which forces are summed. All are kept, and a continuation builds its lists from them. It makes decomposition and mesh
/// for the cell that they were made for.
package struct Snapshot: Equatable, Sendable {
  package var step: Int64 = 0
  /// eV, at the end of the last step.
  package var kineticEnergy = 0.0
  /// Σ M V ⊗ V, eV, by rows.
  package var translation: [Double] = []
  /// Molecules that each rank owned.
  package var moleculeCounts: [Int64] = []
  /// Ids of the molecules, rank by rank in each one's order.
  package var molecules: [Int64] = []
  /// `[molecule][BodyState.width]`, in the same order, as the rest.
  package var bodies: [Double] = []
  /// `[atom][3]`, Å.
  package var positions: [Double] = []
  package var velocities: [Double] = []
  package var references: [Double] = []
  /// `[rank][…]`.
  package var integrator: [Double] = []
  /// The lattice vectors, Å: now, when the lists were built, and when decomposition and mesh were made.
  package var cell: [Double] = []
  package var referenceCell: [Double] = []
  package var decompositionCell: [Double] = []
  /// Borders between bricks, one lattice vector after the other, each with a 1 at its end.
  package var cuts: [Double] = []
  /// Content of `PerMoleculeData`, molecule by molecule; empty where there is none.
  package var perMoleculeData: [Int64] = []
  /// Whether the next step rebuilds the lists.
  package var isRebuildDue = false

  package init() {}

  /// The names of all arrays of `integers`, also of those that a state may lack.
  package static let integerNames = Snapshot().integers.keys.sorted() + [perMoleculeName]
  /// The name by which checkpoints have always held `perMoleculeData`.
  private static let perMoleculeName = "luggage"

  /// For a checkpoint file.
  package var doubles: [String: [Double]] {
    [
      "kinetic_energy": [kineticEnergy], "translation": translation, "bodies": bodies,
      "positions": positions, "velocities": velocities, "references": references,
      "integrator": integrator, "cell": cell, "reference_cell": referenceCell,
      "fitted_cell": decompositionCell,
      "cuts": cuts,
    ]
  }

  package var integers: [String: [Int64]] {
    var arrays = [
      "step": [step], "molecule_counts": moleculeCounts, "molecules": molecules,
      "rebuilds_next": [isRebuildDue ? 1 : 0],
    ]
    if !perMoleculeData.isEmpty { arrays[Self.perMoleculeName] = perMoleculeData }
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
      let bodies = array("bodies", BodyState.width * topology.molecules),
      let positions = array("positions", 3 * topology.atoms),
      let velocities = array("velocities", 3 * topology.atoms),
      let references = array("references", 3 * topology.atoms), let integrator = array("integrator"),
      let cell = array("cell", 9), let referenceCell = array("reference_cell", 9),
      let decompositionCell = array("fitted_cell", 9), let cuts = array("cuts"),
      let step = integers["step"]?.first,
      let rebuilds = integers["rebuilds_next"]?.first, let counts = integers["molecule_counts"],
      let molecules = integers["molecules"],
      molecules.count == topology.molecules,
      counts.allSatisfy({ (0...Int64(molecules.count)).contains($0) }), counts.count <= molecules.count,
      counts.reduce(0, +) == molecules.count,
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
    self.decompositionCell = decompositionCell
    self.cuts = cuts
    perMoleculeData = integers[Self.perMoleculeName] ?? []
    isRebuildDue = rebuilds != 0
  }

  /// The snapshot of rank 0 on every rank.
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
    result.perMoleculeData = try communicator.broadcast(perMoleculeData)
    return result
  }

  /// Describes the same lattice by other vectors: images count those.
  mutating func changeLatticeVectors(from old: Cell, to new: Cell) {
    for first in stride(from: 0, to: bodies.count, by: BodyState.width) {
      let range = first..<(first + BodyState.width)
      var body = BodyState(bodies[range])
      let image = Vector3(Double(body.image.x), Double(body.image.y), Double(body.image.z))
      let cells = new.fractional(old.cartesian(image)).rounded(.toNearestOrEven)
      body.image = [Int32(cells.x), Int32(cells.y), Int32(cells.z)]
      bodies.replaceSubrange(range, with: body.doubles)
    }
    cell = new.flat
    decompositionCell = cell
  }
}

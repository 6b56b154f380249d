import Crystal
import MPI
import Mathematics
import Model

/// Which lists a potential works on.
package enum ListKind: Sendable {
  /// Each pair once: `Domain.pairs`.
  case pairs
  /// All neighbours of each own atom, for potentials of many bodies: `Domain.neighbours`.
  case neighbours
}

/// One rank's share of the cell: the atoms that it owns, the halo around them, and the lists.
///
/// The rank that owns a molecule's centre owns all of its atoms, so that bonds, exclusions and orientations
/// never cross ranks. Each pair is computed by one rank only: see `Halo`.
package final class Domain {
  package let communicator: Communicator
  package let topology: Topology
  package var grid: BrickGrid { halo.grid }
  package private(set) var cell: Cell
  /// The cell when the lists were built.
  package private(set) var referenceCell: Cell
  package let atoms = AtomStore()
  package var molecules: [OwnedMolecule] = []
  /// What molecules take along; nil for nothing.
  package internal(set) var luggage: PerMoleculeData?
  let halo: Halo
  package let pairs: NeighbourList
  package let neighbours: FullNeighbourList
  private let listKind: ListKind

  /// A domain without atoms.
  /// - Parameters:
  ///   - listRange_A: cut-off plus skin.
  /// - Throws: `DecompositionError` when the ranks can't share the cell.
  package init(
    cell: Cell, topology: Topology, communicator: Communicator, listRange_A: Double,
    listKind: ListKind = .pairs
  ) throws {
    self.communicator = communicator
    self.topology = topology
    self.cell = cell
    referenceCell = cell
    let grid = try BrickGrid(cell: cell, ranks: communicator.size, moleculeCount: topology.moleculeCount)
    halo = Halo(
      communicator: communicator, grid: grid, range_A: listRange_A, isFull: listKind == .neighbours)
    pairs = NeighbourList(range_A: listRange_A)
    neighbours = FullNeighbourList(range_A: listRange_A, topology: topology)
    self.listKind = listKind
  }

  /// Changes the cell; atoms stay where they are, and so do the bricks in fractions of the cell.
  package func setCell(_ cell: Cell) {
    self.cell = cell
    halo.follow(cell)
  }

  /// Cartesian middle of this rank's brick, Å: where the pair kernel counts from.
  package var centre: Vector3 {
    let (low, high) = grid.corners(grid.position(of: communicator.rank))
    return cell.cartesian((low + high) / 2)
  }

  /// Moves the borders between bricks to where they share the atoms evenly.
  /// - Parameter centre: of each molecule, Å; the same on every rank.
  func balance(_ centre: (Int) -> Vector3) {
    guard communicator.size > 1 else { return }
    halo.grid.balance(
      (0..<topology.moleculeCount).map { molecule in
        let s = cell.fractional(centre(molecule))
        let atoms = topology.firstAtomOfMolecule[molecule + 1] - topology.firstAtomOfMolecule[molecule]
        return (s - s.rounded(.down), Double(atoms))
      })
  }

  /// Takes over the borders between bricks, fractions of the cell along each lattice vector.
  package func adopt(cuts: [[Double]]) { halo.grid.adopt(cuts: cuts) }

  /// Takes the molecules of a whole structure whose centres lie in this brick; velocities are zero.
  package func takeOwn(of structure: Structure) {
    func centre(_ molecule: Int) -> Vector3 {
      let range =
        Int(topology.firstAtomOfMolecule[molecule])..<Int(topology.firstAtomOfMolecule[molecule + 1])
      return range.reduce(into: Vector3()) { $0 += structure.positions[$1] } / Double(range.count)
    }
    balance(centre)
    for molecule in 0..<topology.moleculeCount {
      let range =
        Int(topology.firstAtomOfMolecule[molecule])..<Int(topology.firstAtomOfMolecule[molecule + 1])
      let fractional = cell.fractional(centre(molecule))
      let cells = fractional.rounded(.down)
      let s = fractional - cells
      guard grid.owner(of: s) == communicator.rank else { continue }
      let image = SIMD3<Int32>(Int32(cells.x), Int32(cells.y), Int32(cells.z))
      let shift = cell.shift(image)
      append(
        OwnedMolecule(
          id: Int32(molecule), count: Int32(range.count), template: topology.templateOfMolecule[molecule],
          image: image))
      let first = atoms.count - range.count
      for (offset, atom) in range.enumerated() {
        atoms.position[first + offset] = structure.positions[atom] - shift
        atoms.velocity[first + offset] = .zero
      }
    }
  }

  /// Adds room for a molecule at the end, with ids and types; its coordinates are the caller's to write.
  func append(_ molecule: OwnedMolecule) {
    var molecule = molecule
    molecule.first = Int32(atoms.count)
    if let luggage, molecule.luggage < 0 { molecule.luggage = luggage.take(template: molecule.template) }
    let count = Int(molecule.count)
    atoms.reserve(atoms.count + count)
    let firstId = topology.firstAtomOfMolecule[Int(molecule.id)]
    for k in 0..<count {
      atoms.id[atoms.count + k] = firstId + Int32(k)
      atoms.type[atoms.count + k] = topology.typeOfAtom[Int(firstId) + k]
    }
    atoms.count += count
    molecules.append(molecule)
  }

  /// Moves molecules to the ranks that own them now, sorts them in space, and builds halo and lists.
  package func rebuild() throws {
    atoms.haloCount = 0
    wrapMolecules()
    try migrate()
    sortMolecules()
    atoms.reference.update(from: atoms.position, count: atoms.count)
    try buildLists()
  }

  /// Builds halo and lists for the atoms as they stand, which `reference` holds too.
  package func buildLists() throws {
    referenceCell = cell
    try halo.build(atoms, molecules, cell: cell)
    switch listKind {
    case .pairs:
      pairs.build(atoms, molecules, halo.zones, cell: cell, centre: centre, atomCount: topology.atomCount)
    case .neighbours: neighbours.build(atoms)
    }
  }

  /// Brings the positions of the halo up to date: `begin` and then `continue` until no more is to come, with
  /// other work in between.
  package func beginPositions() throws { try halo.beginPositions(atoms) }

  /// - Returns: whether more is to come.
  @discardableResult
  package func continuePositions() throws -> Bool { try halo.continuePositions(atoms) }

  /// Brings the forces on the halo home, in the same way.
  package func beginForces() throws { try halo.beginForces(atoms) }

  /// - Returns: whether more is to come.
  @discardableResult
  package func continueForces() throws -> Bool { try halo.continueForces(atoms) }

  /// How the cell has changed since the lists were built; nil where it has not.
  package var deformation: Matrix3? { cell == referenceCell ? nil : cell.deformation(from: referenceCell) }

  /// The largest squared distance of an own atom from where it stood when the lists were built, Å²: now, and
  /// after a time at its present velocity. What the change of the cell since then does to every atom alike
  /// does not count.
  package func largestDisplacementSquares(
    since deformation: Matrix3?, timestep_ps: Double
  ) -> (now: Double, next: Double) {
    let position = atoms.position
    let reference = atoms.reference
    let velocity = atoms.velocity
    var largest = 0.0
    var largestNext = 0.0
    var sum = 0.0
    for i in 0..<atoms.count {
      let d = position[i] - (deformation.map { $0 * reference[i] } ?? reference[i])
      let next = d + velocity[i] * timestep_ps
      let square = dot(d, d)
      let nextSquare = dot(next, next)
      largest = max(largest, square)
      largestNext = max(largestNext, nextSquare)
      sum += square + nextSquare
    }
    // The larger of a number and NaN is the number: only the sum shows that one is lost.
    return sum.isFinite ? (largest, largestNext) : (.infinity, .infinity)
  }

  /// What the surface of the brick makes one expect of `trafficPerStep.bytes`.
  package var surfaceBytesPerStep: Double {
    halo.surfaceBytes(cell: cell, density: Double(topology.atomCount) / cell.volume)
  }

  /// Messages and bytes that one update of positions and one return of forces cost this rank.
  package var trafficPerStep: (messages: Int, bytes: Int) { halo.trafficPerStep }
}

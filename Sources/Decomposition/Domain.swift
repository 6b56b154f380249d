import Crystal
import MPI
import Mathematics
import Model

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
  /// Data of other modules that move with the molecules; nil for none.
  package internal(set) var perMoleculeData: PerMoleculeData?
  let halo: Halo
  private let list: any DomainNeighbourList

  /// A domain without atoms.
  /// - Parameters:
  ///   - listRange_A: cut-off plus skin.
  ///   - list: the neighbour list of the potential.
  /// - Throws: `DecompositionError` when the ranks can't share the cell.
  package init(
    cell: Cell, topology: Topology, communicator: Communicator, listRange_A: Double,
    list: any DomainNeighbourList
  ) throws {
    self.communicator = communicator
    self.topology = topology
    self.cell = cell
    referenceCell = cell
    let grid = try BrickGrid(cell: cell, ranks: communicator.size, moleculeCount: topology.moleculeCount)
    halo = Halo(
      communicator: communicator, grid: grid, range_A: listRange_A, isFull: list.needsFullHalo)
    self.list = list
  }

  /// Changes the cell; atoms stay where they are, and so do the bricks in fractions of the cell.
  package func setCell(_ cell: Cell) {
    self.cell = cell
    halo.setCell(cell)
  }

  /// Cartesian centre of this rank's brick, Å: the origin of the pair kernel's coordinates.
  package var centre: Vector3 {
    let (low, high) = grid.corners(grid.position(of: communicator.rank))
    return cell.cartesian((low + high) / 2)
  }

  /// Moves the borders between bricks so that each holds the same number of atoms.
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

  /// Sets the borders between bricks, fractions of the cell along each lattice vector.
  package func setCuts(_ cuts: [[Double]]) { halo.grid.setCuts(cuts) }

  /// Loads the molecules of a whole structure whose centres lie in this brick, with velocities of zero.
  package func loadOwnMolecules(of structure: Structure) {
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

  /// Appends a molecule with the ids and types of its atoms; the caller writes their coordinates.
  func append(_ molecule: OwnedMolecule) {
    var molecule = molecule
    molecule.first = Int32(atoms.count)
    if let perMoleculeData, molecule.dataSlot < 0 {
      molecule.dataSlot = perMoleculeData.takeSlot(template: molecule.template)
    }
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

  /// Moves molecules to the ranks that own them now, sorts them in space, and builds the halo and the list.
  package func rebuild() throws {
    atoms.haloCount = 0
    wrapMolecules()
    try migrate()
    sortMolecules()
    atoms.reference.initialize(from: atoms.position, count: atoms.count)
    try buildLists()
  }

  /// Builds the halo and the list for the atoms as they stand; `reference` holds the same positions.
  package func buildLists() throws {
    referenceCell = cell
    try halo.build(atoms, molecules, cell: cell)
    list.build(self)
  }

  /// Begins to update the positions of the halo. `continuePositions` follows until it returns false; other work may be
  /// done in between.
  package func beginPositions() throws { try halo.beginPositions(atoms) }

  /// - Returns: whether messages are still under way.
  @discardableResult
  package func continuePositions() throws -> Bool { try halo.continuePositions(atoms) }

  /// Begins to return the forces on halo atoms to their owners, in the same way.
  package func beginForces() throws { try halo.beginForces(atoms) }

  /// - Returns: whether messages are still under way.
  @discardableResult
  package func continueForces() throws -> Bool { try halo.continueForces(atoms) }

  /// How the cell has changed since the lists were built; nil where it has not.
  package var deformation: Matrix3? { cell == referenceCell ? nil : cell.deformation(from: referenceCell) }

  /// The bytes of `trafficPerStep` that the surface of the brick predicts.
  package var surfaceBytesPerStep: Double {
    halo.surfaceBytes(cell: cell, density: Double(topology.atomCount) / cell.volume)
  }

  /// Messages and bytes that this rank sends in one update of positions and one return of forces.
  package var trafficPerStep: (messages: Int, bytes: Int) { halo.trafficPerStep }
}

import Crystal
import Decomposition
import MPI
import Model

/// Sends the members of a record group from the ranks that own them in space to the ranks that write them, in one
/// exchange.
///
/// Members are assigned to blocks at the start of the run; block b is written by rank b mod ranks, so that a run can
/// continue on another number of ranks.
package final class RecordRedistributor {
  /// What a member is.
  package enum Kind: Sendable { case atoms, bodies }

  /// One block's members in their order.
  package struct Block: Sendable {
    package let index: Int
    /// `[member][3]`, Å, unwrapped.
    package var positions: [Float]
    /// `[member][4]`: w, x, y, z; empty for atoms.
    package var orientations: [Float]
  }

  private let kind: Kind
  private let blocks: [Range<Int>]
  /// Place of each atom or molecule id in the group, −1 for none.
  private let place: [Int32]
  private let blockOfPlace: [Int32]
  private let geometry: RecordGeometry

  /// - Parameters:
  ///   - members: ids of atoms, or of molecules for bodies.
  ///   - blocks: ranges of `members`.
  ///   - structure: holds the reference geometry of each kind of molecule.
  package init(
    kind: Kind, members: [Int], blocks: [Range<Int>], topology: Topology, structure: Structure
  ) {
    self.kind = kind
    self.blocks = blocks
    var place = [Int32](repeating: -1, count: kind == .atoms ? topology.atomCount : topology.moleculeCount)
    for (index, id) in members.enumerated() { place[id] = Int32(index) }
    self.place = place
    var blockOfPlace = [Int32](repeating: 0, count: members.count)
    for (block, range) in blocks.enumerated() { for index in range { blockOfPlace[index] = Int32(block) } }
    self.blockOfPlace = blockOfPlace
    geometry = RecordGeometry(topology: topology, structure: structure)
  }

  private struct Entry: BitwiseCopyable {
    var place: Int32
    var position: SIMD3<Float>
    var orientation: SIMD4<Float>
  }

  /// - Returns: the blocks that this rank writes.
  package func collect(from domain: Domain) throws -> [Block] {
    let communicator = domain.communicator
    var outgoing = [[Entry]](repeating: [], count: communicator.size)
    for molecule in domain.molecules {
      switch kind {
      case .atoms: addAtoms(of: molecule, domain, &outgoing)
      case .bodies: addBody(molecule, domain, &outgoing)
      }
    }
    let received =
      communicator.size == 1
      ? outgoing[0] : try communicator.allToAll(Array(outgoing.joined()), counts: outgoing.map(\.count))
    outgoing.removeAll()
    var result = blocks.indices.filter { $0 % communicator.size == communicator.rank }.map { index in
      Block(
        index: index, positions: [Float](repeating: .nan, count: 3 * blocks[index].count),
        orientations: [Float](repeating: .nan, count: kind == .bodies ? 4 * blocks[index].count : 0))
    }
    for entry in received {
      let block = Int(blockOfPlace[Int(entry.place)])
      let slot = Int(entry.place) - blocks[block].lowerBound
      let target = block / communicator.size
      for k in 0..<3 { result[target].positions[3 * slot + k] = entry.position[k] }
      if kind == .bodies {
        for k in 0..<4 { result[target].orientations[4 * slot + k] = entry.orientation[k] }
      }
    }
    return result
  }

  private func addAtoms(of molecule: OwnedMolecule, _ domain: Domain, _ outgoing: inout [[Entry]]) {
    let shift = domain.cell.shift(molecule.image)
    let atoms = domain.atoms
    for i in Int(molecule.first)..<Int(molecule.first + molecule.count) {
      let place = place[Int(atoms.id[i])]
      guard place >= 0 else { continue }
      let r = SIMD3<Float>(atoms.position[i] + shift)
      let entry = Entry(place: place, position: r, orientation: .zero)
      outgoing[Int(blockOfPlace[Int(place)]) % outgoing.count].append(entry)
    }
  }

  private func addBody(_ molecule: OwnedMolecule, _ domain: Domain, _ outgoing: inout [[Entry]]) {
    let place = place[Int(molecule.id)]
    guard place >= 0 else { return }
    let r = geometry.position(of: molecule, in: domain)
    let q = geometry.orientation(of: molecule, in: domain)
    outgoing[Int(blockOfPlace[Int(place)]) % outgoing.count].append(
      Entry(place: place, position: r, orientation: q))
  }
}

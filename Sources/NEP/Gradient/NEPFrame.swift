import Crystal
import Decomposition
import Mathematics
import Model

/// One configuration of a training set for a model: its atoms, their images, and the neighbours of each atom, sorted by type
/// as the kernel takes them. It holds for all models of the same elements and cut-offs.
package final class NEPFrame: Sendable {
  package let atomCount: Int
  /// Of each atom, by the model's order of elements.
  package let types: [Int32]
  /// Own atoms, then images, Å.
  let positions: [Vector3]
  /// The own atom of each atom and image.
  let owners: [Int32]
  private let starts: [Int32]
  private let neighbours: [Int32]
  private let longest: Int
  private let typeCount: Int

  /// Pairs within the radial cut-off: what the frame costs.
  package var pairCount: Int { neighbours.count }
  /// Pairs of the atom with the most of them.
  package var mostNeighbours: Int { longest }

  /// - Parameters:
  ///   - symbols: of the atoms.
  ///   - positions: Å, anywhere.
  /// - Throws: `PotentialError` for an element that the model does not know, and for atoms at the same place.
  package init(cell: Cell, symbols: [String], positions: [Vector3], model: NEPModel) throws {
    atomCount = symbols.count
    typeCount = model.elements.count
    let types = try symbols.map { symbol in
      guard let type = model.elements.firstIndex(of: symbol) else {
        throw PotentialError("found \(symbol); the model has \(model.elements.joined(separator: ", "))")
      }
      return Int32(type)
    }
    self.types = types
    let images = PeriodicImages(cell: cell, positions: positions, reach_A: model.cutoff_A(of: symbols))
    self.positions = images.positions
    owners = images.owners
    var starts: [Int32] = []
    var neighbours: [Int32] = []
    var longest = 0
    for atom in symbols.indices {
      let first = neighbours.count
      let found = try images.neighbours(of: atom)
      for type in 0..<typeCount {
        starts.append(Int32(neighbours.count))
        for other in found where types[Int(owners[Int(other)])] == Int32(type) { neighbours.append(other) }
      }
      longest = max(longest, neighbours.count - first)
    }
    starts.append(Int32(neighbours.count))
    (self.starts, self.neighbours, self.longest) = (starts, neighbours, longest)
  }

  /// - Parameter body: receives the neighbours, the positions and the types.
  @inline(__always)
  func withRows<T>(
    _ body: (NeighbourRows, UnsafePointer<Vector3>, UnsafePointer<Int32>) throws -> T
  ) rethrows -> T? {
    try starts.withUnsafeBufferPointer { starts in
      try neighbours.withUnsafeBufferPointer { neighbours in
        try positions.withUnsafeBufferPointer { positions in
          try types.withUnsafeBufferPointer { types in
            guard let starts = starts.baseAddress, let neighbours = neighbours.baseAddress,
              let positions = positions.baseAddress, let types = types.baseAddress
            else { return nil }
            let rows = NeighbourRows(
              typeCount: typeCount, starts: starts, atoms: neighbours, count: atomCount, longest: longest)
            return try body(rows, positions, types)
          }
        }
      }
    }
  }
}

/// The atoms of a cell and their images within a distance of it.
private struct PeriodicImages {
  private(set) var positions: [Vector3]
  private(set) var owners: [Int32]
  private let squareLimit: Double

  init(cell: Cell, positions: [Vector3], reach_A: Double) {
    squareLimit = reach_A * reach_A
    // Into the cell first, so that few images are needed.
    let wrapped = positions.map { position in
      let s = cell.fractional(position)
      return cell.cartesian(s - s.rounded(.down))
    }
    self.positions = wrapped
    owners = wrapped.indices.map { Int32($0) }
    let margins = Vector3(repeating: reach_A) / cell.heights
    let counts = margins.rounded(.up)
    let (nx, ny, nz) = (Int(counts.x), Int(counts.y), Int(counts.z))
    for x in -nx...nx {
      for y in -ny...ny {
        for z in -nz...nz where (x, y, z) != (0, 0, 0) {
          let shift = Vector3(Double(x), Double(y), Double(z))
          for (atom, position) in wrapped.enumerated() {
            let s = cell.fractional(position) + shift
            guard all(s .> -margins), all(s .< 1 + margins) else { continue }
            self.positions.append(position + cell.cartesian(shift))
            owners.append(Int32(atom))
          }
        }
      }
    }
  }

  /// - Throws: `PotentialError` for an atom at the same place.
  func neighbours(of atom: Int) throws -> [Int32] {
    var found: [Int32] = []
    for other in positions.indices where other != atom {
      let d = positions[other] - positions[atom]
      let square = dot(d, d)
      guard square < squareLimit else { continue }
      guard square > 1e-4 else {
        throw PotentialError("atoms \(atom + 1) and \(owners[other] + 1) are \(square.squareRoot()) Å apart")
      }
      found.append(Int32(other))
    }
    return found
  }
}

import Crystal
import Potentials

/// The cell cut into equal bricks along its lattice vectors, one for each rank.
///
/// Rank = (x · n_y + y) · n_z + z. The cut with the smallest surface between ranks is chosen: that is what
/// the halo costs.
public struct BrickGrid: Equatable, Sendable {
  public let counts: SIMD3<Int>

  public init(counts: SIMD3<Int>) { self.counts = counts }

  /// - Throws: `DecompositionError` when there are more ranks than molecules: a brick that never owns
  ///   anything is a rank that waits.
  public init(cell: Cell, ranks: Int, moleculeCount: Int) throws {
    guard ranks <= moleculeCount else {
      throw DecompositionError(
        "\(ranks) ranks can't share \(moleculeCount) ions and molecules; the largest number that can is \(moleculeCount)"
      )
    }
    let areas = Vector3(
      length(cross(cell.b, cell.c)), length(cross(cell.c, cell.a)), length(cross(cell.a, cell.b)))
    var best = SIMD3<Int>(1, 1, ranks)
    var smallest = Double.infinity
    for x in 1...ranks where ranks % x == 0 {
      for y in 1...(ranks / x) where (ranks / x) % y == 0 {
        let z = ranks / x / y
        let surface =
          areas.x * Double(x - 1) + areas.y * Double(y - 1) + areas.z * Double(z - 1)
          // Ties go to the cut with the thickest bricks.
          + 1e-6 * Double(max(x, y, z))
        if surface < smallest {
          smallest = surface
          best = [x, y, z]
        }
      }
    }
    counts = best
  }

  public func position(of rank: Int) -> SIMD3<Int> {
    [rank / (counts.y * counts.z), rank / counts.z % counts.y, rank % counts.z]
  }

  public func rank(at position: SIMD3<Int>) -> Int {
    func wrap(_ i: Int, _ n: Int) -> Int { (i % n + n) % n }
    return (wrap(position.x, counts.x) * counts.y + wrap(position.y, counts.y)) * counts.z
      + wrap(position.z, counts.z)
  }

  /// The rank whose brick holds a point, fractional coordinates 0 ≤ s < 1.
  @inline(__always)
  func owner(of s: Vector3) -> Int {
    let x = min(Int(s.x * Double(counts.x)), counts.x - 1)
    let y = min(Int(s.y * Double(counts.y)), counts.y - 1)
    let z = min(Int(s.z * Double(counts.z)), counts.z - 1)
    return (x * counts.y + y) * counts.z + z
  }
}

/// A cell, rank count or motion that the decomposition can't serve.
public struct DecompositionError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}

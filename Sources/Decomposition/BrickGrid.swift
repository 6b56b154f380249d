import Crystal
import Mathematics

/// The cell cut into bricks along its lattice vectors, one for each rank.
///
/// Rank = (x · n_y + y) · n_z + z. Of all cuts that with the smallest surface between ranks is chosen, which makes the
/// smallest halo. Bricks are equal unless some would then hold many more atoms than others: see `balance`.
package struct BrickGrid: Equatable, Sendable {
  package let counts: SIMD3<Int>
  /// Along each lattice vector where the bricks begin, and 1: fractions of the cell, rising.
  package private(set) var cuts: [[Double]]

  package init(counts: SIMD3<Int>) {
    self.counts = counts
    cuts = (0..<3).map { Self.equal(counts[$0]) }
  }

  private static func equal(_ count: Int) -> [Double] { (0...count).map { Double($0) / Double(count) } }

  /// - Throws: `DecompositionError` when there are more ranks than molecules: a rank would have nothing to do.
  package init(cell: Cell, ranks: Int, moleculeCount: Int) throws {
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
    self.init(counts: best)
  }

  /// The part of the mean load by which a slab of bricks may exceed it before the cuts move.
  private static let tolerance = 0.1

  /// Moves the cuts along each lattice vector so that the slabs between them have equal loads, if equal slabs do not: in
  /// a cell with voids, or of several phases.
  /// - Parameter loads: fractional coordinates 0 ≤ s < 1 of molecules, and the work that each takes.
  package mutating func balance(_ loads: [(s: Vector3, load: Double)]) {
    for d in 0..<3 where counts[d] > 1 {
      let n = counts[d]
      cuts[d] = Self.equal(n)
      var slabs = [Double](repeating: 0, count: n)
      for (s, load) in loads { slabs[slab(of: s[d], along: d)] += load }
      let total = slabs.reduce(0, +)
      guard total > 0, (slabs.max() ?? 0) > (1 + Self.tolerance) * total / Double(n) else { continue }
      let sorted = loads.map { ($0.s[d], $0.load) }.sorted { $0.0 < $1.0 }
      var moved = cuts[d]
      var sum = 0.0
      var next = 1
      for (index, (s, load)) in sorted.enumerated() where next < n {
        sum += load
        while next < n, sum >= total * Double(next) / Double(n) {
          let after = index + 1 < sorted.count ? sorted[index + 1].0 : 1
          moved[next] = (s + after) / 2
          next += 1
        }
      }
      // Molecules in one plane can't be divided.
      if zip(moved, moved.dropFirst()).allSatisfy({ $1 - $0 > 1e-6 }) { cuts[d] = moved }
    }
  }

  /// Sets cuts that were chosen before; ignores those of another number of bricks.
  package mutating func setCuts(_ cuts: [[Double]]) {
    if cuts.map(\.count) == self.cuts.map(\.count) { self.cuts = cuts }
  }

  /// How many neighbouring bricks above any brick overlap the range of a width (a fraction of the cell) above it.
  func hops(along d: Int, width: Double) -> Int {
    let n = counts[d]
    func border(_ index: Int) -> Double { cuts[d][index % n] + Double(index / n) }
    var largest = 1
    for brick in 0..<n {
      var hops = 1
      while border(brick + 1 + hops) <= border(brick + 1) + width { hops += 1 }
      largest = max(largest, hops)
    }
    return largest
  }

  /// Lower and upper corner of a brick, fractional coordinates.
  func corners(_ position: SIMD3<Int>) -> (low: Vector3, high: Vector3) {
    (
      [cuts[0][position.x], cuts[1][position.y], cuts[2][position.z]],
      [cuts[0][position.x + 1], cuts[1][position.y + 1], cuts[2][position.z + 1]]
    )
  }

  @inline(__always)
  private func slab(of s: Double, along d: Int) -> Int {
    // The search begins at the slab among equal ones.
    var index = min(max(Int(s * Double(counts[d])), 0), counts[d] - 1)
    while index + 1 < counts[d], s >= cuts[d][index + 1] { index += 1 }
    while index > 0, s < cuts[d][index] { index -= 1 }
    return index
  }

  package func position(of rank: Int) -> SIMD3<Int> {
    [rank / (counts.y * counts.z), rank / counts.z % counts.y, rank % counts.z]
  }

  package func rank(at position: SIMD3<Int>) -> Int {
    func wrap(_ i: Int, _ n: Int) -> Int { (i % n + n) % n }
    return (wrap(position.x, counts.x) * counts.y + wrap(position.y, counts.y)) * counts.z
      + wrap(position.z, counts.z)
  }

  /// The rank whose brick holds a point, fractional coordinates 0 ≤ s < 1.
  @inline(__always)
  func owner(of s: Vector3) -> Int {
    (slab(of: s.x, along: 0) * counts.y + slab(of: s.y, along: 1)) * counts.z + slab(of: s.z, along: 2)
  }
}

/// A cell, number of ranks or motion that the decomposition can't handle.
package struct DecompositionError: Error, CustomStringConvertible {
  package let description: String
  package init(_ description: String) { self.description = description }
}

import Mathematics
import Model

/// All neighbours of each own atom within range, sorted by species: for many-body potentials, which need a full halo
/// as wide as the range.
package final class FullNeighbourList: DomainNeighbourList {
  /// Cut-off plus skin, Å.
  private let range_A: Double
  private let speciesOfType: [Int32]
  private let speciesCount: Int
  private var starts: [Int32] = []
  private var neighbours: [Int32] = []
  private var longest = 0

  package init(range_A: Double, topology: Topology) {
    self.range_A = range_A
    speciesOfType = topology.speciesOfType
    speciesCount = topology.species.count
  }

  package var needsFullHalo: Bool { true }

  /// Calls `body` with the lists; nil where none have been built.
  package func withRows<T>(count: Int, _ body: (NeighbourRows) throws -> T) rethrows -> T? {
    try starts.withUnsafeBufferPointer { starts in
      try neighbours.withUnsafeBufferPointer { neighbours in
        guard let first = starts.baseAddress, let atoms = neighbours.baseAddress else { return nil }
        return try body(
          NeighbourRows(typeCount: speciesCount, starts: first, atoms: atoms, count: count, longest: longest))
      }
    }
  }

  package func build(_ domain: Domain) {
    let atoms = domain.atoms
    let boxes = Boxes(atoms, edge: range_A / 2)
    let position = atoms.position
    let type = atoms.type
    let limit = range_A * range_A
    starts.removeAll(keepingCapacity: true)
    starts.reserveCapacity(atoms.count * speciesCount + 1)
    neighbours.removeAll(keepingCapacity: true)
    longest = 0
    var found: [Int32] = []
    var counts = [Int](repeating: 0, count: speciesCount)
    for atom in 0..<atoms.count {
      let origin = position[atom]
      found.removeAll(keepingCapacity: true)
      for k in counts.indices { counts[k] = 0 }
      boxes.forEachStretch(around: origin, reach: range_A) { stretch in
        for index in stretch {
          let other = boxes.atoms[index]
          let d = boxes.positions[index] - origin
          guard dot(d, d) < limit, Int(other) != atom else { continue }
          found.append(other)
          counts[Int(speciesOfType[Int(type[Int(other)])])] += 1
        }
      }
      // By species; within one, in the order in which they were found.
      let base = neighbours.count
      neighbours.append(contentsOf: found)
      var next = base
      for k in counts.indices {
        starts.append(Int32(next))
        let count = counts[k]
        counts[k] = next
        next += count
      }
      for other in found {
        let k = Int(speciesOfType[Int(type[Int(other)])])
        neighbours[counts[k]] = other
        counts[k] += 1
      }
      longest = max(longest, found.count)
    }
    starts.append(Int32(neighbours.count))
    // An empty array has no address.
    if neighbours.isEmpty { neighbours.append(0) }
  }
}

/// Atoms sorted into boxes, so that those near a point lie in a few contiguous ranges.
private struct Boxes {
  private let low: Vector3
  private let edge: Double
  private let counts: SIMD3<Int>
  private let starts: [Int32]
  /// By box; their positions in the same order.
  let atoms: [Int32]
  let positions: [Vector3]

  init(_ store: AtomStore, edge wanted: Double) {
    let position = store.position
    let total = store.totalCount
    var low = Vector3(repeating: .infinity)
    var high = Vector3(repeating: -.infinity)
    for i in 0..<total {
      low = pointwiseMin(low, position[i])
      high = pointwiseMax(high, position[i])
    }
    if total == 0 { (low, high) = (.zero, .zero) }
    self.low = low
    // A few atoms in a large void must not make many more boxes than there are atoms.
    var edge = wanted
    func boxes() -> SIMD3<Int> {
      let n = (high - low) / edge
      return SIMD3(Int(min(n.x, 1e6)), Int(min(n.y, 1e6)), Int(min(n.z, 1e6))) &+ 1
    }
    while Double(boxes().x) * Double(boxes().y) * Double(boxes().z) > 8 * Double(total) + 64 { edge *= 1.5 }
    self.edge = edge
    let counts = boxes()
    self.counts = counts
    func box(_ r: Vector3) -> Int {
      let s = (r - low) / edge
      return (Int(s.x) * counts.y + Int(s.y)) * counts.z + Int(s.z)
    }
    var starts = [Int32](repeating: 0, count: counts.x * counts.y * counts.z + 1)
    for i in 0..<total { starts[box(position[i]) + 1] += 1 }
    for k in 1..<starts.count { starts[k] += starts[k - 1] }
    var next = starts
    var atoms = [Int32](repeating: 0, count: total)
    for i in 0..<total {
      let k = box(position[i])
      atoms[Int(next[k])] = Int32(i)
      next[k] += 1
    }
    self.starts = starts
    self.atoms = atoms
    positions = atoms.map { position[Int($0)] }
  }

  /// The ranges of `atoms` in the boxes within reach; boxes along z lie together.
  @inline(__always)
  func forEachStretch(around r: Vector3, reach: Double, _ body: (Range<Int>) -> Void) {
    let from = (r - low - reach) / edge
    let to = (r - low + reach) / edge
    func span(_ d: Int) -> ClosedRange<Int>? {
      let first = max(0, Int(max(from[d], 0)))
      let last = min(counts[d] - 1, Int(max(to[d], -1)))
      return to[d] < 0 || first > last ? nil : first...last
    }
    guard let xs = span(0), let ys = span(1), let zs = span(2) else { return }
    for x in xs {
      for y in ys {
        let row = (x * counts.y + y) * counts.z
        body(Int(starts[row + zs.lowerBound])..<Int(starts[row + zs.upperBound + 1]))
      }
    }
  }
}

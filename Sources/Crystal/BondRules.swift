import Mathematics

/// Which atoms count as bonded, by distance: the covalent bonds of hydroborate and related anions.
/// Every other atom (metals, oxide) is an ion of its own.
package enum BondRules {
  /// The longest bond between two elements, Å; nil where they never bond. Longer than the usual bond by a
  /// fifth or more, and far below any contact between molecules.
  package static func longestBond_A(_ first: String, _ second: String) -> Double? {
    table[first <= second ? first + " " + second : second + " " + first]
  }

  /// The longest bond of any two elements, Å.
  static let reach_A = 2.2

  private static let table: [String: Double] = [
    "B B": 2.2, "B H": 1.5, "B C": 2.1, "C C": 1.9, "C H": 1.4, "H N": 1.3, "H O": 1.3,
  ]
}

/// The bonds of one structure.
struct BondGraph {
  struct Bond {
    let atom: Int
    let image: SIMD3<Int>
  }
  let neighbours: [[Bond]]

  /// - Parameter allowed: whether two atoms may bond at all, beyond their distance.
  init(
    cell: Cell, elements: [String], positions: [Vector3], allowed: (Int, Int) -> Bool = { _, _ in true }
  ) throws {
    let search = try PeriodicPairs(cell: cell, positions: positions, radius: BondRules.reach_A)
    var neighbours = [[Bond]](repeating: [], count: elements.count)
    for i in elements.indices {
      var near = 0
      try search.forEach(of: i) { j, image, vector in
        near += 1
        // Else atoms on one another would take the square of their number in memory.
        guard near <= OverlapLimits.mostNeighbours else {
          throw StructureError.overlap(
            elements, i, j, image, vector, limit_A: OverlapLimits().intramolecular_A)
        }
        guard let longest = BondRules.longestBond_A(elements[i], elements[j]), length(vector) <= longest,
          allowed(i, j)
        else { return }
        neighbours[i].append(Bond(atom: j, image: image))
      }
      neighbours[i].sort { ($0.atom, $0.image.x, $0.image.y) < ($1.atom, $1.image.x, $1.image.y) }
    }
    self.neighbours = neighbours
  }

  /// The atoms bonded to `start`, directly or through others, each with the periodic image in which it is
  /// bonded to the image of `start`.
  ///
  /// - Throws: `StructureError.endlessMolecule`.
  func component(of start: Int, elements: [String]) throws -> [Int: SIMD3<Int>] {
    var images = [start: SIMD3<Int>()]
    var queue = [start]
    while let i = queue.popLast() {
      let own = images[i] ?? SIMD3()
      for bond in neighbours[i] {
        let image = own &+ bond.image
        if let known = images[bond.atom] {
          guard known == image else {
            throw StructureError.endlessMolecule(atom: bond.atom, element: elements[bond.atom])
          }
        } else {
          images[bond.atom] = image
          queue.append(bond.atom)
        }
      }
    }
    return images
  }
}

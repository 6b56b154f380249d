import Mathematics

/// The bonds of one structure.
struct BondGraph {
  struct Bond {
    let atom: Int
    let image: SIMD3<Int>
    var length_A = 0.0
  }
  private(set) var neighbours: [[Bond]]

  init(neighbours: [[Bond]]) { self.neighbours = neighbours }

  /// - Parameter allowed: whether two atoms may bond at all, beyond their distance.
  init(
    cell: Cell, elements: [String], positions: [Vector3], rules: IonRules,
    allowed: (Int, Int) -> Bool = { _, _ in true }
  ) throws {
    let limits = BondLimits(elements, rules)
    neighbours = [[Bond]](repeating: [], count: elements.count)
    // Without bonds the search still says which position is not finite.
    let search = try PeriodicPairs(cell: cell, positions: positions, radius: max(limits.reach_A, 1))
    guard limits.reach_A > 0 else { return }
    for i in elements.indices {
      var near = 0
      try search.forEach(of: i) { j, image, vector in
        let distance = length(vector)
        if distance <= OverlapLimits.near_A { near += 1 }
        // Else atoms on one another would take the square of their number in memory.
        guard near <= OverlapLimits.mostNeighbours else {
          throw StructureError.overlap(
            elements, i, j, image, vector, limit_A: OverlapLimits().intramolecular_A)
        }
        guard distance <= limits.longest_A(i, j), allowed(i, j) else { return }
        neighbours[i].append(Bond(atom: j, image: image, length_A: distance))
      }
      neighbours[i].sort { ($0.atom, $0.image.x, $0.image.y) < ($1.atom, $1.image.x, $1.image.y) }
    }
    keepOneBondOfHydrogens(elements)
  }

  /// Elements that a hydrogen may bridge.
  private static let bridged: Set<String> = ["B", "Al", "Ga", "F"]

  /// A hydrogen between two atoms, in a short hydrogen bond, belongs to the nearer one; of two equally near to the first.
  /// Boranes, alanates and HF2 keep both bonds.
  private mutating func keepOneBondOfHydrogens(_ elements: [String]) {
    for i in elements.indices where elements[i] == "H" && neighbours[i].count > 1 {
      guard neighbours[i].contains(where: { !Self.bridged.contains(elements[$0.atom]) }),
        let nearest = neighbours[i].min(by: { ($0.length_A, $0.atom) < ($1.length_A, $1.atom) })
      else { continue }
      for bond in neighbours[i] where bond.atom != nearest.atom || bond.image != nearest.image {
        neighbours[bond.atom].removeAll { $0.atom == i && $0.image == SIMD3() &- bond.image }
      }
      neighbours[i] = [nearest]
    }
  }

  /// The atoms bonded to `start`, directly or through others, each with the periodic image in which it is
  /// bonded to the image of `start`; `end` is an atom that is bonded to its own image, nil in a molecule.
  func component(of start: Int) -> (images: [Int: SIMD3<Int>], end: Int?) {
    var images = [start: SIMD3<Int>()]
    var queue = [start]
    var end: Int?
    while let i = queue.popLast() {
      let own = images[i] ?? SIMD3()
      for bond in neighbours[i] {
        let image = own &+ bond.image
        if let known = images[bond.atom] {
          if known != image { end = end ?? bond.atom }
        } else {
          images[bond.atom] = image
          queue.append(bond.atom)
        }
      }
    }
    return (images, end)
  }

  /// - Throws: `StructureError.endlessMolecule`.
  func molecule(of start: Int, elements: [String]) throws -> [Int: SIMD3<Int>] {
    let (images, end) = component(of: start)
    if let end { throw StructureError.endlessMolecule(atom: end, element: elements[end]) }
    return images
  }

  /// Gives up bonds of networks without end: first those of `BondRules.networkFormers`, and of a network that still has
  /// no end all.
  /// - Returns: what was given up, one line each.
  mutating func cutNetworks(elements: [String]) -> [String] {
    var notes: [String] = []
    for isLast in [false, true] {
      let endless = endlessAtoms()
      guard !endless.isEmpty else { break }
      func isCut(_ i: Int, _ j: Int) -> Bool {
        isLast || BondRules.networkFormers.contains(elements[i])
          || BondRules.networkFormers.contains(elements[j])
      }
      var cut: Set<ElementPair> = []
      for i in endless {
        for bond in neighbours[i] where isCut(i, bond.atom) {
          cut.insert(ElementPair(elements[i], elements[bond.atom]))
        }
        neighbours[i].removeAll { isCut(i, $0.atom) }
      }
      guard !cut.isEmpty else { continue }
      let pairs = cut.sorted().map(\.text).joined(separator: ", ")
      notes.append(
        "bonds go on without end (\(pairs)): they count as none, and atoms left without one are single ions")
    }
    return notes
  }

  private func endlessAtoms() -> [Int] {
    var isSeen = [Bool](repeating: false, count: neighbours.count)
    var endless: [Int] = []
    for start in neighbours.indices where !isSeen[start] && !neighbours[start].isEmpty {
      let (images, end) = component(of: start)
      for atom in images.keys { isSeen[atom] = true }
      if end != nil { endless += images.keys }
    }
    return endless.sorted()
  }
}

/// The longest bonds of the atoms of a structure, looked up by number.
struct BondLimits {
  let reach_A: Double
  private let numberOfAtom: [Int]
  private let count: Int
  private let longest: [Double]

  init(_ elements: [String], _ rules: IonRules) {
    let names = Set(elements).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    numberOfAtom = elements.map { numbers[$0] ?? 0 }
    count = names.count
    longest = names.flatMap { first in names.map { rules.longestBond_A(first, $0) ?? -1 } }
    reach_A = max(0, longest.max() ?? 0)
  }

  /// Å; negative where two atoms never bond, even on one another.
  func longest_A(_ i: Int, _ j: Int) -> Double { longest[numberOfAtom[i] * count + numberOfAtom[j]] }
}

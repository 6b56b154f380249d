import Mathematics

/// An average structure as diffraction gives it: sites of which some are occupied in a part of all cells.
///
/// `realise` makes whole atoms of it. A structure whose sites are all full is one of these too.
public struct DisorderedStructure: Sendable {
  /// One site of the asymmetric unit, as a file lists it.
  public struct Site: Equatable, Sendable {
    /// As the file names it.
    public var label: String
    /// Its symbol.
    public var element: String
    /// Fractions of the cell.
    public var fractional: Vector3
    /// The part of its positions that hold an atom, 0…1.
    public var occupancy: Double
    /// Sites of one assembly are alternatives of the same place; `group` says which belong together. A group
    /// that begins with a minus is disordered about a symmetry element: its own copies are alternatives.
    public var assembly: String
    /// Sites that exclude each other (CIF: `_atom_site_disorder_group`); nil for none.
    public var group: String?

    /// - Parameters: as the properties.
    public init(
      label: String, element: String, fractional: Vector3, occupancy: Double = 1, assembly: String = "",
      group: String? = nil
    ) {
      self.label = label
      self.element = element
      self.fractional = fractional
      self.occupancy = occupancy
      self.assembly = assembly
      self.group = group
    }

    /// Refinements and rounding leave full sites a little below one.
    public var isFull: Bool { occupancy > 0.999 }
  }

  /// One position of the cell.
  struct Position: Sendable {
    let site: Int
    let fractional: Vector3
    /// The symmetry operations that lead here from the site, by their numbers.
    let operations: [Int]
  }

  /// What messages call it: its file, or its own name.
  public let name: String
  /// Of the average.
  public let cell: Cell
  /// All places in the cell.
  public let sites: [Site]
  let positions: [Position]

  /// Copies of a site nearer than this are one, on a special position, Å. Coordinates of three digits are
  /// off by 0.005 Å in a cell of 10 Å, hydrogens of split positions are further apart.
  static let specialPosition_A = 0.1

  /// Positions of different full sites nearer than this are a mistake of the file, Å.
  static let coincidence_A = 0.5

  /// - Throws: `StructureError.disorder` where two full sites coincide.
  init(name: String, cell: Cell, sites: [Site], operations: [SymmetryOperation]) throws {
    self.name = name
    self.cell = cell
    self.sites = sites
    positions = sites.indices.flatMap { index in
      Self.orbit(of: sites[index].fractional, cell: cell, operations: operations).map {
        Position(site: index, fractional: $0.fractional, operations: $0.operations)
      }
    }
    try checkCoincidence()
  }

  /// Every site is full.
  public var isOrdered: Bool { sites.allSatisfy(\.isFull) }

  /// The number of positions of a site in the cell.
  public func multiplicity(ofSite site: Int) -> Int { positions.count { $0.site == site } }

  /// All positions of a site. A site within reach of its own copies is first moved to their mean, so that
  /// 0.3333 becomes the third that the symmetry wants.
  private static func orbit(
    of site: Vector3, cell: Cell, operations: [SymmetryOperation]
  ) -> [(fractional: Vector3, operations: [Int])] {
    func distance(_ u: Vector3, _ v: Vector3) -> (vector: Vector3, length: Double) {
      let d = u - v
      let rest = d - d.rounded(.toNearestOrEven)
      return (rest, length(cell.cartesian(rest)))
    }
    let near = operations.map { distance($0(site), site) }.filter { $0.length < specialPosition_A }
    let mean = site + near.reduce(Vector3()) { $0 + $1.vector } / Double(max(near.count, 1))
    var found: [(fractional: Vector3, operations: [Int])] = []
    for (number, operation) in operations.enumerated() {
      let image = operation(mean)
      if let same = found.firstIndex(where: { distance($0.fractional, image).length < specialPosition_A }) {
        found[same].operations.append(number)
      } else {
        // What is on a face but for rounding stays on that face.
        let home = image - (image + Vector3(repeating: 1e-9)).rounded(.down)
        found.append((home, [number]))
      }
    }
    return found
  }

  private func checkCoincidence() throws {
    let full = positions.indices.filter { sites[positions[$0].site].isFull }
    let search = try PeriodicPairs(
      cell: cell, positions: full.map { cell.cartesian(positions[$0].fractional) },
      radius: Self.coincidence_A)
    for i in full.indices {
      try search.forEach(of: i) { j, _, vector in
        let (first, second) = (sites[positions[full[i]].site].label, sites[positions[full[j]].site].label)
        let what = first == second ? "two copies of the site \(first)" : "the sites \(first) and \(second)"
        throw StructureError.disorder(
          name: name,
          problem: """
            \(what) are \((length(vector) * 1000).rounded() / 1000) Å apart and both full; wanted \
            \(Self.coincidence_A) Å or more between full sites, or their occupancies
            """)
      }
    }
  }
}

import Mathematics

/// An average structure as diffraction gives it: some sites are occupied only in a fraction of the cells.
///
/// `realise` turns it into whole atoms. A structure whose sites are all fully occupied is also valid.
public struct DisorderedStructure: Sendable {
  /// One site of the asymmetric unit, as a file lists it.
  public struct Site: Equatable, Sendable {
    /// The site's label in the file.
    public var label: String
    /// Its symbol.
    public var element: String
    /// Fractions of the cell.
    public var fractional: Vector3
    /// The fraction of its positions that hold an atom, 0…1.
    public var occupancy: Double
    /// Sites of one assembly are alternatives at the same place; `group` says which belong together. A group
    /// that begins with a minus is disordered about a symmetry element: its own copies are alternatives.
    public var assembly: String
    /// Sites that exclude each other (CIF: `_atom_site_disorder_group`); nil for none.
    public var group: String?
    /// Its isotope, D or T; nil for the natural mixture.
    public var isotope: String?
    /// Its oxidation state, e; nil where the file has none.
    public var charge_e: Double?

    /// - Parameters: as the properties.
    public init(
      label: String, element: String, fractional: Vector3, occupancy: Double = 1, assembly: String = "",
      group: String? = nil, isotope: String? = nil, charge_e: Double? = nil
    ) {
      self.label = label
      self.element = element
      self.fractional = fractional
      self.occupancy = occupancy
      self.assembly = assembly
      self.group = group
      self.isotope = isotope
      self.charge_e = charge_e
    }

    /// Refinement and rounding leave fully occupied sites slightly below one.
    public var isFull: Bool { occupancy > 0.999 }
  }

  /// One position of the cell.
  struct Position: Sendable {
    let site: Int
    let fractional: Vector3
    /// The indices of the symmetry operations that map the site to this position.
    let operations: [Int]
  }

  /// The name in messages: that of its file, or its own.
  public let name: String
  /// The average cell.
  public let cell: Cell
  /// All sites of the asymmetric unit.
  public let sites: [Site]
  let positions: [Position]
  /// What the user says of the ions.
  let rules: IonRules

  /// Copies of a site closer than this are one, on a special position, Å. Coordinates of three digits are off
  /// by 0.005 Å in a cell of 10 Å; hydrogens of split positions are farther apart.
  static let specialPosition_A = 0.1

  /// Positions of different fully occupied sites closer than this are an error in the file, Å.
  static let coincidence_A = 0.5

  /// - Throws: `StructureError.disorder` where two full sites coincide.
  init(name: String, cell: Cell, sites: [Site], operations: [SymmetryOperation], rules: IonRules) throws {
    self.name = name
    self.rules = rules
    self.cell = cell
    self.sites = sites
    positions = sites.indices.flatMap { index in
      Self.orbit(of: sites[index].fractional, cell: cell, operations: operations).map {
        Position(site: index, fractional: $0.fractional, operations: $0.operations)
      }
    }
    try checkCoincidence()
  }

  /// The isotope masses where each element has one in all its sites, by element.
  var uniformIsotopes: AtomMasses? {
    var masses = AtomMasses()
    for (element, own) in Dictionary(grouping: sites, by: \.element) {
      let isotopes = Set(own.map(\.isotope))
      guard isotopes.count == 1 else { return nil }
      if let isotope = own[0].isotope { masses.ofElement[element] = Element(symbol: isotope)?.mass_amu }
    }
    return masses
  }

  /// Whether every site is fully occupied.
  public var isOrdered: Bool { sites.allSatisfy(\.isFull) }

  /// The number of positions of a site in the cell (its multiplicity).
  public func multiplicity(ofSite site: Int) -> Int { positions.count { $0.site == site } }

  /// All positions of a site. A site close to its own copies is first moved to their mean, so that 0.3333
  /// becomes the exact third that the symmetry requires.
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
        // A position on a face to within rounding stays on that face.
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

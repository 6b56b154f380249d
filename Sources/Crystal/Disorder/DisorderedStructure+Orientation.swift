extension DisorderedStructure {
  /// A molecule of the average cell in which some positions are alternatives.
  struct PartialMolecule {
    let choice: OrientationChoice
    /// The indices within the unit of the always present atoms, and of the choice's atoms.
    let fixed: [Int]
    let partial: [Int]
    let labels: [String]
  }

  /// More than the alternatives of the largest anions in any cubic space group.
  private static let mostAlternatives = 300

  /// - Throws: `StructureError.disorder` where the occupancies don't add up to whole atoms.
  func partialMolecule(_ unit: DisorderUnit) throws -> PartialMolecule {
    func site(_ index: Int) -> Site { sites[positions[unit.positions[index]].site] }
    let fixed = unit.positions.indices.filter { site($0).isFull }
    let partial = unit.positions.indices.filter { !site($0).isFull }
    var labels: [String] = []
    for index in partial where !labels.contains(site(index).label) { labels.append(site(index).label) }
    guard partial.count <= Self.mostAlternatives else {
      throw StructureError.disorder(
        name: name,
        problem: """
          the sites \(labels.joined(separator: ", ")) have \(partial.count) alternative positions in one \
          molecule, wanted at most \(Self.mostAlternatives)
          """)
    }
    var sums: [String: (sum: Double, positions: Int)] = [:]
    for index in partial {
      let old = sums[site(index).element] ?? (0, 0)
      sums[site(index).element] = (old.sum + site(index).occupancy, old.positions + 1)
    }
    var wanted: [String: Int] = [:]
    for (element, found) in sums.sorted(by: { $0.key < $1.key }) {
      let whole = found.sum.rounded()
      // Occupancies have two or three digits, and sum over many positions.
      guard abs(found.sum - whole) <= min(0.25, 0.02 + 0.005 * Double(found.positions)) else {
        throw StructureError.disorder(
          name: name,
          problem: """
            in one molecule the sites \(labels.joined(separator: ", ")) hold \
            \((found.sum * 100).rounded() / 100) \(element) on \(found.positions) positions, wanted a whole \
            number of atoms; where different ions, or an ion and nothing, share one place, build the \
            mixture from a built-in family or write one arrangement of it to a file
            """)
      }
      wanted[element] = Int(whole)
    }
    func atom(_ index: Int) -> OrientationChoice.Atom {
      OrientationChoice.Atom(
        element: site(index).element, place: unit.places[index], weight: site(index).occupancy)
    }
    let fragments = fragments(unit, partial)
    let choice = OrientationChoice(
      fixed: fixed.map(atom), atoms: partial.map(atom), fragments: fragments.map(\.atoms),
      areAlternatives: { fragments[$0].isAlternative(to: fragments[$1]) }, wanted: wanted)
    return PartialMolecule(choice: choice, fixed: fixed, partial: partial, labels: labels)
  }

  private struct Fragment {
    /// Indices of the choice's atoms.
    var atoms: [Int]
    let assembly: String
    let group: String?
    /// The symmetry operations that generate this copy.
    var operations: Set<Int>

    func isAlternative(to other: Fragment) -> Bool {
      guard let group, let otherGroup = other.group, assembly == other.assembly else { return false }
      // Copies of a group that is disordered about a symmetry element are its alternatives.
      if group == otherGroup { return group.hasPrefix("-") && operations != other.operations }
      return !operations.isDisjoint(with: other.operations)
    }
  }

  private func fragments(_ unit: DisorderUnit, _ partial: [Int]) -> [Fragment] {
    var result: [Fragment] = []
    var copies: [[String]: [Int: [Int]]] = [:]
    for (atom, index) in partial.enumerated() {
      let position = positions[unit.positions[index]]
      let site = sites[position.site]
      if let group = site.group {
        for operation in position.operations {
          copies[[site.assembly, group], default: [:]][operation, default: []].append(atom)
        }
      } else {
        result.append(Fragment(atoms: [atom], assembly: site.assembly, group: nil, operations: []))
      }
    }
    for (key, byOperation) in copies.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      var grown: [Fragment] = []
      for (operation, atoms) in byOperation.sorted(by: { $0.key < $1.key }) {
        var new = Fragment(atoms: atoms, assembly: key[0], group: key[1], operations: [operation])
        // Copies that share atoms are one copy; about a symmetry element, only identical copies are.
        let shares = { (old: Fragment) in
          key[1].hasPrefix("-") ? old.atoms == new.atoms : !Set(old.atoms).isDisjoint(with: new.atoms)
        }
        for old in grown where shares(old) {
          new.operations.formUnion(old.operations)
          new.atoms = Set(new.atoms).union(old.atoms).sorted()
        }
        let merged = new
        grown.removeAll { !$0.operations.isDisjoint(with: merged.operations) }
        grown.append(new)
      }
      result += grown
    }
    return result
  }
}

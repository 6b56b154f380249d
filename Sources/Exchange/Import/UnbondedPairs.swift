import Crystal
import Mathematics
import Support

/// Neighbours of different elements that no rule bonds (`BondRules`), although they are as near as atoms of one ion are: the
/// clusters of elements that the table of bonds does not have, such as WS4.
enum UnbondedPairs {
  /// Single bonds are as long as the sum of the covalent radii. So are contacts of a metal and an anion (Ca–F, Zn–O), or
  /// somewhat shorter (Zr–O 0.87), but for metals in oxo and thio anions, with bonds of a higher order (W–S 0.82).
  private static let longestToMetal = 0.9
  /// Nonmetals that do not bond are much farther apart.
  private static let longest = 1.1
  /// More ligands than in a tetrahedron are the surroundings of a metal in a crystal (ZrO6 in garnets).
  private static let mostLigandsOfMetal = 4
  /// From the mean length to the longest: room for vibrations, and less than to second neighbours.
  private static let reach = 1.2

  /// More neighbours of each atom are atoms on one another, of which another warning tells.
  private static let mostNeighbours = 200

  /// The pairs of two elements in one structure, and the atoms in them.
  private struct Contacts {
    var count = 0
    var sum_A = 0.0
    var first: Set<Int> = []
    var second: Set<Int> = []
  }

  /// One line for each pair of elements that a bond would join to ions.
  /// - Parameter mobile: names of the ions that diffuse, which are ions by themselves.
  /// - Throws: `StructureError`.
  static func notes(on structure: Structure, mobile: [String], file: String) throws -> [String] {
    let limits_A = limits(structure, mobile)
    var notes: [String] = []
    for (pair, found) in try contacts(structure, limits_A).sorted(by: { $0.key < $1.key }) {
      let centre = found.first.count <= found.second.count ? pair.first : pair.second
      let ligand = centre == pair.first ? pair.second : pair.first
      let joined = centre == pair.first ? found.first.count : found.second.count
      // Few of many are near by chance.
      guard 2 * joined >= structure.elements.count(where: { $0 == centre }) else { continue }
      let mean_A = found.sum_A / Double(found.count)
      let longest_A = (10 * reach * mean_A).rounded() / 10
      guard let name = try ion(of: pair, centre: centre, in: structure, longest_A) else { continue }
      notes.append(
        "\(file): \(centre) and \(ligand) are \(fourDigits(mean_A)) Å apart, and no rule bonds them: "
          + "--bond \(centre)-\(ligand)=\(fourDigits(longest_A)) joins them to \(name), "
          + "--bond \(centre)-\(ligand)=none leaves them as they are")
    }
    return notes
  }

  /// The distances to look within, Å, of pairs of elements that the rules don't bond and of which the user says nothing.
  private static func limits(_ structure: Structure, _ mobile: [String]) -> [ElementPair: Double] {
    let rules = structure.ions.rules
    let elements = Set(structure.elements).subtracting(mobile).subtracting(rules.single).sorted()
    var limits: [ElementPair: Double] = [:]
    for (index, one) in elements.enumerated() {
      for other in elements[(index + 1)...] {
        let pair = ElementPair(one, other)
        guard rules.bonds[pair] == nil, rules.longestBond_A(one, other) == nil,
          let first = Element(symbol: one)?.covalentRadius_A,
          let second = Element(symbol: other)?.covalentRadius_A
        else { continue }
        let metals = [one, other].count(where: { FormalCharges.isMetal($0) })
        if metals < 2 { limits[pair] = (metals == 0 ? longest : longestToMetal) * (first + second) }
      }
    }
    return limits
  }

  private static func contacts(
    _ structure: Structure, _ limits_A: [ElementPair: Double]
  ) throws -> [ElementPair: Contacts] {
    guard let radius_A = limits_A.values.max() else { return [:] }
    let search = try PeriodicPairs(cell: structure.cell, positions: structure.positions, radius: radius_A)
    var found: [ElementPair: Contacts] = [:]
    var neighbours = 0
    for i in structure.elements.indices {
      guard neighbours <= mostNeighbours * (i + 1) else { return [:] }
      search.forEach(of: i) { j, _, vector in
        neighbours += 1
        let (one, other) = (structure.elements[i], structure.elements[j])
        // Each pair once, from its first element.
        guard one < other, structure.moleculeOfAtom[i] != structure.moleculeOfAtom[j] else { return }
        let pair = ElementPair(one, other)
        guard let limit_A = limits_A[pair] else { return }
        let distance_A = length(vector)
        guard distance_A <= limit_A else { return }
        found[pair, default: Contacts()].count += 1
        found[pair, default: Contacts()].sum_A += distance_A
        found[pair, default: Contacts()].first.insert(i)
        found[pair, default: Contacts()].second.insert(j)
      }
    }
    return found
  }

  /// The ion to which a bond joins a pair; nil where bonds go on without end, or to more atoms than those of an anion.
  private static func ion(
    of pair: ElementPair, centre: String, in structure: Structure, _ longest_A: Double
  ) throws -> String? {
    let old = structure.ions.rules
    guard longest_A <= IonRules.longest_A else { return nil }
    let bonds = old.bonds.merging([pair: longest_A]) { $1 }
    let rules = try IonRules(ions: old.ions, bonds: bonds, single: old.single).ofPart
    let joined = try Structure.assembling(
      cell: structure.cell, elements: structure.elements, positions: structure.positions, rules: rules
    ).structure
    let kinds = joined.moleculeKindCounts.filter {
      $0.key.composition[pair.first] != nil && $0.key.composition[pair.second] != nil
    }
    guard let kind = kinds.max(by: { ($0.value, $1.key.name) < ($1.value, $0.key.name) })?.key else {
      return nil
    }
    let centres = kind.composition[centre] ?? 1
    let ligands = kind.composition[centre == pair.first ? pair.second : pair.first] ?? 1
    let hasMetal = FormalCharges.isMetal(pair.first) || FormalCharges.isMetal(pair.second)
    return hasMetal && ligands > mostLigandsOfMetal * centres ? nil : kind.name
  }
}

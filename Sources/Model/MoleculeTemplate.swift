import Crystal
import Mathematics

/// The bonded terms of one kind of molecule with one order of its atoms: indices count from its first atom.
///
/// Determined once from the distances in a starting structure: an icosahedron's 66 B–B distances comprise 30
/// edges, 30 second neighbours and 6 diameters, whatever the order of the atoms in the file.
package struct MoleculeTemplate: Hashable, Sendable {
  package struct Bond: Hashable, Sendable {
    package let i: Int32
    package let j: Int32
    package let k_eV_per_A2: Double
    package let r0_A: Double
  }
  package struct Angle: Hashable, Sendable {
    package let i: Int32
    /// The apex.
    package let j: Int32
    package let k: Int32
    package let k_eV_per_rad2: Double
    package let theta0_rad: Double
  }

  /// Four atoms that do not lie in a plane, and the sign of their volume: distinguishes a molecule from its
  /// mirror image, which has the same bonds.
  package struct Handedness: Hashable, Sendable {
    let atoms: [Int]
    let isRight: Bool

    /// - Returns: nil for a planar molecule.
    init?(_ positions: [Vector3]) {
      var best = (volume: 0.5, atoms: [Int]())
      for j in positions.indices.dropFirst() {
        for k in positions.indices.dropFirst() where k > j {
          for l in positions.indices.dropFirst() where l > k {
            let volume = abs(Self.volume(positions, [0, j, k, l]))
            if volume > 1.01 * best.volume { best = (volume, [0, j, k, l]) }
          }
        }
      }
      guard !best.atoms.isEmpty else { return nil }
      atoms = best.atoms
      isRight = Self.volume(positions, atoms) > 0
    }

    func fits(_ positions: [Vector3]) -> Bool { (Self.volume(positions, atoms) > 0) == isRight }

    /// Six times the volume of the tetrahedron, Å³.
    private static func volume(_ r: [Vector3], _ i: [Int]) -> Double {
      dot(r[i[1]] - r[i[0]], cross(r[i[2]] - r[i[0]], r[i[3]] - r[i[0]]))
    }
  }

  /// Two atoms that are bonded in the starting structure, and the largest distance of a bond between them, Å.
  package struct Link: Hashable, Sendable {
    package let i: Int32
    package let j: Int32
    package let longest_A: Double
  }

  package let kind: String
  package let types: [String]
  package let handedness: Handedness?
  package let bonds: [Bond]
  package let angles: [Angle]
  /// The bonds of the starting structure under a potential whose bonds can break; else empty.
  package let links: [Link]

  package var atomCount: Int { types.count }

  /// A molecule under a force field.
  /// - Parameter links: for a potential that is added to the force field, under which bonds can break.
  /// - Throws: `PotentialError` for a molecule whose bonds or angles are not those of the file.
  package init(
    kind: String, types: [String], positions: [Vector3], forceField: ForceFieldFile, links: [Link] = []
  ) throws {
    var bonds: [Bond] = []
    var named: [String: [(Int, Int)]] = [:]
    for term in forceField.bonds where term.molecule == kind {
      let pairs = Self.pairs(term.types, types).sorted { a, b in
        let da = length(positions[a.0] - positions[a.1])
        let db = length(positions[b.0] - positions[b.1])
        return da != db ? da < db : a < b
      }
      guard term.last <= pairs.count else {
        throw PotentialError(
          "\(forceField.name): bonds \(term.name) wants distance \(term.last) of \(kind), which has \(pairs.count)"
        )
      }
      let members = pairs[(term.first - 1)..<term.last].sorted(by: <)
      named[term.name] = members
      bonds += members.map {
        Bond(i: Int32($0.0), j: Int32($0.1), k_eV_per_A2: term.k_eV_per_A2, r0_A: term.r0_A)
      }
    }
    var angles: [Angle] = []
    for term in forceField.angles where term.molecule == kind {
      let found = Self.angles(named[term.bonds[0]] ?? [], named[term.bonds[1]] ?? [])
      guard found.count == term.count else {
        throw PotentialError(
          "\(kind): found \(found.count) angles \(term.name) where \(term.count) are wanted: "
            + "the molecule is too distorted to tell its bonds by their lengths")
      }
      angles += found.map {
        Angle(
          i: Int32($0.0), j: Int32($0.1), k: Int32($0.2), k_eV_per_rad2: term.k_eV_per_rad2,
          theta0_rad: term.theta0_rad)
      }
    }
    self.kind = kind
    self.types = types
    handedness = Handedness(positions)
    self.bonds = bonds
    self.angles = angles
    self.links = links
  }

  /// A molecule under a potential without bonded terms: its bonds are found at the start, by the rules by which the
  /// molecule was.
  package init(
    kind: String, types: [String], elements: ArraySlice<String>, positions: [Vector3],
    rules: IonRules = IonRules()
  ) {
    self.kind = kind
    self.types = types
    handedness = Handedness(positions)
    bonds = []
    angles = []
    links = Self.links(elements, positions, rules)
  }

  /// The bonds of a molecule, by the rules by which it was found.
  static func links(_ elements: ArraySlice<String>, _ positions: [Vector3], _ rules: IonRules) -> [Link] {
    let elements = Array(elements)
    var links: [Link] = []
    for i in elements.indices {
      for j in elements.indices where i < j {
        guard let longest = rules.longestBond_A(elements[i], elements[j]),
          length(positions[i] - positions[j]) <= longest
        else { continue }
        links.append(Link(i: Int32(i), j: Int32(j), longest_A: longest))
      }
    }
    return links
  }

  /// Whether the atoms are in the order of this template, and not its mirror image: every bond is near its
  /// length. Distances of neighbouring shells differ by 0.5 Å or more, so half of that distinguishes them.
  func fits(_ types: [String], _ positions: [Vector3]) -> Bool {
    types == self.types && handedness?.fits(positions) ?? true
      && bonds.allSatisfy {
        abs(length(positions[Int($0.i)] - positions[Int($0.j)]) - $0.r0_A) < 0.25
      }
      && links.allSatisfy { length(positions[Int($0.i)] - positions[Int($0.j)]) <= $0.longest_A }
  }

  private static func pairs(_ wanted: [String], _ types: [String]) -> [(Int, Int)] {
    var result: [(Int, Int)] = []
    for i in types.indices {
      for j in types.indices where i < j {
        if [types[i], types[j]] == wanted || [types[j], types[i]] == wanted { result.append((i, j)) }
      }
    }
    return result
  }

  /// End, apex and end of each pair of bonds, one from each list, that share one atom.
  private static func angles(_ first: [(Int, Int)], _ second: [(Int, Int)]) -> [(Int, Int, Int)] {
    let same = first.count == second.count && zip(first, second).allSatisfy { $0 == $1 }
    var result: [(Int, Int, Int)] = []
    for (p, u) in first.enumerated() {
      for (q, v) in second.enumerated() where !same || p < q {
        for (i, j) in [u, (u.1, u.0)] {
          for (l, k) in [v, (v.1, v.0)] where j == l && i != k { result.append((i, j, k)) }
        }
      }
    }
    return result
  }
}

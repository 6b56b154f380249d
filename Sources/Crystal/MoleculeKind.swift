import Mathematics

/// The composition of a molecule, independent of the order of its atoms.
public struct MoleculeKind: Hashable, Sendable {
  /// `B12H12`, `BH4`, `NH2`, `OH`, `Na`: carbon first, then by symbol, hydrogen last.
  public let name: String
  /// Atoms of each element.
  public let composition: [String: Int]

  /// From the symbols of a molecule's atoms, in any order.
  public init(elements: some Sequence<String>) {
    var counts: [String: Int] = [:]
    for element in elements { counts[element, default: 0] += 1 }
    func rank(_ element: String) -> (Int, String) {
      (element == "C" ? 0 : element == "H" ? 2 : 1, element)
    }
    composition = counts
    name = counts.sorted { rank($0.key) < rank($1.key) }
      .map { $0.value == 1 ? $0.key : "\($0.key)\($0.value)" }.joined()
  }

  /// The usual charge of the ion, e, for Nernst–Einstein conductivities. Nil for unknown kinds.
  public var formalCharge: Int? { Self.formalCharges[name] }

  /// A single metal atom.
  public var isCation: Bool { (formalCharge ?? 0) > 0 }

  private static let formalCharges: [String: Int] = [
    "Li": 1, "Na": 1, "K": 1, "Rb": 1, "Cs": 1, "Mg": 2, "Ca": 2, "Sr": 2, "Ba": 2, "Ag": 1, "Cu": 1,
    "B12H12": -2, "B10H10": -2, "CB11H12": -1, "CB9H10": -1, "BH4": -1, "NH2": -1, "OH": -1, "O": -2,
    "F": -1, "Cl": -1, "Br": -1, "I": -1,
  ]
}

extension Structure {
  /// The kind of each molecule.
  public var moleculeKinds: [MoleculeKind] {
    // Few kinds, many molecules: equal element lists share one value.
    var known: [ArraySlice<String>: MoleculeKind] = [:]
    return moleculeRanges.map { range in
      let key = elements[range]
      if let kind = known[key] { return kind }
      let kind = MoleculeKind(elements: key)
      known[key] = kind
      return kind
    }
  }

  /// Everything in the cell, cations first, then by name: `Na16(B12H12)8`.
  public var formula: String { formula(dividedBy: 1) }

  /// The smallest whole numbers: `Na2B12H12`, `Na3(B12H12)(BH4)`.
  public var reducedFormula: String {
    formula(dividedBy: moleculeKindCounts.values.reduce(0, greatestCommonDivisor))
  }

  /// The number of molecules of each kind.
  public var moleculeKindCounts: [MoleculeKind: Int] {
    var counts: [MoleculeKind: Int] = [:]
    for kind in moleculeKinds { counts[kind, default: 0] += 1 }
    return counts
  }

  private func formula(dividedBy divisor: Int) -> String {
    let counts = moleculeKindCounts
    func isGroup(_ kind: MoleculeKind) -> Bool { kind.composition.values.reduce(0, +) > 1 }
    // A lone group needs no brackets; beside others its formula would run into theirs.
    let isAlone = counts.keys.count { !$0.isCation } < 2
    return counts.sorted { l, r in
      (l.key.isCation ? 0 : 1, l.key.name) < (r.key.isCation ? 0 : 1, r.key.name)
    }.map { kind, count in
      let n = count / max(divisor, 1)
      let name = isGroup(kind) && (n > 1 || !isAlone) ? "(\(kind.name))" : kind.name
      return n == 1 ? name : "\(name)\(n)"
    }.joined()
  }
}

import Mathematics

extension Structure {
  /// The kind of each molecule.
  public var moleculeKinds: [MoleculeKind] {
    // Few kinds, many molecules: equal element lists share one value.
    var known: [ArraySlice<String>: MoleculeKind] = [:]
    return moleculeRanges.map { range in
      let key = elements[range]
      if let kind = known[key] { return kind }
      var kind = MoleculeKind(elements: key)
      if let charge = ions.charges[kind.name] { kind = MoleculeKind(elements: key, charge: charge) }
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

  /// The ions that were found, cations first: `16 Na, 8 PS4`.
  public var ionList: String {
    moleculeKindCounts.sorted { Self.isBefore($0.key, $1.key) }.map { "\($1) \($0.name)" }
      .joined(separator: ", ")
  }

  private static func isBefore(_ left: MoleculeKind, _ right: MoleculeKind) -> Bool {
    (left.isPositive ? 0 : 1, left.name) < (right.isPositive ? 0 : 1, right.name)
  }

  private func formula(dividedBy divisor: Int) -> String {
    let counts = moleculeKindCounts
    func isGroup(_ kind: MoleculeKind) -> Bool { kind.composition.values.reduce(0, +) > 1 }
    // A lone group needs no brackets; beside others its formula would run into theirs.
    let isAlone = counts.keys.count { !$0.isPositive } < 2
    return counts.sorted { Self.isBefore($0.key, $1.key) }.map { kind, count in
      let n = count / max(divisor, 1)
      let name =
        isGroup(kind) && (n > 1 || !isAlone || kind.isPositive) ? "(\(kind.name))" : kind.name
      return n == 1 ? name : "\(name)\(n)"
    }.joined()
  }
}

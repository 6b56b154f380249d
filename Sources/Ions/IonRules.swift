/// What the user says of the ions of a structure, in place of what the general rule (`BondRules`) would find.
public struct IonRules: Hashable, Sendable {
  /// Charges of the ions that have to be there, by formula as ``MoleculeKind/name``, e; nil where none is said.
  public private(set) var ions: [String: Int?] = [:]
  /// The longest bond of two elements, Å; 0 forbids it.
  public private(set) var bonds: [ElementPair: Double] = [:]
  /// Elements whose atoms are ions by themselves, whatever is near: the mobile ones.
  public var single: Set<String> = []
  /// Bonds that the declared ions need and the general rule does not have, Å.
  private var implied: [ElementPair: Double] = [:]

  /// The general rule alone.
  public init() {}

  /// No bond is longer, Å.
  public static let longest_A = 5.0

  /// - Parameters:
  ///   - ions: charges by formula, with the elements in any order, e.
  ///   - bonds: Å, by pair of elements; 0 forbids a bond.
  ///   - single: symbols of elements whose atoms are ions by themselves; names of other ions are left out.
  /// - Throws: ``StructureError/value(name:found:wanted:)`` for what is no formula, for one ion under two formulas, and
  ///   for lengths out of range.
  public init(
    ions: [String: Int?] = [:], bonds: [ElementPair: Double] = [:], single: some Sequence<String> = []
  ) throws {
    for (formula, charge) in ions.sorted(by: { $0.key < $1.key }) {
      guard let kind = MoleculeKind(formula: formula) else {
        throw StructureError.value(
          name: "ions", found: "“\(formula)”", wanted: "an ion's formula, such as PS4 or Cl")
      }
      guard self.ions.updateValue(charge, forKey: kind.name) == nil else {
        throw StructureError.value(
          name: "ions", found: "\(kind.name) more than once", wanted: "each ion once")
      }
      guard charge.map({ abs($0) <= 20 }) ?? true else {
        throw StructureError.value(
          name: "charge of \(kind.name)", found: "\(charge ?? 0) e", wanted: "from -20 to 20 e")
      }
      imply(kind)
    }
    for (pair, longest) in bonds {
      guard longest >= 0, longest <= Self.longest_A else {
        throw StructureError.value(
          name: "bond \(pair.text)", found: "\(longest) Å",
          wanted: "its longest length, up to \(Self.longest_A) Å, or none")
      }
    }
    self.bonds = bonds
    self.single = Set(single.compactMap { Element(symbol: $0)?.chemicalSymbol })
  }

  private mutating func imply(_ kind: MoleculeKind) {
    let elements = kind.composition.keys.sorted()
    let pairs =
      elements.count == 1
      ? (kind.composition[elements[0]] ?? 1) > 1 ? [ElementPair(elements[0], elements[0])] : []
      : elements.indices.flatMap { i in elements[(i + 1)...].map { ElementPair(elements[i], $0) } }
    for pair in pairs where BondRules.longestBond_A(pair.first, pair.second) == nil {
      implied[pair] = BondRules.fromRadii_A(pair)
    }
  }

  /// The longest bond between two elements, Å; nil where they never bond.
  public func longestBond_A(_ first: String, _ second: String) -> Double? {
    guard !single.contains(first), !single.contains(second) else { return nil }
    let pair = ElementPair(first, second)
    if let given = bonds[pair] { return given > 0 ? given : nil }
    return BondRules.longestBond_A(first, second) ?? implied[pair]
  }

  /// The bonds alone, for a part of the atoms: the declared ions need not be there.
  package var ofPart: IonRules {
    var rules = self
    rules.ions = [:]
    return rules
  }
}

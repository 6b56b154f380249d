/// The composition of a molecule, independent of the order of its atoms.
public struct MoleculeKind: Hashable, Sendable {
  /// `B12H12`, `CB11H12`, `PS4`, `SbS4`, `NO3`, `H2PO4`, `Na`: carbon first, then the less electronegative element,
  /// hydrogen last but in acids and water.
  public let name: String
  /// Atoms of each element.
  public let composition: [String: Int]
  /// The charge of the ion, e: as declared or given by the file, else the usual one. Nil for unknown kinds.
  public let formalCharge: Int?

  /// From the symbols of a molecule's atoms, in any order.
  /// - Parameter charge: e; nil for the usual one.
  public init(elements: some Sequence<String>, charge: Int? = nil) {
    var counts: [String: Int] = [:]
    for element in elements { counts[element, default: 0] += 1 }
    self.init(composition: counts, charge: charge)
  }

  init(composition: [String: Int], charge: Int? = nil) {
    self.composition = composition
    name = Self.name(composition)
    formalCharge = charge ?? FormalCharges.usual(composition, name: name)
  }

  /// From a formula with the elements in any order, `B11CH12`; nil for what is no formula.
  public init?(formula: String) {
    guard formula.utf8.count <= 60, formula.allSatisfy({ $0.isASCII }) else { return nil }
    var counts: [String: Int] = [:]
    var rest = Substring(formula)
    repeat {
      guard let capital = rest.first, capital.isUppercase else { return nil }
      let small = rest.dropFirst().prefix { $0.isLowercase }
      let digits = rest[small.endIndex...].prefix { $0.isNumber }
      guard let element = Element(symbol: "\(capital)\(small)"), digits.first != "0",
        let count = digits.isEmpty ? 1 : Int(digits), count <= 1000
      else { return nil }
      counts[element.chemicalSymbol, default: 0] += count
      rest = rest[digits.endIndex...]
    } while !rest.isEmpty
    self.init(composition: counts)
  }

  /// The name of an ion by which every message and file calls it; any other text stays as it is.
  public static func canonical(_ text: String) -> String { MoleculeKind(formula: text)?.name ?? text }

  /// A single atom with a positive charge, or of a metal whose charge is not known.
  public var isCation: Bool {
    composition.values.reduce(0, +) == 1 && (formalCharge.map { $0 > 0 } ?? FormalCharges.isMetal(name))
  }

  /// Whether it is one atom.
  public var isAtom: Bool { composition.count == 1 && composition.values.first == 1 }

  /// Whether it stands before others in a formula: cations of several atoms do, too.
  package var isPositive: Bool { isCation || formalCharge ?? 0 > 0 }

  private static func name(_ counts: [String: Int]) -> String {
    if let usual = usualNames[counts] { return usual }
    let order = counts.keys.sorted { rank($0, counts) < rank($1, counts) }
    return order.map { counts[$0] == 1 ? $0 : "\($0)\(counts[$0] ?? 1)" }.joined()
  }

  private static let usualNames: [[String: Int]: String] = [
    ["C": 1, "N": 1, "O": 1]: "OCN", ["C": 1, "N": 1, "S": 1]: "SCN", ["C": 1, "N": 1, "Se": 1]: "SeCN",
  ]

  private static func rank(_ element: String, _ counts: [String: Int]) -> (Int, Int, String) {
    // B12H11F, as such anions are written.
    if counts["B", default: 0] > 4, ["F", "Cl", "Br", "I"].contains(element) { return (4, 0, element) }
    if element == "H" { return (isAcid(counts) ? 0 : 3, 0, element) }
    return (element == "C" ? 1 : 2, electronegativity.firstIndex(of: element) ?? -1, element)
  }

  /// Water and its ions but OH, HF2, and HSO4, H2PO4, HCO3 …, whose hydrogen is named first.
  private static func isAcid(_ counts: [String: Int]) -> Bool {
    let (h, o) = (counts["H", default: 0], counts["O", default: 0])
    let others = counts.filter { $0.key != "H" && $0.key != "O" }
    if others.isEmpty { return h > o }
    if o == 0 { return others == ["F": 2] && h == 1 }
    return others.count == 1 && ["C", "P", "S", "Se", "As"].contains { others[$0] == 1 } && h < o
  }

  /// From the least to the most electronegative (Pauling): what is not named here stands before.
  private static let electronegativity = [
    "Al", "Ga", "Si", "Ge", "Sn", "Sb", "B", "As", "Te", "P", "C", "Se", "S", "I", "Br", "N", "Cl", "O", "F",
  ]
}

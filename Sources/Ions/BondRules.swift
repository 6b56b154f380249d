/// Which elements bond covalently in the ions of salts, and up to which distance.
///
/// Main-group centres bond to the ligands of `partners`; metals, and halides, oxide or sulphide at metals, are ions of
/// their own. The longest bond is the sum of the covalent radii times a factor: a fifth longer than the bond, which
/// leaves room for vibrations at 1000 K, and far below second neighbours (S…S in PS4 3.3 Å against 2.5 Å).
package enum BondRules {
  /// The longest bond between two elements, Å; nil where they never bond.
  package static func longestBond_A(_ first: String, _ second: String) -> Double? {
    table[ElementPair(first, second)]
  }

  /// Centres whose bonds are given up first where a network of bonds has no end: in LiGe2(PO4)3 the PO4 remain.
  package static let networkFormers: Set<String> = ["Al", "Ga", "Ge", "Sb", "Si", "Sn", "Te"]

  /// The elements that each one bonds to. Every pair is named once.
  private static let partners: [String: String] = [
    "H": "B C N O F Al Si P S Ga",
    "B": "B C N O F S Cl Se Br I",
    "C": "C N O F Si P S Cl Se Br I",
    "N": "N O P S",
    "O": "O Si P S Cl Ge As Se Br Te I",
    "F": "Si P S Ge As Sb",
    "P": "P S Cl Se",
    "S": "S Si Ge As Sn Sb",
    "Se": "Se Si Ge As Sn Sb",
    "Cl": "Al Ga", "Br": "Al Ga", "I": "Al Ga",
  ]

  /// Where the radii don't give what is measured, Å: multi-centre bonds of boranes, hydrogen bonds (1.6 Å and more
  /// from H to its acceptor), peroxide, short bonds of F.
  private static let exceptions: [ElementPair: Double] = [
    ElementPair("B", "B"): 2.2, ElementPair("B", "H"): 1.5, ElementPair("B", "C"): 2.1,
    ElementPair("C", "C"): 1.9, ElementPair("C", "H"): 1.4, ElementPair("H", "N"): 1.3,
    ElementPair("H", "O"): 1.3, ElementPair("F", "H"): 1.45, ElementPair("B", "F"): 1.8,
    ElementPair("C", "F"): 1.7, ElementPair("O", "O"): 1.75,
  ]

  private static let table: [ElementPair: Double] = {
    var table: [ElementPair: Double] = [:]
    for (element, others) in partners {
      for other in others.split(separator: " ") {
        let pair = ElementPair(element, String(other))
        table[pair] = exceptions[pair] ?? fromRadii_A(pair)
      }
    }
    return table
  }()

  /// The longest bond that the covalent radii allow, to two digits, Å; nil for elements without a radius.
  static func fromRadii_A(_ pair: ElementPair) -> Double? {
    guard let first = Element(symbol: pair.first)?.covalentRadius_A,
      let second = Element(symbol: pair.second)?.covalentRadius_A
    else { return nil }
    // Bonds of hydrogen are short, and their vibrations wide.
    let factor = pair.first == "H" || pair.second == "H" ? 1.27 : 1.18
    return ((first + second) * factor * 100).rounded() / 100
  }
}

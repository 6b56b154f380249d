/// The usual charges of ions, e.
public enum FormalCharges {
  /// The elements of the first group of the periodic table, without hydrogen: they have no other ion than the usual one.
  public static let alkaliMetals: Set<String> = ["Li", "Na", "K", "Rb", "Cs", "Fr"]

  /// Nil where there is no usual one.
  static func usual(_ composition: [String: Int], name: String) -> Int? {
    table[name] ?? ofBorane(composition) ?? ofMixedLigands(composition)
  }

  /// Elements that are cations even where their charge has no usual value.
  package static func isMetal(_ symbol: String) -> Bool {
    Element(symbol: symbol) != nil && !nonmetals.contains(symbol)
  }

  private static let nonmetals: Set<String> = [
    "H", "He", "B", "C", "N", "O", "F", "Ne", "Si", "P", "S", "Cl", "Ar", "Ge", "As", "Se", "Br", "Kr", "Sb",
    "Te", "I", "Xe", "At", "Rn",
  ]

  /// Closed cages with a hydrogen or halogen at every vertex: BnHn 2- and CBnHn+1 -.
  private static func ofBorane(_ composition: [String: Int]) -> Int? {
    let boron = composition["B", default: 0]
    let carbon = composition["C", default: 0]
    let outer = ["H", "F", "Cl", "Br", "I"].reduce(0) { $0 + composition[$1, default: 0] }
    let total = composition.values.reduce(0, +)
    guard boron >= 5, carbon <= 1, boron + carbon + outer == total, outer == boron + carbon else {
      return nil
    }
    return carbon - 2
  }

  /// A central atom with four chalcogen atoms of any kind, such as PS3O.
  private static func ofMixedLigands(_ composition: [String: Int]) -> Int? {
    let ligands = ["O", "S", "Se"].reduce(0) { $0 + composition[$1, default: 0] }
    let centre = composition.filter { !["O", "S", "Se"].contains($0.key) }
    guard ligands == 4, composition.values.reduce(0, +) == 5, centre.count == 1,
      let symbol = centre.first?.key,
      let valence = ["P": 5, "As": 5, "Sb": 5, "Si": 4, "Ge": 4, "Sn": 4][symbol]
    else { return nil }
    return valence - 8
  }

  private static let table: [String: Int] = {
    var table: [String: Int] = [:]
    for (charge, names) in namesOfCharge {
      for name in names.split(whereSeparator: \.isWhitespace) { table[String(name)] = charge }
    }
    return table
  }()

  private static let namesOfCharge: [Int: String] = [
    6: "W", 5: "Nb Ta", 4: "Ti Zr Hf Th Si Ge",
    3: "Al Ga In Sc Y La Pr Nd Pm Sm Gd Tb Dy Ho Er Tm Yb Lu Bi B Cr",
    2: "Be Mg Ca Sr Ba Ra Ni Zn Cd Hg Pb",
    1: "Li Na K Rb Cs Fr Ag Cu Tl NH4 H3O H5O2 H7O3 H9O4 N2H5 CNH6 CN3H6 C4NH12",
    0: "NH3 H2O HF H2 N2 N2H4 BNH6 CO2 CO",
    -1: """
    F Cl Br I BH4 B3H8 B11H14 AlH4 GaH4 SiH3 NH2 N3 OH SH HF2 CN OCN SCN SeCN NO2 NO3 ClO ClO2 ClO3 ClO4 BrO3 BrO4
    IO3 IO4 HCO3 HCO2 HSO3 HSO4 HSeO4 H2PO4 H2AsO4 BF4 PF6 AsF6 SbF6 AlCl4 AlBr4 AlI4 GaCl4 GaBr4 GaI4 BNH5 BCl4
    CSO3F3 S2NO4F2 C2S2NO4F6 C4BN4 C4BO8 PO2F2 C2O2H3
    """,
    -2: """
    O S Se Te NH O2 S2 Se2 CO3 SO3 SO4 S2O3 S2O4 S2O6 S2O7 S2O8 SeO3 SeO4 TeO3 TeO4 HPO4 HPO3 CS3 CN2 SiF6 GeF6 C2O4
    C2 HAsO4
    """,
    -3: "N PO4 AsO4 BO3 PS4 PSe4 PS3 AsS3 AsS4 AsSe4 SbS3 SbS4 SbSe3 SbSe4 BS3 BSe3 AlH6",
    -4: "SiO4 GeO4 SiS4 GeS4 SnS4 SiSe4 GeSe4 SnSe4 P2O7 P2S6 P2S7 P2Se6 Si2S6 Ge2S6 Sn2S6",
    -5: "BO4 BS4 P3O10", -6: "Si2O7 Ge2O7",
  ]
}

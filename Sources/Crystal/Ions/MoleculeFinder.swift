import Mathematics

/// Atoms grouped into whole molecules, with their original indices.
public struct MoleculeAssignment: Equatable, Sendable {
  /// The atoms, molecule by molecule.
  public let structure: Structure
  /// The old index of each atom of `structure`: `order[new] = old`.
  public let order: [Int]

  /// Whether the atoms kept their order.
  public var keptOrder: Bool { order.enumerated().allSatisfy { $0 == $1 } }
}

extension Structure {
  /// Groups loose atoms into ions by their bonds (`BondRules`), or as the file says.
  ///
  /// Molecules are unwrapped along the bonds from their first atom and made contiguous, in the order of
  /// their first atoms. Within each molecule the heavier atoms come first in their old order, then the
  /// hydrogens, with hydrogen i bonded to heavy atom i while each heavy atom has one; atoms already in that
  /// order keep it. Bonds without end count as none (`BondGraph.cutNetworks`), which ``IonFacts/notes`` say.
  ///
  /// - Parameters:
  ///   - elements: symbols; D and T become H, with their masses in ``IonFacts/masses``.
  ///   - molecules: the molecule of each atom where the file gives it (`MoleculeLabels`, atoms in any order), which is
  ///     believed: bonds only unwrap it. Molecules without end, or of many atoms that are not bonded, are none: bonds
  ///     decide then, which the notes say.
  ///   - charges_e: of each atom where the file gives them, such as oxidation states.
  ///   - masses_amu: of each atom where the file gives them.
  ///   - rules: what the user says of the ions.
  /// - Throws: `StructureError.notFinite`, `.overlap` for atoms on one another, and what ``declare(_:)`` throws.
  public static func assembling(
    cell: Cell, elements symbols: [String], positions: [Vector3], molecules: [Int]? = nil,
    charges_e: [Double]? = nil, masses_amu: [Double]? = nil, rules: IonRules = IonRules()
  ) throws -> MoleculeAssignment {
    let isotopes = symbols.map { Element(symbol: $0).flatMap { $0.isIsotope ? $0.mass_amu : nil } }
    let elements = zip(symbols, isotopes).map { $1 == nil ? $0 : "H" }
    let atoms = LooseAtoms(cell: cell, elements: elements, positions: positions, rules: rules)
    var (structure, order) = try atoms.grouped(as: molecules)
    if let charges_e { structure.takeCharges(order.map { charges_e[$0] }) }
    structure.takeIsotopes(order.map { masses_amu?[$0] ?? isotopes[$0] })
    try structure.declare(rules)
    return MoleculeAssignment(structure: structure, order: order)
  }

  /// The atoms bonded to each atom of one molecule, as indices of the structure, by the distances of this
  /// configuration and the rules by which the ions were found. The outer index counts from the molecule's first atom.
  public func bondedNeighbours(inMolecule range: Range<Int>) -> [[Int]] {
    range.map { i in
      range.filter { j in
        guard i != j, let longest = ions.rules.longestBond_A(elements[i], elements[j]) else { return false }
        return length(positions[j] - positions[i]) <= longest
      }
    }
  }
}

/// The numbers by which files tell molecules.
public enum MoleculeLabels {
  /// The number of an atom that has no molecule: its ion is found by its bonds.
  public static let none = Int.min

  /// Nil where all atoms have one number, which tells nothing.
  /// - Parameter zeroIsNone: whether atoms of the number 0 have no molecule, as in LAMMPS.
  public static func told(_ labels: [Int], zeroIsNone: Bool) -> [Int]? {
    guard labels.contains(where: { $0 != labels[0] }) else { return nil }
    return zeroIsNone ? labels.map { $0 == 0 ? none : $0 } : labels
  }
}

import Mathematics

/// Atoms in a periodic cell, grouped into molecules, as built or read from a file.
///
/// The atoms of one molecule are contiguous in the list and unwrapped (no bond crosses the cell boundary);
/// a cation is a molecule of one atom. The index of an atom here is its id everywhere else.
public struct Structure: Equatable, Sendable {
  /// Å.
  public var cell: Cell
  /// Element symbols, one for each atom.
  public var elements: [String]
  /// Å, one for each atom.
  public var positions: [Vector3]
  /// The molecule of each atom: 0, 0, …, 1, 1, …, never decreasing, without a gap.
  public var moleculeOfAtom: [Int]
  /// What is known of the ions beyond their atoms: charges, isotopes, the rules by which they were found.
  public var ions = IonFacts()

  /// - Parameters:
  ///   - cell: periodic along all three vectors.
  ///   - elements: symbols, one for each atom.
  ///   - positions: Å, one for each atom.
  ///   - moleculeOfAtom: 0, 0, …, 1, 1, …, never decreasing, without a gap.
  public init(cell: Cell, elements: [String], positions: [Vector3], moleculeOfAtom: [Int]) {
    self.cell = cell
    self.elements = elements
    self.positions = positions
    self.moleculeOfAtom = moleculeOfAtom
  }

  /// Atoms in the cell.
  public var atomCount: Int { elements.count }
  /// Molecules in the cell.
  public var moleculeCount: Int { (moleculeOfAtom.last ?? -1) + 1 }

  /// Whether both have the same atoms with the same masses; what else is known of the ions does not matter.
  public static func == (left: Structure, right: Structure) -> Bool {
    left.cell == right.cell && left.elements == right.elements && left.positions == right.positions
      && left.moleculeOfAtom == right.moleculeOfAtom && left.ions.masses == right.ions.masses
  }

  /// The atoms of each molecule, as ranges of indices.
  public var moleculeRanges: [Range<Int>] {
    var ranges: [Range<Int>] = []
    var first = 0
    for i in 0..<atomCount where i + 1 == atomCount || moleculeOfAtom[i + 1] != moleculeOfAtom[i] {
      ranges.append(first..<(i + 1))
      first = i + 1
    }
    return ranges
  }
}

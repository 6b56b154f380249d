import Crystal
import Mathematics
import Trajectory

/// The atoms of another program's trajectory, in the order of their ids or of the file.
public struct ImportedAtoms: Equatable, Sendable {
  /// From the file, ascending; 1, 2, … where it has none.
  public var ids: [Int]
  /// Symbols, one for each atom.
  public var elements: [String]
  /// amu; nil where the file holds none.
  public var masses_amu: [Double]?
  /// e, of the first frame; nil where the file holds none.
  public var charges_e: [Double]?
  /// The number of each atom's molecule; nil where the file holds none. `MoleculeLabels.none` for an atom without one.
  public var molecules: [Int]?
}

/// One configuration of another program's trajectory.
public struct ImportedFrame: Sendable {
  /// The program's step; nil where the file has none that is continuous across files.
  public var step: Int?
  /// ps; nil where the file has none.
  public var time_ps: Double?
  /// Of this frame, Å.
  public var cell = Cell(cubic: 1)
  /// Whether the file gave the cell.
  var hasCell = true
  /// Å, in the order of `ImportedAtoms`, from the cell's corner.
  public var positions: [Vector3] = []
  /// Whether positions continue across cell boundaries, according to the program.
  public var isUnwrapped = false
  /// Whether the frame is the first of its file or after a restart, so that unwrapped positions may begin anew.
  public var beginsFile = false
  /// For messages: the file; the frame's number in it counts from 1.
  public var file = ""
  /// Counted from 1.
  public var number = 0

  /// A frame to read into.
  public init() {}
}

/// The columns of the `Atoms` section of a LAMMPS data file (docs.lammps.org/read_data.html), for the
/// styles that describe ions and molecules.
public enum LAMMPSAtomStyle: String, CaseIterable, Sendable {
  case atomic
  case charge
  case bond
  case angle
  case molecular
  case full

  /// The column of the molecule id; the column of the atom id is 0.
  var moleculeColumn: Int? {
    switch self {
    case .atomic, .charge: nil
    case .bond, .angle, .molecular, .full: 1
    }
  }

  /// The column of the charge.
  var chargeColumn: Int? { self == .charge || self == .full ? typeColumn + 1 : nil }

  var typeColumn: Int { moleculeColumn == nil ? 1 : 2 }

  /// The column of x.
  var positionColumn: Int { typeColumn + (self == .charge || self == .full ? 2 : 1) }
}

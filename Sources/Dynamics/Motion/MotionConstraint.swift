/// Which coordinates of a kind of molecule move.
package enum MotionConstraint: String, Sendable, CaseIterable {
  /// Every atom.
  case flexible
  /// Every atom, but the molecule does not turn: Σ m c × r stays as it is for the fixed vectors c of its rest
  /// geometry (Eckart's condition), a linear constraint that takes away three degrees of freedom.
  case unturning
  /// The molecule as a rigid body.
  case rigid
  /// The rigid body's centre alone.
  case rigidUnturning
  /// Nothing; under constant pressure the centre goes with the cell.
  case fixed

  /// The constraint's forces are inside the molecule, so that only the centres' share of the virial is known.
  var isHeld: Bool { self != .flexible }
  var isRigid: Bool { self == .rigid || self == .rigidUnturning }
}

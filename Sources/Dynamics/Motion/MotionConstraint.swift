/// Which coordinates of a kind of molecule move.
package enum MotionConstraint: String, Sendable, CaseIterable {
  /// Every atom moves.
  case flexible
  /// Every atom moves, but the molecule does not rotate: Σ m c × r is constant for the fixed vectors c of its rest
  /// geometry (Eckart's condition), a linear constraint that removes three degrees of freedom.
  case rotationFixed
  /// The molecule moves as a rigid body.
  case rigid
  /// The centre of a rigid body moves; it does not rotate.
  case rigidNonRotating
  /// Nothing moves; under constant pressure the centre follows the cell.
  case frozen

  /// Whether constraint forces act inside the molecule, so that only the molecular part of its virial is known.
  var isConstrained: Bool { self != .flexible }
  var isRigid: Bool { self == .rigid || self == .rigidNonRotating }
}

import Mathematics

/// Which deformations of the cell are allowed.
public enum CellShape: String, CaseIterable, Sendable {
  /// The volume alone.
  case isotropic
  /// The three edge lengths of a cell with right angles, independently.
  case orthorhombic
  /// Lengths and angles.
  case full

  /// The number of independent strain rates.
  package var degrees: Int {
    switch self {
    case .isotropic: 1
    case .orthorhombic: 3
    case .full: 6
    }
  }

  /// The part of a tensor that may deform a cell of this shape, symmetric.
  package func free(_ tensor: Matrix3, in cell: Cell) -> Matrix3 {
    switch self {
    case .isotropic: return Matrix3.identity * (tensor.trace / 3)
    case .orthorhombic:
      // Along the cell's own edges, which need not be x, y and z.
      return cell.vectors.reduce(.zero) { sum, edge in
        let axis = edge / length(edge)
        return sum + Matrix3(outer: axis, axis) * dot(axis, tensor * axis)
      }
    case .full: return tensor.symmetric
    }
  }
}

import Crystal
import Mathematics

/// The unit cell of a run's supercell: positions are folded into it, so that all copies contribute to one
/// average.
public struct CrystalFrame: Sendable {
  /// Rows: the supercell's vectors in those of the unit cell.
  private let rows: [SIMD3<Double>]
  /// Unit cells in the supercell.
  public let cellCount: Int

  /// - Parameter supercell: rows of integers; nil where the cell itself is the unit cell.
  public init(supercell: [SIMD3<Int>]?) {
    let rows = supercell ?? [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    self.rows = rows.map { [Double($0.x), Double($0.y), Double($0.z)] }
    cellCount = max(1, Int(abs(dot(self.rows[0], cross(self.rows[1], self.rows[2]))).rounded()))
  }

  /// The unit cell of a supercell.
  public func unit(of cell: Cell) -> Cell {
    let m = Cell(a: rows[0], b: rows[1], c: rows[2])
    // cell = m · unit, by rows; the inverse of m has m's reciprocal vectors in its columns.
    let inverse = [m.reciprocalA, m.reciprocalB, m.reciprocalC]
    func vector(_ k: Int) -> Vector3 {
      cell.a * inverse[0][k] + cell.b * inverse[1][k] + cell.c * inverse[2][k]
    }
    return Cell(a: vector(0), b: vector(1), c: vector(2))
  }

  /// The cell divided along its vectors as far as translations along them map the framework onto itself.
  /// - Parameters:
  ///   - operations: the framework's symmetry in the whole cell.
  ///   - tolerance_A: that they were found with.
  package init(dividing cell: Cell, by operations: [FractionalOperation], tolerance_A: Double) {
    let one = FractionalOperation.identity.rotation
    let shifts = operations.filter { $0.rotation == one }.map {
      $0.translation - $0.translation.rounded(.toNearestOrEven)
    }
    let rows = (0..<3).map { axis -> SIMD3<Int> in
      var along = SIMD3<Int>.zero
      let edge = length(cell.vectors[axis])
      let shortest = shifts.compactMap { shift -> Double? in
        var rest = shift
        rest[axis] = 0
        let step = abs(shift[axis])
        return length(cell.cartesian(rest)) < tolerance_A && step * edge > 2 * tolerance_A ? step : nil
      }.min()
      along[axis] = max(1, Int((1 / (shortest ?? 1)).rounded()))
      return along
    }
    self.init(supercell: rows)
  }
}

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
}

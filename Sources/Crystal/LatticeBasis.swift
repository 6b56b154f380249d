import Mathematics

/// The lattice vectors of a cell that changes, followed from frame to frame.
///
/// A program may replace the vectors of a sheared cell by shorter ones of the same lattice: a jump of the cell, not of
/// the crystal, across which fractional coordinates and their mean have no meaning. The vectors here continue those of
/// the frame before: the new ones, combined with the whole numbers that bring them closest to the old ones.
public struct LatticeBasis: Sendable {
  /// The vectors at the last frame; nil before the first.
  public private(set) var cell: Cell?

  /// - Parameter start: the vectors to continue; nil to begin with those of the first frame.
  public init(continuing start: Cell? = nil) { cell = start }

  /// - Parameter next: the cell of the next frame, Å.
  /// - Returns: the lattice vectors that continue those of the frame before: `next` itself where its vectors do.
  public mutating func advance(_ next: Cell) -> Cell {
    let continued = cell.map { Self.vectors(of: next, continuing: $0) } ?? next
    cell = continued
    return continued
  }

  private static func vectors(of next: Cell, continuing last: Cell) -> Cell {
    // next = m · last, by rows, where the crystal has not moved.
    let m = next.vectors.map { last.fractional($0).rounded(.toNearestOrEven) }
    let volume = dot(m[0], cross(m[1], m[2]))
    guard m != [[1, 0, 0], [0, 1, 0], [0, 0, 1]], abs(volume) == 1 else { return next }
    // The inverse of m has m's reciprocal vectors in its columns; it is whole, too.
    let inverse = Cell(a: m[0], b: m[1], c: m[2])
    func vector(_ k: Int) -> Vector3 {
      next.cartesian([inverse.reciprocalA[k], inverse.reciprocalB[k], inverse.reciprocalC[k]])
    }
    return Cell(a: vector(0), b: vector(1), c: vector(2))
  }
}

import Crystal
import Mathematics

/// Counts the images of wrapped positions, frame by frame: an ion has moved by the shortest change of its fractional
/// coordinates.
///
/// The result are positions in the cell of each frame. In a cell that changes, `MeanCellPaths` takes them to the mean
/// cell, where displacements are measured.
public struct PathUnwrapping: Sendable {
  private var basis = LatticeBasis()
  /// Fractional coordinates, images counted.
  private var last: [Vector3] = []

  /// The next frame becomes the first.
  public init() {}

  /// - Parameter positions: of the next frame, Å, modulo lattice vectors.
  /// - Returns: Å, in this frame's cell, with images that continue those of the frames before.
  public mutating func advance(_ positions: [Vector3], cell: Cell) -> [Vector3] {
    let cell = basis.advance(cell)
    let now = positions.map { cell.fractional($0) }
    if last.count == now.count {
      for (i, s) in now.enumerated() {
        let step = s - last[i]
        last[i] += step - step.rounded(.toNearestOrEven)
      }
    } else {
      last = now
    }
    return last.map { cell.cartesian($0) }
  }
}

import Crystal
import Mathematics

/// `ToroidalUnwrapping` frame by frame, for a stream of positions.
public struct PathUnwrapping: Sendable {
  private var paths: [Vector3] = []
  private var last: [Vector3] = []

  /// The next frame becomes the first.
  public init() {}

  /// - Parameter positions: of the next frame, Å, modulo lattice vectors.
  /// - Returns: the paths, Å, which start at the positions of the first frame.
  public mutating func advance(_ positions: [Vector3], cell: Cell) -> [Vector3] {
    let wrapped = positions.map { $0 - cell.cartesian(cell.fractional($0).rounded(.down)) }
    if paths.isEmpty {
      paths = positions
    } else {
      for i in positions.indices {
        let step = wrapped[i] - last[i]
        paths[i] += step - cell.cartesian(cell.fractional(step).rounded(.toNearestOrEven))
      }
    }
    last = wrapped
    return paths
  }
}

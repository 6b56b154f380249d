import Crystal
import Mathematics

/// `ToroidalUnwrapping` frame by frame, for positions that come as a stream.
public struct PathUnwrapping: Sendable {
  private var paths: [Vector3] = []
  private var last: [Vector3] = []

  /// Begins with the next frame.
  public init() {}

  /// - Parameter positions: of the next frame, Å, up to any lattice vectors.
  /// - Returns: the paths, Å, which begin where the first frame had them.
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

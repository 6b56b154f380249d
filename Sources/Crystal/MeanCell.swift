import Mathematics

/// The mean of lattice vectors.
public struct MeanCell: Sendable {
  private var sums = [Vector3](repeating: .zero, count: 3)
  private var count = 0.0

  /// No frames.
  public init() {}

  /// - Parameter cell: of the next frame, its vectors continuing those before (`LatticeBasis`).
  public mutating func add(_ cell: Cell) {
    for (k, v) in cell.vectors.enumerated() { sums[k] += v }
    count += 1
  }

  /// Continues a mean; nil for a `state` of another length.
  package init?(state: [Double]) {
    guard state.count == 10 else { return nil }
    sums = (0..<3).map { [state[3 * $0], state[3 * $0 + 1], state[3 * $0 + 2]] }
    count = state[9]
  }

  /// Sums of the vectors' components and their count, for a checkpoint.
  package var state: [Double] { sums.flatMap { [$0.x, $0.y, $0.z] } + [count] }

  /// nil without a frame.
  public var cell: Cell? {
    count > 0 ? Cell(a: sums[0] / count, b: sums[1] / count, c: sums[2] / count) : nil
  }
}

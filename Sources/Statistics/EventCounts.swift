/// Events of one kind, such as hops, over a run: their number, and how they scatter over time and over ions.
public struct EventCounts: Codable, Sendable, Equatable {
  /// Pearson's Σ (n − n̄)²/n̄ over counts that would be Poisson numbers of one mean.
  public struct Scatter: Codable, Sendable, Equatable {
    /// The sum.
    public var sum: Double
    /// Counts less one.
    public var degreesOfFreedom: Double

    package static let none = Scatter(sum: 0, degreesOfFreedom: 0)

    package static func + (l: Scatter, r: Scatter) -> Scatter {
      Scatter(sum: l.sum + r.sum, degreesOfFreedom: l.degreesOfFreedom + r.degreesOfFreedom)
    }

    /// Variance over mean: 1 for independent events.
    package var ratio: Double { degreesOfFreedom > 0 ? sum / degreesOfFreedom : 1 }
  }

  /// Events.
  public var count: Int
  /// The time that all ions together were watched, ps.
  public var exposure_ps: Double
  /// Over short windows of time, all ions together: shows ions that move together.
  public var windows: Scatter
  /// Over the blocks of time: shows what lasts longer than a window.
  public var blocks: Scatter
  /// Over ions: shows ions whose events follow each other, or differ lastingly from other ions'.
  public var ions: Scatter
  /// Over ions and windows at once.
  public var cells: Scatter
}

/// Counts the events of a run by ion and by window of time.
package struct EventCounter {
  /// Windows of a run: four in each block.
  package static let windowCount = 4 * BlockSums.blockCount

  private let frameCount: Int
  /// `[ion][window]`.
  private var counts: [[Int]]

  package init(ionCount: Int, frameCount: Int) {
    self.frameCount = max(1, frameCount)
    counts = [[Int]](repeating: [Int](repeating: 0, count: Self.windowCount), count: ionCount)
  }

  package mutating func add(ion: Int, frame: Int) {
    counts[ion][min(Self.windowCount - 1, max(0, frame) * Self.windowCount / frameCount)] += 1
  }

  package func finish(exposure_ps: Double) -> EventCounts {
    let windows = (0..<Self.windowCount).map { w in counts.reduce(0) { $0 + $1[w] } }
    let share = Self.windowCount / BlockSums.blockCount
    let blocks = (0..<BlockSums.blockCount).map { b in windows[(share * b)..<(share * (b + 1))].reduce(0, +) }
    return EventCounts(
      count: windows.reduce(0, +), exposure_ps: exposure_ps, windows: Self.scatter(windows),
      blocks: Self.scatter(blocks), ions: Self.scatter(counts.map { $0.reduce(0, +) }),
      cells: Self.scatter(counts.flatMap(\.self)))
  }

  private static func scatter(_ counts: [Int]) -> EventCounts.Scatter {
    let total = counts.reduce(0, +)
    guard total > 0, counts.count > 1 else { return .none }
    let mean = Double(total) / Double(counts.count)
    let squares = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return EventCounts.Scatter(sum: squares / mean, degreesOfFreedom: Double(counts.count - 1))
  }
}

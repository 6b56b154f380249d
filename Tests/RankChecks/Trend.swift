import RankCheckResults

/// The straight line through a series whose neighbours are correlated.
public struct Trend: Sendable {
  public var slope: Double
  /// Standard error of the slope.
  public var error: Double

  /// Fits the means of blocks, much longer than most of the correlation; what correlation is left between
  /// blocks widens the error as for a first-order autoregressive series.
  public init(times: [Double], values: [Double], blocks: Int = 20) {
    let length = values.count / blocks
    func means(_ series: [Double]) -> [Double] {
      (0..<blocks).map { block in
        series[(block * length)..<((block + 1) * length)].reduce(0, +) / Double(length)
      }
    }
    let x = means(times)
    let y = means(values)
    let n = Double(blocks)
    let centre = x.reduce(0, +) / n
    let mean = y.reduce(0, +) / n
    let spread = x.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
    let slope = zip(x, y).reduce(0) { $0 + ($1.0 - centre) * ($1.1 - mean) } / spread
    let residuals = zip(x, y).map { $1 - mean - slope * ($0 - centre) }
    let squares = residuals.reduce(0) { $0 + $1 * $1 }
    let neighbours = zip(residuals, residuals.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let correlation = min(max(squares > 0 ? neighbours / squares : 0, 0), 0.9)
    self.slope = slope
    error = (squares / (n - 2) / spread * (1 + correlation) / (1 - correlation)).squareRoot()
  }
}

extension RankCheckResult {
  /// How fast the conserved energy moves, eV per atom and ps.
  public func drift() -> Trend {
    Trend(times: series.time_ps, values: series.conserved_eV.map { $0 / Double(atomCount) })
  }
}

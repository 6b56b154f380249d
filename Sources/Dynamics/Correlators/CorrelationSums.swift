/// Sums of products of several series with the same lags, by blocks of time.
struct CorrelationSums {
  /// Rows of sums of all series together.
  let series: Int
  let lags: Int
  /// Row 0 for products whose ends lie in different blocks, then one for each block.
  private(set) var rows: Int
  /// `[row][series][lag]`: this rank's.
  var values: [Double]
  /// `[row][lag]`: pairs of samples, the same on every rank.
  private(set) var pairs: [Double]

  init(series: Int, lags: Int, rows: Int = 1 + CorrelationPlan.blockCount) {
    self.series = series
    self.lags = lags
    self.rows = rows
    values = [Double](repeating: 0, count: rows * series * lags)
    pairs = [Double](repeating: 0, count: rows * lags)
  }

  /// - Parameters:
  ///   - values: as many rows as `pairs` has.
  init(series: Int, lags: Int, values: [Double], pairs: [Double]) {
    self.series = series
    self.lags = lags
    rows = lags > 0 ? pairs.count / lags : 0
    self.values = values
    self.pairs = pairs
  }

  /// Counts the pairs of a sample and returns where its products are added.
  /// - Returns: for each pair the place of series 0 in `values`; series s is s · `lags` further.
  mutating func places(for pairs: [SamplePairs.Pair], interval: Int, step: Int, plan: CorrelationPlan)
    -> [Int]
  {
    let block = plan.block(of: step)
    // An extended run continues with further blocks.
    if block + 2 > rows {
      values += [Double](repeating: 0, count: (block + 2 - rows) * series * lags)
      self.pairs += [Double](repeating: 0, count: (block + 2 - rows) * lags)
      rows = block + 2
    }
    return pairs.map { pair in
      let row = plan.block(of: pair.earlier * interval) == block ? 1 + block : 0
      self.pairs[row * lags + pair.lag] += 1
      return row * series * lags + pair.lag
    }
  }

  /// `[block, then "between"][lag]` of one series of an array like `values`.
  func table(of series: Int, in values: [Double]) -> [[Double]] {
    let rows = (0..<rows).map { row in
      Array(values[((row * self.series + series) * lags)..<((row * self.series + series + 1) * lags)])
    }
    return Array(rows.dropFirst()) + [rows[0]]
  }

  /// The pairs in the same shape, times a number of members.
  func counts(members: Int) -> [[Double]] {
    let rows = (0..<rows).map { row in pairs[(row * lags)..<((row + 1) * lags)].map { $0 * Double(members) } }
    return Array(rows.dropFirst()) + [rows[0]]
  }
}

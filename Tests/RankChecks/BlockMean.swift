/// The mean of a series whose neighbours are correlated, with its standard error from ten blocks, each of
/// which must be much longer than the correlation time.
public struct BlockMean: Sendable {
  public var mean: Double
  public var error: Double

  public init(_ values: [Double]) {
    let length = values.count / 10
    let means = (0..<10).map { block in
      values[(block * length)..<((block + 1) * length)].reduce(0, +) / Double(length)
    }
    let mean = means.reduce(0, +) / 10
    self.mean = mean
    error = (means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 90).squareRoot()
  }
}

/// Independent samples of the mean squared displacement, whose spread gives the error: time blocks, or
/// replicas. The ions of one run are not independent: they move together.
package struct DisplacementSamples {
  /// [sample][lag], Å².
  package let msd_A2: [[Double]]
  /// Share of each sample in the mean; they sum to 1.
  let shares: [Double]

  /// The time blocks of all runs; nil where a run has none.
  package static func blocks(of runs: [RunMobility]) -> DisplacementSamples? {
    guard let shortest = runs.map(\.blockFrameCount).min(), shortest > 0 else { return nil }
    return DisplacementSamples(
      msd: runs.flatMap(\.blockMSD_A2),
      weights: runs.flatMap { run in
        run.blockMSD_A2.map { Double(run.ionCount * ($0.count - 1)) }
      })
  }

  /// Whole runs; nil for one alone.
  package static func replicas(_ runs: [RunMobility]) -> DisplacementSamples? {
    guard runs.count >= 2 else { return nil }
    return DisplacementSamples(
      msd: runs.map(\.msd_A2),
      weights: runs.map { Double($0.ionCount * ($0.frameCount - 1)) })
  }

  private init(
    msd: [[Double]], weights: [Double]
  ) {
    self.msd_A2 = msd
    let sum = weights.reduce(0, +)
    shares = weights.map { $0 / sum }
  }

  /// Mean of a value of each sample, and its standard error.
  package func mean(_ values: [Double]) -> (mean: Double, standardError: Double) {
    let mean = zip(shares, values).reduce(0) { $0 + $1.0 * $1.1 }
    let squares = zip(shares, values).reduce(0) { $0 + $1.0 * $1.0 * ($1.1 - mean) * ($1.1 - mean) }
    let count = Double(values.count)
    return (mean, (squares * count / (count - 1)).squareRoot())
  }
}

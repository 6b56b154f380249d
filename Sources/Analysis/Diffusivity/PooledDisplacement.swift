/// The mean squared displacement of several runs of one temperature together.
package struct PooledDisplacement {
  /// Å², over all ions and origins of all runs, at the lags that every run has.
  package let msd_A2: [Double]
  /// Frames of the longest run.
  let frameCount: Int
  private let runs: [RunMobility]

  package init(_ runs: [RunMobility]) {
    self.runs = runs
    frameCount = runs.map(\.frameCount).max() ?? 0
    let lags = runs.map(\.frameCount).min() ?? 0
    msd_A2 = (0..<lags).map { lag in
      var sum = 0.0
      var weights = 0.0
      for run in runs {
        let weight = Double(run.ionCount * (run.frameCount - lag))
        sum += weight * run.msd_A2[lag]
        weights += weight
      }
      return sum / weights
    }
  }
}

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

  /// κ/s² of `displacementCovariance`, frames, from the non-Gaussian parameter within a window of lags.
  func jumpTime(window: ClosedRange<Int>) -> Double {
    let window = window.lowerBound...min(window.upperBound, msd_A2.count - 1)
    let slope =
      (msd_A2[window.upperBound] - msd_A2[window.lowerBound])
      / Double(max(1, window.upperBound - window.lowerBound))
    guard slope > 0 else { return 0 }
    var sum = 0.0
    var count = 0.0
    for run in runs {
      for (index, lag) in run.momentLags.enumerated() where window.contains(lag) {
        let square = run.meanSquare_A2[index]
        // A rattle without diffusion may give a negative value, which jumps can't.
        let quartic = max(0, 5.0 / 3 * run.nonGaussian[index] * square * square)
        sum += Double(run.ionCount) * quartic / Double(lag)
        count += Double(run.ionCount)
      }
    }
    return count > 0 ? sum / count / (slope * slope) : 0
  }
}

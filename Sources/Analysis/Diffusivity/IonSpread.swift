/// Slopes of the mean squared displacements of all runs of a temperature, at the lags where the scatter
/// of single ions is known, and the variance that this scatter gives them.
///
/// Ions of one run are not independent samples, so this variance is not the error. But it shows how the
/// scatter depends on the lags, without a model of the motion. Time blocks and replicas determine the factor
/// by which correlated motion increases it.
struct IonSpread {
  private let runs: [RunMobility]
  private let shares: [Double]
  private let jumpTime: (ClosedRange<Int>) -> Double

  /// - Parameter jumpTime: κ/s² of `displacementCovariance` within a window, frames.
  init(_ runs: [RunMobility], jumpTime: @escaping (ClosedRange<Int>) -> Double) {
    self.runs = runs
    self.jumpTime = jumpTime
    let weights = runs.map { Double($0.ionCount * ($0.frameCount - 1)) }
    let sum = weights.reduce(0, +)
    shares = weights.map { $0 / sum }
  }

  /// A slope, or a difference of slopes: weights of the mean squared displacements, [run][lag].
  struct Slope {
    fileprivate(set) var weights: [[Double]]
    /// Variance of the longest run's slope per frame, for one ion and a slope of 1, by the model.
    fileprivate(set) var relativeVariance: Double

    static func - (left: Slope, right: Slope) -> Slope {
      Slope(
        weights: zip(left.weights, right.weights).map { zip($0, $1).map { $0 - $1 } },
        relativeVariance: .nan)
    }

    static func * (share: Double, slope: Slope) -> Slope {
      Slope(weights: slope.weights.map { $0.map { share * $0 } }, relativeVariance: .nan)
    }
  }

  /// First lags to try, frames: about doubling, from `first` on.
  func firstLags(from first: Int, to latest: Int) -> [Int] {
    let fewest = runs.min { $0.momentLags.count < $1.momentLags.count }
    guard let known = fewest?.momentLags, let start = known.last(where: { $0 <= first }) else { return [] }
    var result = [start]
    while let last = result.last, last < latest {
      let wanted = Int((Double(last) * LongTimeSlope.ratio).rounded())
      let next = known.last { $0 <= min(wanted, latest) } ?? last
      if Double(next) < 1.3 * Double(last) { break }
      result.append(next)
    }
    return result
  }

  /// - Returns: nil for a window without two lags.
  package func slope(_ window: ClosedRange<Int>) -> Slope? {
    let jumpTime = jumpTime(window)
    var known: [Int: SlopeEstimator] = [:]
    var weights: [[Double]] = []
    for run in runs {
      let inside = run.momentLags.indices.filter { window.contains(run.momentLags[$0]) }
      let estimator =
        known[run.frameCount]
        ?? SlopeEstimator(
          lags: inside.map { run.momentLags[$0] }, frameCount: run.frameCount, jumpTime: jumpTime)
      guard let estimator else { return nil }
      known[run.frameCount] = estimator
      var all = [Double](repeating: 0, count: run.momentLags.count)
      for (index, weight) in zip(inside, estimator.weights) { all[index] = weight }
      weights.append(all)
    }
    guard let longest = known.max(by: { $0.key < $1.key }) else { return nil }
    return Slope(weights: weights, relativeVariance: longest.value.relativeVariance)
  }

  /// Å² per frame, of each run.
  func values(_ slope: Slope) -> [Double] {
    zip(runs, slope.weights).map { run, weights in
      zip(run.momentLags, weights).reduce(0) { $0 + $1.1 * run.msd_A2[$1.0] }
    }
  }

  /// Å² per frame, of all runs.
  func value(_ slope: Slope) -> Double {
    zip(shares, values(slope)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The variance of `value` if the ions were independent, from how they scatter; 0 where that is not
  /// determined.
  func variance(_ slope: Slope) -> Double {
    var sum = 0.0
    for (index, run) in runs.enumerated() where run.ionCount >= 2 {
      let weights = slope.weights[index]
      let count = weights.count
      var own = 0.0
      for i in 0..<count where weights[i] != 0 {
        for j in 0..<count where weights[j] != 0 {
          let covariance =
            run.ionProducts_A4[i * count + j] - run.meanSquare_A2[i] * run.meanSquare_A2[j]
          own += weights[i] * weights[j] * covariance
        }
      }
      sum += shares[index] * shares[index] * max(0, own) / Double(run.ionCount - 1)
    }
    return sum
  }
}

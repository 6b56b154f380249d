/// Correlation functions of single anions, or of groups of them, from all runs of a temperature.
struct DecaySamples {
  /// ps, ascending, without 0.
  var lags: [Double]
  /// `[anion][lag]`.
  var curves: [[Double]]
  /// Of each, summing to 1.
  var weights: [Double]
  /// Of a run, the weighted mean.
  var length_ps: Double
  var interval_ps: Double
  /// How much more whole runs scatter than independent anions would.
  var collectivity = 1.0
  /// In which an anion jumps once, ps; at least this long where none has jumped; 0 where it is not known.
  var jumpTime_ps = 0.0

  var mean: [Double] {
    lags.indices.map { lag in zip(weights, curves).reduce(0) { $0 + $1.0 * $1.1[lag] } }
  }

  /// The variances of the mean of independent samples along some directions, from their scatter.
  func variances(along directions: [[Double]]) -> [Double] {
    let mean = mean
    let count = Double(curves.count)
    return directions.map { direction in
      let squares = zip(weights, curves).reduce(0) { sum, sample in
        let off = zip(direction, zip(sample.1, mean)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
        return sum + sample.0 * sample.0 * off * off
      }
      return squares * count / max(1, count - 1)
    }
  }
}

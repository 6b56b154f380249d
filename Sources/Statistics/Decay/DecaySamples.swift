/// Correlation functions of single anions, or of groups of them, from all runs of a temperature.
package struct DecaySamples {
  /// ps, ascending, without 0.
  package var lags: [Double]
  /// `[anion][lag]`.
  package var curves: [[Double]]
  /// Of each, summing to 1.
  package var weights: [Double]
  /// Of a run, the weighted mean.
  package var length_ps: Double
  package var interval_ps: Double
  /// How much more whole runs scatter than independent anions would.
  package var collectivity = 1.0
  /// In which an anion jumps once, ps; at least this long where none has jumped; 0 where it is not known.
  package var jumpTime_ps = 0.0

  /// - Parameters: as the properties.
  package init(
    lags: [Double], curves: [[Double]], weights: [Double], length_ps: Double, interval_ps: Double
  ) {
    self.lags = lags
    self.curves = curves
    self.weights = weights
    self.length_ps = length_ps
    self.interval_ps = interval_ps
  }

  package var mean: [Double] {
    lags.indices.map { lag in zip(weights, curves).reduce(0) { $0 + $1.0 * $1.1[lag] } }
  }

  /// The variances of the mean of independent samples along some directions, from their scatter.
  package func variances(along directions: [[Double]]) -> [Double] {
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

import Analysis
import Mathematics
import Statistics

/// Weighted mean of the runs, with the error from replicas where there are enough of them, otherwise from the
/// blocks of all runs.
///
/// It keeps one number for each run, whatever their number.
struct PooledNumber {
  /// With this many replicas or more, the error comes from their spread instead of from time blocks.
  static let enoughReplicas = 5

  private var sum = 0.0
  private var weight = 0.0
  private(set) var means: [Double] = []
  private var blocks: [Double] = []

  mutating func add(_ mean: Double?, weight: Double, blocks: some Sequence<Double?>) {
    if let mean {
      sum += weight * mean
      self.weight += weight
      means.append(mean)
    }
    if means.count < Self.enoughReplicas {
      self.blocks += blocks.compactMap(\.self)
    } else {
      self.blocks = []
    }
  }

  /// - Parameter scale: that the interval is symmetric on.
  func finish(scale: IntervalScale = .real) -> PooledResult {
    guard weight > 0 else { return PooledResult() }
    let value = sum / weight
    let samples = means.count >= Self.enoughReplicas || standardError(blocks) == nil ? means : blocks
    let error = standardError(samples)
    let freedom = Double(samples.count - 1)
    return PooledResult(value: value, error: error) { level in
      error.flatMap { scale.interval(value: value, error: $0, degreesOfFreedom: freedom, level: level) }
    }
  }
}

/// A pooled number with its interval.
struct PooledResult {
  var value: Double?
  /// Standard error.
  var error: Double?
  /// What the number lacks, where the runs together tell.
  var warning: Warning?
  /// Both ends of the interval that holds the true value with a probability; nil where it is not determined.
  var interval: (_ level: Double) -> [Double]? = { _ in nil }

  init(value: Double? = nil, error: Double? = nil, interval: @escaping (Double) -> [Double]? = { _ in nil }) {
    self.value = value
    self.error = error
    self.interval = interval
  }
}

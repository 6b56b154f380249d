import Analysis
import Mathematics
import RealModule

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

  func finish() -> PooledResult {
    guard weight > 0 else { return PooledResult() }
    let samples = means.count >= Self.enoughReplicas || standardError(blocks) == nil ? means : blocks
    return PooledResult(
      value: sum / weight, error: standardError(samples), degreesOfFreedom: Double(samples.count - 1))
  }
}

/// A pooled number with what its interval comes from.
struct PooledResult {
  var value: Double?
  /// Standard error.
  var error: Double?
  /// Of Student's t.
  var degreesOfFreedom = 0.0

  /// The interval that holds the true value with the probability `level`.
  /// - Returns: both ends; nil without an error.
  func interval(level: Double) -> [Double]? {
    guard let value, let error, degreesOfFreedom > 0 else { return nil }
    let half = StudentT(degreesOfFreedom: degreesOfFreedom).halfWidth(level: level) * error
    return [value - half, value + half]
  }
}

/// Pools the observables of the replicas of one temperature, run by run.
///
/// Curves of one name and series that differ in their abscissae (runs of different length) are pooled over
/// the part that all have in common.
package struct ObservablePool {
  /// Degrees of freedom of an error from the time blocks of one run.
  package static let blockDegreesOfFreedom = Double(BlockSums.blockCount - 1)

  /// Degrees of freedom of the error of an observable of one temperature.
  package static func degreesOfFreedom(replicas: Int) -> Double {
    replicas >= PooledNumber.enoughReplicas ? Double(replicas - 1) : blockDegreesOfFreedom
  }

  private struct Key: Hashable {
    var observable: String
    var series: String
  }

  private struct Curve {
    var key: Key
    /// The part that all runs have in common.
    var x: [Double]
    var numbers: [PooledNumber]
  }

  private struct Value {
    var key: Key
    var number = PooledNumber()
    var warning: Warning?
  }

  /// In the order of first appearance.
  private var curves: [Curve] = []
  private var values: [Value] = []
  private var indexOfCurve: [Key: Int] = [:]
  private var indexOfValue: [Key: Int] = [:]

  private var rotors = RotorPool()

  package init() {}

  package mutating func add(_ run: RunObservables) {
    rotors.add(run)
    for curve in run.curves { add(curve) }
    for value in run.values { add(value) }
  }

  private mutating func add(_ curve: SampledCurve) {
    let key = Key(observable: curve.observable, series: curve.series)
    let index = indexOfCurve[key] ?? curves.count
    if index == curves.count {
      indexOfCurve[key] = index
      curves.append(
        Curve(key: key, x: curve.x, numbers: curve.x.map { _ in PooledNumber() }))
    }
    let common = commonStart(curves[index].x, curve.x)
    curves[index].x.removeLast(curves[index].x.count - common)
    for i in 0..<common {
      curves[index].numbers[i].add(
        curve.mean[i], weight: curve.weight_ps, blocks: curve.blocks.lazy.map { $0[i] })
    }
  }

  private mutating func add(_ value: SampledValue) {
    let key = Key(observable: value.observable, series: value.series)
    let index = indexOfValue[key] ?? values.count
    if index == values.count {
      indexOfValue[key] = index
      values.append(Value(key: key))
    }
    values[index].number.add(value.mean, weight: value.weight_ps, blocks: value.blocks)
    values[index].warning = values[index].warning ?? value.warning
  }

  /// - Returns: in the order of first appearance.
  package func finish() -> (curves: [ObservableCurve], values: [ObservableValue]) {
    let curves = curves.map { curve in
      let pooled = curve.x.indices.map { curve.numbers[$0].finish() }
      return ObservableCurve(
        observable: curve.key.observable, series: curve.key.series, x: curve.x, y: pooled.map(\.value),
        error: pooled.map(\.error))
    }
    let values = values.map { value in
      let name = value.key.observable
      let pooled =
        ObservableCatalogue.value(name)?.isProbability == true
        ? PooledResult(value: combinedProbability(value.number.means)) : value.number.finish()
      return ObservableValue(
        name: name, series: value.key.series, value: pooled.value, error: pooled.error,
        interval68: pooled.interval(level: 0.68), interval95: pooled.interval(level: 0.95),
        unit: ObservableCatalogue.unit(ofValue: name), warning: value.warning)
    }
    return (curves, values + rotors.finish())
  }
}

/// The probability of results at least as extreme in all runs together, from that of each run: −2 Σ ln p is
/// χ² distributed with two degrees of freedom for each (Fisher 1925).
func combinedProbability(_ chances: [Double]) -> Double? {
  guard !chances.isEmpty else { return nil }
  let sum = chances.reduce(0) { $0 - 2 * Double.log(max($1, 1e-300)) }
  return 1 - ChiSquared(degreesOfFreedom: 2 * Double(chances.count)).cumulative(sum)
}

/// The number of leading elements that are equal.
private func commonStart(_ first: [Double], _ second: [Double]) -> Int {
  zip(first, second).prefix { abs($0 - $1) <= 1e-9 * max(1, abs($0)) }.count
}

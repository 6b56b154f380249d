import Analysis
import Mathematics
import RealModule
import Statistics

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
    /// Of a curve that is a survival function.
    var survival: SurvivalTable?

    func finish() -> ObservableCurve {
      let points =
        survival.map { $0.curve(at: x) } ?? numbers.map { $0.finish() }.map { ($0.value, $0.error) }
      return ObservableCurve(
        observable: key.observable, series: key.series, x: x, y: points.map(\.0), error: points.map(\.1))
    }
  }

  private struct Value {
    var key: Key
    var number = PooledValue()
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
    curves[index].numbers.removeLast(curves[index].numbers.count - common)
    if let table = curve.survival {
      curves[index].survival = curves[index].survival.map { $0 + table } ?? table
    }
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
    values[index].number.add(value)
    values[index].warning = values[index].warning ?? value.warning
  }

  /// - Returns: in the order of first appearance.
  package func finish() -> (curves: [ObservableCurve], values: [ObservableValue]) {
    let curves = curves.map { $0.finish() }
    let values = values.map { value in
      let name = value.key.observable
      let entry = ObservableCatalogue.value(name)
      let pooled =
        entry?.isProbability == true
        ? PooledResult(value: combinedProbability(value.number.means))
        : value.number.finish(scale: entry?.scale ?? .real)
      return ObservableValue(
        name: name, series: value.key.series, value: pooled.value, error: pooled.error,
        interval68: pooled.interval(0.68), interval95: pooled.interval(0.95),
        unit: ObservableCatalogue.unit(ofValue: name), warning: pooled.warning ?? value.warning)
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

import Mathematics
import RealModule

/// From so many replicas on, their spread gives the error, and not that of time blocks.
private let enoughReplicas = 5
/// Weighted mean of the runs, with the error by replicas where there are enough of them, by the blocks of all
/// runs elsewhere.
///
/// Of each run one number stays, so that it does not matter how many there are.
struct PooledNumber {
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
    if means.count < enoughReplicas {
      self.blocks += blocks.compactMap(\.self)
    } else {
      self.blocks = []
    }
  }

  func finish() -> (value: Double?, error: Double?) {
    guard weight > 0 else { return (nil, nil) }
    let error =
      means.count >= enoughReplicas ? standardError(means) : standardError(blocks) ?? standardError(means)
    return (sum / weight, error)
  }
}

/// Puts the observables of a temperature's replicas together, run by run.
///
/// Curves of one name and series that differ in their abscissae (runs of unlike length) are pooled as far as
/// all have the same.
package struct ObservablePool {
  private struct Key: Hashable {
    var observable: String
    var series: String
  }

  private struct Curve {
    var key: Key
    /// As far as all runs have the same.
    var x: [Double]
    var numbers: [PooledNumber]
  }

  private struct Value {
    var key: Key
    var number = PooledNumber()
    var note: String?
  }

  /// In the order of first appearance.
  private var curves: [Curve] = []
  private var values: [Value] = []
  private var placeOfCurve: [Key: Int] = [:]
  private var placeOfValue: [Key: Int] = [:]

  package init() {}

  package mutating func add(_ run: RunObservables) {
    for curve in run.curves { add(curve) }
    for value in run.values { add(value) }
  }

  private mutating func add(_ curve: SampledCurve) {
    let key = Key(observable: curve.observable, series: curve.series)
    let place = placeOfCurve[key] ?? curves.count
    if place == curves.count {
      placeOfCurve[key] = place
      curves.append(
        Curve(key: key, x: curve.x, numbers: curve.x.map { _ in PooledNumber() }))
    }
    let common = commonStart(curves[place].x, curve.x)
    curves[place].x.removeLast(curves[place].x.count - common)
    for i in 0..<common {
      curves[place].numbers[i].add(
        curve.mean[i], weight: curve.weight_ps, blocks: curve.blocks.lazy.map { $0[i] })
    }
  }

  private mutating func add(_ value: SampledValue) {
    let key = Key(observable: value.observable, series: value.series)
    let place = placeOfValue[key] ?? values.count
    if place == values.count {
      placeOfValue[key] = place
      values.append(Value(key: key))
    }
    values[place].number.add(value.mean, weight: value.weight_ps, blocks: value.blocks)
    values[place].note = values[place].note ?? value.note
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
      let (mean, error) =
        ObservableCatalogue.value(name)?.isProbability == true
        ? (combinedProbability(value.number.means), nil) : value.number.finish()
      return ObservableValue(
        name: name, series: value.key.series, value: mean, error: error,
        unit: ObservableCatalogue.unit(ofValue: name), note: value.note)
    }
    return (curves, values)
  }
}

/// The chance of results like these or stranger in all runs together, from that of each: −2 Σ ln p is χ² with
/// two degrees of freedom for each (Fisher 1925).
func combinedProbability(_ chances: [Double]) -> Double? {
  guard !chances.isEmpty else { return nil }
  let sum = chances.reduce(0) { $0 - 2 * Double.log(max($1, 1e-300)) }
  return 1 - ChiSquared(degreesOfFreedom: 2 * Double(chances.count)).cumulative(sum)
}

/// How many of the first numbers are the same.
private func commonStart(_ first: [Double], _ second: [Double]) -> Int {
  zip(first, second).prefix { abs($0 - $1) <= 1e-9 * max(1, abs($0)) }.count
}

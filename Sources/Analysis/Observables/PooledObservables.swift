import RealModule

/// One curve of an observable at one temperature, over all replicas.
public struct ObservableCurve: Codable, Sendable, Equatable {
  /// A name of ``ObservableCatalogue``.
  public var observable: String
  public var series: String
  public var x: [Double]
  /// nil where nothing was seen.
  public var y: [Double?]
  /// Standard error; nil where neither blocks nor replicas can tell.
  public var error: [Double?]

  public init(observable: String, series: String, x: [Double], y: [Double?], error: [Double?]) {
    self.observable = observable
    self.series = series
    self.x = x
    self.y = y
    self.error = error
  }
}

/// One number of an observable at one temperature, over all replicas.
public struct ObservableValue: Codable, Sendable, Equatable {
  /// A name of ``ObservableCatalogue``.
  public var name: String
  public var series: String
  /// nil where it can't be had; `note` says why.
  public var value: Double?
  /// Standard error; nil where neither blocks nor replicas can tell.
  public var error: Double?
  public var unit: String
  public var note: String?

  public init(
    name: String, series: String, value: Double?, error: Double?, unit: String, note: String? = nil
  ) {
    self.name = name
    self.series = series
    self.value = value
    self.error = error
    self.unit = unit
    self.note = note
  }

  /// What is null is written as null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(series, forKey: .series)
    try container.encode(value, forKey: .value)
    try container.encode(error, forKey: .error)
    try container.encode(unit, forKey: .unit)
    try container.encode(note, forKey: .note)
  }
}

/// From so many replicas on, their spread gives the error, and not that of time blocks.
private let enoughReplicas = 5
/// A standard deviation of fewer numbers says nothing.
private let fewestSamples = 3

/// The standard error of a mean of independent samples, and nil for too few.
func standardError(_ samples: [Double]) -> Double? {
  guard samples.count >= fewestSamples else { return nil }
  let count = Double(samples.count)
  let mean = samples.reduce(0, +) / count
  let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (squares / (count - 1) / count).squareRoot()
}

/// Weighted mean of the runs, with the error by replicas where there are enough of them, by the blocks of all
/// runs elsewhere.
func pooled(
  means: [Double?], weights: [Double], blocks: [Double?]
) -> (value: Double?, error: Double?) {
  var sum = 0.0
  var weight = 0.0
  for (mean, w) in zip(means, weights) {
    guard let mean else { continue }
    sum += w * mean
    weight += w
  }
  guard weight > 0 else { return (nil, nil) }
  let runs = means.compactMap(\.self)
  let samples = blocks.compactMap(\.self)
  let error =
    runs.count >= enoughReplicas
    ? standardError(runs)
    : standardError(samples) ?? standardError(runs)
  return (sum / weight, error)
}

/// Puts the observables of a temperature's replicas together.
///
/// Curves of one name and series that differ in their abscissae (runs of unlike length) are pooled as far as
/// all have the same.
/// - Returns: in the order of first appearance.
public func poolObservables(
  _ runs: [RunObservables]
) -> (curves: [ObservableCurve], values: [ObservableValue]) {
  var curves: [ObservableCurve] = []
  for key in ordered(runs.flatMap(\.curves).map { [$0.observable, $0.series] }) {
    let parts = runs.flatMap(\.curves).filter { [$0.observable, $0.series] == key }
    let x = commonStart(parts.map(\.x))
    var curve = ObservableCurve(observable: key[0], series: key[1], x: x, y: [], error: [])
    for i in x.indices {
      let (value, error) = pooled(
        means: parts.map { $0.mean[i] }, weights: parts.map(\.weight_ps),
        blocks: parts.flatMap { $0.blocks.map { $0[i] } })
      curve.y.append(value)
      curve.error.append(error)
    }
    curves.append(curve)
  }
  var values: [ObservableValue] = []
  for key in ordered(runs.flatMap(\.values).map { [$0.observable, $0.series] }) {
    let parts = runs.flatMap(\.values).filter { [$0.observable, $0.series] == key }
    let (value, error) =
      ObservableCatalogue.value(key[0])?.isProbability == true
      ? (combinedProbability(parts.compactMap(\.mean)), nil)
      : pooled(
        means: parts.map(\.mean), weights: parts.map(\.weight_ps), blocks: parts.flatMap(\.blocks))
    values.append(
      ObservableValue(
        name: key[0], series: key[1], value: value, error: error,
        unit: ObservableCatalogue.unit(ofValue: key[0]), note: parts.compactMap(\.note).first))
  }
  return (curves, values)
}

/// The chance of results like these or stranger in all runs together, from that of each: −2 Σ ln p is χ² with
/// two degrees of freedom for each (Fisher 1925).
func combinedProbability(_ chances: [Double]) -> Double? {
  guard !chances.isEmpty else { return nil }
  let sum = chances.reduce(0) { $0 - 2 * Double.log(max($1, 1e-300)) }
  return 1 - ChiSquared(degreesOfFreedom: 2 * Double(chances.count)).cumulative(sum)
}

private func ordered(_ keys: [[String]]) -> [[String]] {
  var seen: Set<[String]> = []
  return keys.filter { seen.insert($0).inserted }
}

private func commonStart(_ axes: [[Double]]) -> [Double] {
  guard let first = axes.first else { return [] }
  var count = first.count
  for axis in axes.dropFirst() {
    count = min(count, zip(first, axis).prefix { abs($0 - $1) <= 1e-9 * max(1, abs($0)) }.count)
  }
  return Array(first.prefix(count))
}

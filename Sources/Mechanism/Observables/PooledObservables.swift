import Analysis
import Support

/// One curve of an observable at one temperature, over all replicas.
package struct ObservableCurve: Codable, Sendable, Equatable {
  /// A name of ``ObservableCatalogue``.
  package var observable: String
  package var series: String
  package var x: [Double]
  /// nil where there are no data.
  package var y: [Double?]
  /// Standard error; nil where neither blocks nor replicas determine it.
  package var error: [Double?]

  package init(observable: String, series: String, x: [Double], y: [Double?], error: [Double?]) {
    self.observable = observable
    self.series = series
    self.x = x
    self.y = y
    self.error = error
  }
}

/// One number of an observable at one temperature, over all replicas.
package struct ObservableValue: Codable, Sendable, Equatable {
  /// A name of ``ObservableCatalogue``.
  package var name: String
  package var series: String
  /// nil where the runs do not determine it; `warning` says why.
  @Nullable package var value: Double?
  /// Standard error; nil where neither blocks nor replicas determine it.
  @Nullable package var error: Double?
  /// Both ends of the interval that holds the true value with 68 % probability; nil where it is not determined.
  @Nullable package var interval68: [Double]?
  /// The same at 95 %.
  @Nullable package var interval95: [Double]?
  package var unit: String
  /// The sentence of `warning`.
  @Nullable package private(set) var note: String?
  /// nil also in results of a version that recorded the sentence alone.
  @Nullable package private(set) var warning: Warning?

  enum CodingKeys: String, CodingKey {
    case name, series, value, error, unit, note, warning
    case interval68 = "interval_68"
    case interval95 = "interval_95"
  }

  package init(
    name: String, series: String, value: Double?, error: Double?, interval68: [Double]? = nil,
    interval95: [Double]? = nil, unit: String, warning: Warning? = nil
  ) {
    self.name = name
    self.series = series
    self.value = value
    self.error = error
    self.interval68 = interval68
    self.interval95 = interval95
    self.unit = unit
    self.warning = warning
    note = warning?.description
  }
}

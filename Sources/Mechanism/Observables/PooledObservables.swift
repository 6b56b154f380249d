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
  package var unit: String
  /// The sentence of `warning`.
  @Nullable package private(set) var note: String?
  /// nil also in results of a version that recorded the sentence alone.
  @Nullable package private(set) var warning: Warning?

  package init(
    name: String, series: String, value: Double?, error: Double?, unit: String, warning: Warning? = nil
  ) {
    self.name = name
    self.series = series
    self.value = value
    self.error = error
    self.unit = unit
    self.warning = warning
    note = warning?.description
  }
}

/// One curve of an observable at one temperature, over all replicas.
package struct ObservableCurve: Codable, Sendable, Equatable {
  /// A name of ``ObservableCatalogue``.
  package var observable: String
  package var series: String
  package var x: [Double]
  /// nil where nothing was seen.
  package var y: [Double?]
  /// Standard error; nil where neither blocks nor replicas can tell.
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
  /// nil where it can't be had; `note` says why.
  package var value: Double?
  /// Standard error; nil where neither blocks nor replicas can tell.
  package var error: Double?
  package var unit: String
  package var note: String?

  package init(
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
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(series, forKey: .series)
    try container.encode(value, forKey: .value)
    try container.encode(error, forKey: .error)
    try container.encode(unit, forKey: .unit)
    try container.encode(note, forKey: .note)
  }
}

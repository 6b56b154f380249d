/// A computed number and the printed one that it is compared with.
package struct ComparisonRow: Codable, Sendable {
  package var what: String
  /// Table, figure or page.
  package var source: String
  package var study: String
  package var printed: String
  /// In `unit`; nil where there is none.
  package var value: Double?
  /// Standard error, of the value's logarithm where `isLogarithmic`.
  package var error: Double?
  package var isLogarithmic: Bool
  /// 95 %, both sides.
  package var interval: [Double]?
  /// 95 %, where there is no value.
  package var upperBound: Double?
  /// A lower bound, where there is no value.
  package var lowerBound: Double?
  package var unit: String
  /// The computed over the printed number, where there is one.
  package var ratio: Double?
  package var verdict: Verdict
  package var p: Double?
  /// Why there is no number, or what limits it.
  package var note: String?
}

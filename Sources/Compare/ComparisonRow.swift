/// One number beside what a paper prints.
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
  /// What it exceeds, where there is no value.
  package var lowerBound: Double?
  package var unit: String
  /// Ours over the printed number, where there is one.
  package var ratio: Double?
  package var verdict: Verdict
  package var p: Double?
  /// Why there is no number, or what to know of it.
  package var note: String?

  package init(
    what: String, source: String, study: String, printed: String, value: Double?, error: Double?,
    isLogarithmic: Bool, interval: [Double]?, upperBound: Double?, lowerBound: Double?, unit: String,
    ratio: Double?, verdict: Verdict, p: Double?, note: String?
  ) {
    self.what = what
    self.source = source
    self.study = study
    self.printed = printed
    self.value = value
    self.error = error
    self.isLogarithmic = isLogarithmic
    self.interval = interval
    self.upperBound = upperBound
    self.lowerBound = lowerBound
    self.unit = unit
    self.ratio = ratio
    self.verdict = verdict
    self.p = p
    self.note = note
  }
}

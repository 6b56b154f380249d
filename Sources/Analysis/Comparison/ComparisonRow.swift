/// One number beside what a paper prints.
public struct ComparisonRow: Codable, Sendable {
  public var what: String
  /// Table, figure or page.
  public var source: String
  public var study: String
  public var printed: String
  /// In `unit`; nil where there is none.
  public var value: Double?
  /// Standard error, of the value's logarithm where `isLogarithmic`.
  public var error: Double?
  public var isLogarithmic: Bool
  /// 95 %, both sides.
  public var interval: [Double]?
  /// 95 %, where there is no value.
  public var upperBound: Double?
  /// What it exceeds, where there is no value.
  public var lowerBound: Double?
  public var unit: String
  /// Ours over the printed number, where there is one.
  public var ratio: Double?
  public var verdict: Verdict
  public var p: Double?
  /// Why there is no number, or what to know of it.
  public var note: String?

  public init(
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

import Mechanism
import Testing

/// How often intervals contain the true value, over synthetic data sets.
struct Coverage: CustomTestStringConvertible {
  private(set) var sets = 0
  /// Data sets that gave an upper bound and no interval.
  private(set) var bounds = 0
  private var boundsHeld = 0
  /// Data sets that gave neither.
  private(set) var missing = 0
  private var held68 = 0
  private var held95 = 0
  private var ratios: [Double] = []

  /// Adds a data set that gave a value, and perhaps an interval.
  mutating func add(truth: Double, value: Double?, _ interval: (Double) -> ClosedRange<Double>?) {
    sets += 1
    if let value { ratios.append(value / truth) }
    guard let narrow = interval(0.68), let wide = interval(0.95) else {
      missing += 1
      return
    }
    if narrow.contains(truth) { held68 += 1 }
    if wide.contains(truth) { held95 += 1 }
  }

  /// Adds a data set that gave an upper bound only.
  mutating func add(truth: Double, upperBound: Double) {
    sets += 1
    bounds += 1
    if truth <= upperBound { boundsHeld += 1 }
  }

  private var intervals: Int { sets - missing - bounds }
  /// Of the sets with an interval.
  var share68: Double { Double(held68) / Double(intervals) }
  var share95: Double { Double(held95) / Double(intervals) }
  /// The same with bounds, which are 95 % bounds, counted as held where they hold.
  var share68WithBounds: Double { Double(held68 + boundsHeld) / Double(sets - missing) }
  var share95WithBounds: Double { Double(held95 + boundsHeld) / Double(sets - missing) }
  /// Mean of value / truth.
  var bias: Double { ratios.reduce(0, +) / Double(ratios.count) }

  /// The shares, without bounds, agree with their levels to 0.05 and 0.025 plus three binomial standard
  /// errors for this number of data sets.
  var isHonest: Bool { isWithin(0.05, 0.025) }

  func isWithin(_ margin68: Double, _ margin95: Double) -> Bool {
    func holds(_ share: Double, _ level: Double, _ margin: Double) -> Bool {
      let chance = 3 * (level * (1 - level) / Double(intervals)).squareRoot()
      return abs(share - level) < margin + chance
    }
    return holds(share68, 0.68, margin68) && holds(share95, 0.95, margin95)
  }

  /// The shares, without bounds, are not significantly (three binomial standard errors) below these.
  func isAtLeast(_ least68: Double, _ least95: Double) -> Bool {
    func holds(_ share: Double, _ least: Double) -> Bool {
      share > least - 3 * (least * (1 - least) / Double(intervals)).squareRoot()
    }
    return holds(share68, least68) && holds(share95, least95)
  }

  var testDescription: String { row("") }

  /// A row of the table in docs/coverage.md.
  func row(_ name: String) -> String {
    func digits(_ x: Double) -> String {
      guard x.isFinite else { return "–" }
      let text = "\(Int((1000 * x).rounded()))"
      return x >= 0.9995 ? "1.000" : "." + String(repeating: "0", count: 3 - text.count) + text
    }
    func pair(_ a: Double, _ b: Double) -> String { "\(digits(a)) / \(digits(b))" }
    let excess = bias.isFinite ? "\(bias < 1 ? "−" : "+")\(Int((100 * abs(bias - 1)).rounded())) %" : "–"
    return "| \(name) | \(pair(share68, share95)) | \(pair(share68WithBounds, share95WithBounds)) | "
      + "\(excess) | \(bounds) | \(missing) |"
  }
}

extension Coverage {
  mutating func add(truth: Double, _ value: ObservableValue?) {
    add(truth: truth, value: value?.value) { level in
      let ends = level < 0.9 ? value?.interval68 : value?.interval95
      return ends.flatMap { $0.count == 2 && $0[0] <= $0[1] ? $0[0]...$0[1] : nil }
    }
  }
}

import Foundation

/// Temperatures worth a tick on an axis of 1000/T.
enum AxisTicks {
  /// `('300 K' 3.333, …)` for a gnuplot axis that runs over `range` of 1000/T; never two too close.
  static func temperatures(over range: ClosedRange<Double>) -> String {
    let nice = [
      2000.0, 1500, 1200, 1000, 900, 800, 700, 600, 550, 500, 450, 400, 350, 325, 300, 275, 250, 225, 200,
      175, 150, 125, 100, 75, 50,
    ]
    let gap = (range.upperBound - range.lowerBound) / 14
    var last = -Double.infinity
    var ticks: [String] = []
    for temperature in nice {
      let x = 1000 / temperature
      guard range.contains(x), x - last >= gap else { continue }
      last = x
      ticks.append("'\(Int(temperature))' \(x)")
    }
    return "(" + ticks.joined(separator: ", ") + ")"
  }

  /// A range with air around the values; a lone value gets some too.
  static func padded(_ values: [Double], by fraction: Double) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    let air = max((high - low) * fraction, abs(high) * 0.02, 1e-300)
    return (low - air)...(high + air)
  }

  /// A logarithmic axis around positive values that ends at 1, 2 or 5 times a power of ten and holds one
  /// decade at least, `most` at most (the lowest values fall off).
  static func decades(_ values: [Double], most: Double = 14) -> ClosedRange<Double>? {
    let positive = values.filter { $0 > 0 && $0.isFinite }
    guard let low = positive.min(), let high = positive.max() else { return nil }
    let top = rounded(log10(high) + 0.05, up: true)
    let bottom = min(max(rounded(log10(low) - 0.05, up: false), top - most), top - 1)
    return pow(10, bottom)...pow(10, top)
  }

  /// The next logarithm of 1, 2 or 5 times a power of ten.
  private static func rounded(_ x: Double, up: Bool) -> Double {
    let steps: [Double] = [0, log10(2.0), log10(5.0), 1]
    let decade = x.rounded(.down)
    let rest = x - decade
    return decade + ((up ? steps.first { $0 >= rest } : steps.last { $0 <= rest }) ?? 0)
  }
}

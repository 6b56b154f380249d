import Foundation

/// Temperatures to label on an axis of 1000/T.
package enum AxisTicks {
  /// `('300 K' 3.333, …)` for a gnuplot axis that runs over `range` of 1000/T; never two too close.
  static func temperatures(over range: ClosedRange<Double>, most: Int) -> String {
    // Multiples of 100 K first; the others where there is room.
    let nice: [Double] = [
      300, 1000, 500, 400, 600, 800, 700, 200, 100, 900, 1500, 2000, 1200, 350, 450, 250, 150, 50, 550, 275,
      325, 225, 175, 125, 75,
    ]
    let gap = (range.upperBound - range.lowerBound) / Double(most)
    var chosen: [Double] = []
    for temperature in nice where range.contains(1000 / temperature) {
      if chosen.allSatisfy({ abs(1000 / $0 - 1000 / temperature) >= gap }) { chosen.append(temperature) }
    }
    let ticks = chosen.sorted(by: >).map { "'\(Int($0))' \(1000 / $0)" }
    return "(" + ticks.joined(separator: ", ") + ")"
  }

  /// A range with padding around the values, a single value included.
  package static func padded(_ values: [Double], by fraction: Double) -> ClosedRange<Double>? {
    guard let low = values.min(), let high = values.max() else { return nil }
    let air = max((high - low) * fraction, abs(high) * 0.02, 1e-300)
    return (low - air)...(high + air)
  }

  /// A logarithmic axis around positive values that ends at 1, 2 or 5 times a power of ten and spans at least
  /// one decade and at most `most` (the lowest values are cut off).
  package static func decades(_ values: [Double], most: Double = 14) -> ClosedRange<Double>? {
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

import Foundation

/// A number with four significant digits.
package func fourDigits(_ value: Double) -> String { String(format: "%.4g", value) }

/// A number with at most three decimals.
package func threeDecimals(_ x: Double) -> String {
  let scaled = (x * 1000).rounded() / 1000
  return scaled == scaled.rounded() && abs(scaled) < 1e15 ? "\(Int(scaled))" : "\(scaled)"
}

import Foundation
import Units

/// Numbers formatted for readers, independent of the locale.
package enum NumberText {
  /// `digits` significant digits, without an exponent between 1e-3 and 1e5: `0.0153`, `1.5×10⁻⁷`.
  package static func plain(_ x: Double?, digits: Int = 3) -> String {
    guard let x = x?.ifFinite else { return "—" }
    if x == 0 { return "0" }
    let exponent = orderOfMagnitude(x, digits: digits)
    if (-3..<5).contains(exponent) {
      return fixed(x, decimals: max(0, digits - 1 - exponent))
    }
    return fixed(x / power(exponent), decimals: digits - 1) + "×10" + superscript(exponent)
  }

  /// Value and error to the error's two digits, with one exponent: `(1.52 ± 0.13)×10⁻⁵`, `0.152 ± 0.013`.
  package static func withError(_ value: Double?, _ error: Double?) -> String {
    guard let value = value?.ifFinite else { return "—" }
    guard let error = error?.ifFinite, error > 0 else { return plain(value) }
    // An error far above its value determines the digits; otherwise "0 ± 300" would lose the value.
    let lead = orderOfMagnitude(max(abs(value), error), digits: 3)
    let inline = (-3..<5).contains(lead)
    let scale = inline ? 0 : lead
    let last = orderOfMagnitude(error, digits: 2) - 1
    let decimals = min(max(0, scale - last), 12)
    let text =
      fixed(value / power(scale), decimals: decimals) + " ± "
      + fixed(error / power(scale), decimals: decimals)
    return inline ? text : "(\(text))×10" + superscript(scale)
  }

  /// `[low, high]` with one exponent: `3.1 – 5.2`.
  static func interval(_ bounds: [Double], digits: Int = 2) -> String {
    guard bounds.count == 2, bounds.allSatisfy(\.isFinite) else { return "—" }
    guard let (scale, decimals) = commonDigits(bounds, digits: digits) else {
      return plain(bounds[0], digits: digits) + " – " + plain(bounds[1], digits: digits)
    }
    let text = bounds.map { fixed($0 / power(scale), decimals: decimals) }.joined(separator: " – ")
    return scale == 0 ? text : "(\(text))×10" + superscript(scale)
  }

  /// The exponent and decimals that two numbers share: those of the smaller one. Nil for numbers too far apart.
  private static func commonDigits(_ bounds: [Double], digits: Int) -> (scale: Int, decimals: Int)? {
    guard bounds.allSatisfy({ $0 != 0 }) else { return nil }
    let exponents = bounds.map { orderOfMagnitude($0, digits: digits) }.sorted()
    guard exponents[1] - exponents[0] <= 1 else { return nil }
    if (-3..<5).contains(exponents[0]) { return (0, max(0, digits - 1 - exponents[0])) }
    return (exponents[0], digits - 1)
  }

  /// For data files and CSV: the shortest text that reads back as the same number; `missing` for none.
  static func data(_ x: Double?, missing: String = "NaN") -> String {
    guard let x = x?.ifFinite else { return missing }
    return "\(x)"
  }

  /// A temperature or other round number: `600`, `612.5`.
  package static func short(_ x: Double) -> String {
    x == x.rounded() && abs(x) < 1e9 ? "\(Int(x))" : plain(x, digits: 5)
  }

  static func superscript(_ n: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let text = String(abs(n)).compactMap { $0.wholeNumberValue }.map { digits[$0] }
    return (n < 0 ? "⁻" : "") + String(text)
  }

  /// The exponent of the first digit once `x` is rounded to `digits` digits: 9.996 → 1 at three.
  private static func orderOfMagnitude(_ x: Double, digits: Int) -> Int {
    let exponent = Int(log10(abs(x)).rounded(.down))
    let rounded = (abs(x) / power(exponent - digits + 1)).rounded()
    return rounded >= power(digits) ? exponent + 1 : exponent
  }

  private static func power(_ n: Int) -> Double { pow(10, Double(n)) }

  private static func fixed(_ x: Double, decimals: Int) -> String {
    let text = String(format: "%.\(max(0, decimals))f", locale: Locale(identifier: "en_US_POSIX"), x)
    return text.replacingOccurrences(of: "-", with: "−")
  }
}

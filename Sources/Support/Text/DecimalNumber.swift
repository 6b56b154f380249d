/// A finite decimal number as files and options write it: `1.5`, `1.`, `.5`, `-2e-3`.
///
/// Nil for anything else, of which the standard library takes much for a number: `0x10`, `inf`, `nan`, and with other
/// readers `.` for 0.
/// - Parameter fortran: whether `D` may stand for the exponent's `e`, as in `1.0D-03`.
package func decimalNumber(_ text: some StringProtocol, fortran: Bool = false) -> Double? {
  var rest = text.utf8[...]
  guard rest.count <= 400 else { return nil }
  // Of digits, signs, points and e alone the standard library makes no other numbers, and fast: files have millions.
  if rest.allSatisfy(isPlain), let value = Double(text), value.isFinite { return value }
  func take(_ characters: String) -> String {
    guard let first = rest.first, characters.utf8.contains(first) else { return "" }
    rest = rest.dropFirst()
    return String(UnicodeScalar(first))
  }
  func takeDigits() -> String {
    let digits = rest.prefix { (48...57).contains($0) }
    rest = rest.dropFirst(digits.count)
    return String(decoding: digits, as: UTF8.self)
  }
  let sign = take("+-")
  let whole = takeDigits()
  let part = take(".").isEmpty ? "" : takeDigits()
  guard !whole.isEmpty || !part.isEmpty else { return nil }
  var plain = "\(sign)\(whole.isEmpty ? "0" : whole).\(part.isEmpty ? "0" : part)"
  if !take(fortran ? "eEdD" : "eE").isEmpty {
    let direction = take("+-")
    let exponent = takeDigits()
    guard !exponent.isEmpty else { return nil }
    plain += "e\(direction)\(exponent)"
  }
  guard rest.isEmpty, let value = Double(plain), value.isFinite else { return nil }
  return value
}

private func isPlain(_ character: UInt8) -> Bool {
  switch character {
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"),
    UInt8(ascii: "e"), UInt8(ascii: "E"):
    true
  default: false
  }
}

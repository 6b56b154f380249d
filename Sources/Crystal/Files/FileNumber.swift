/// A finite number as files write it (`1.5`, `-2e-3`, also Fortran's `1.0D-03`); nil for anything else.
func fileNumber(_ field: some StringProtocol) -> Double? {
  // Swift also parses `nan`, `inf` and hexadecimal numbers, which no format here uses.
  let bytes = Array(field.utf8)
  guard let last = bytes.last, bytes.count <= 64, (48...57).contains(last) || last == 46,
    bytes.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 68, 69, 100, 101].contains($0) })
  else { return nil }
  let plain = String(field.map { $0 == "D" || $0 == "d" ? "e" : $0 })
  // `1.` is a number in every format here, but not for Swift.
  guard let value = Double(plain) ?? Double(plain + "0"), value.isFinite else { return nil }
  return value
}

/// The elements of an ion's formula, "B12H12", with their counts.
///
/// Not by a regular expression, which would be compiled anew for each anion of each run.
func elements(ofFormula text: String) -> [(element: String, count: Int)] {
  var result: [(element: String, count: Int)] = []
  var symbol = ""
  var digits = ""
  func end() {
    if !symbol.isEmpty { result.append((symbol, Int(digits) ?? 1)) }
    (symbol, digits) = ("", "")
  }
  for character in text {
    switch character {
    case "A"..."Z" where character.isASCII:
      end()
      symbol = String(character)
    case "a"..."z" where character.isASCII && symbol.count == 1 && digits.isEmpty: symbol.append(character)
    case "0"..."9" where character.isASCII && !symbol.isEmpty: digits.append(character)
    default: end()
    }
  }
  end()
  return result
}

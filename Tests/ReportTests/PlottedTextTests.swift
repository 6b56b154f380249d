import Testing

@testable import Report

/// Text from outside in what gnuplot reads.
@Suite struct PlottedTextTests {
  static let hostile = [
    "a\nset output '/x'", "a\r\nb", "a\u{85}b", "a\u{2028}b", "'; system('touch x') #", "`touch x`",
    "{/=99 x}", "a@b^c_d&e~f\\",
  ]

  @Test(arguments: hostile) func staysOneTextOnOneLine(_ text: String) throws {
    let literal = Gnuplot.literal(text)
    #expect(literal.hasPrefix("'") && literal.hasSuffix("'"))
    let inner = literal.dropFirst().dropLast()
    // A quote inside would end the text; gnuplot takes two for one.
    #expect(!inner.replacing("''", with: "").contains("'"))
    #expect(!literal.contains { $0.isNewline })
    for sign in "{}@^_&~" { #expect(!inner.replacing("\\\(sign)", with: "").contains(sign)) }
    var blocks = DataBlocks()
    _ = blocks.append(text, columns: text, rows: [[1, 2]])
    let lines = blocks.text.split(separator: "\n", omittingEmptySubsequences: true)
    #expect(lines.count == 3 && lines[0].hasPrefix("# ") && lines[1].hasPrefix("# "))
  }
}

import Testing

@testable import Report
@testable import Results

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.126, 0.0131, "0.126 ± 0.013"), (1.76e-5, 2.3e-6, "(1.76 ± 0.23)×10⁻⁵"),
    (9.996e-5, 9.96e-6, "(1.00 ± 0.10)×10⁻⁴"), (33.7, 4.61, "33.7 ± 4.6"), (21.0, 134.0, "21 ± 134"),
    (-0.05, 0.021, "−0.050 ± 0.021"), (3e-7, 5e-6, "(0.3 ± 5.0)×10⁻⁶"),
    (412345, 12, "(4.12345 ± 0.00012)×10⁵"),
    (0.5, 0, "0.500"), (0.5, .nan, "0.500"), (.nan, 1, "—"),
  ])
  func valuesWithErrors(value: Double, error: Double, text: String) {
    #expect(NumberText.withError(value, error) == text)
  }

  @Test(arguments: [
    (0.0, "0"), (1.0, "1.00"), (0.00123, "0.00123"), (0.000999, "9.99×10⁻⁴"), (9.999e-4, "0.00100"),
    (99_999.0, "1.00×10⁵"), (1234.0, "1234"), (-2e-9, "−2.00×10⁻⁹"), (1e-300, "1.00×10⁻³⁰⁰"),
    (.infinity, "—"),
  ])
  func plainValues(value: Double, text: String) {
    #expect(NumberText.plain(value) == text)
  }

  /// Both ends have the decimals and the exponent of the smaller one, unless they are far apart.
  @Test(arguments: [
    (0.0933, 0.187, "0.093 – 0.187"), (13.6, 102.0, "14 – 102"), (4.5e-6, 9.2e-6, "(4.5 – 9.2)×10⁻⁶"),
    (5.7e-6, 1.8e-5, "(5.7 – 18.0)×10⁻⁶"), (0.001, 5.0, "0.0010 – 5.0"), (-0.02, 0.03, "−0.020 – 0.030"),
    (0.0, 3.1, "0 – 3.1"), (.nan, 1.0, "—"), (2e-7, 3.0, "2.0×10⁻⁷ – 3.0"),
  ])
  func intervals(low: Double, high: Double, text: String) {
    #expect(NumberText.interval([low, high]) == text)
  }

  @Test func dataReadsBack() {
    for x in [0.1, 1e-17, -3.0000000000000004, 1e-300] { #expect(Double(NumberText.data(x)) == x) }
    #expect(NumberText.data(nil) == "NaN" && NumberText.data(.nan, missing: "") == "")
  }

  @Test func fitIsCutWhereExtrapolationBegins() {
    let flags = [true, true, false, false, true]
    let fit = flags.enumerated().map { i, flag in
      FitPoint(
        temperature_K: Double(i), diffusivity_A2_per_ps: 1, band68: [1, 1], band95: [1, 1],
        isExtrapolation: flag)
    }
    let parts = fitParts(fit)
    #expect(parts.map(\.isExtrapolation) == [true, false, true])
    #expect(parts.map { $0.points.map(\.temperature_K) } == [[0, 1, 2], [2, 3], [3, 4]])
  }

  @Test func logarithmicAxesEndAtRoundValues() throws {
    let range = try #require(AxisTicks.decades([3e-6, 4e-5]))
    #expect(abs(range.lowerBound / 2e-6 - 1) < 1e-9 && abs(range.upperBound / 5e-5 - 1) < 1e-9)
    #expect(AxisTicks.decades([0, -1, .nan]) == nil)
    let single = try #require(AxisTicks.decades([1]))
    #expect(single.upperBound / single.lowerBound > 9.99)
  }
}

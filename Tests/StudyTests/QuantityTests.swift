import Testing

@testable import Manifest
@testable import Mathematics
@testable import Units

/// Every unit of the manifest, against the value in internal units; exact, for the conversions are by powers
/// of ten or by whole numbers.
@Test(arguments: [
  ("600 K", PhysicalDimension.temperature, 600.0), ("9 Å", .length, 9), ("9 A", .length, 9),
  ("9Å", .length, 9),
  ("0.9 nm", .length, 9), ("9 \u{212b}", .length, 9), ("9 A\u{30a}", .length, 9), ("100 fs", .time, 0.1),
  ("1 ns", .time, 1000), ("10 /ps", .rate, 10), ("0.01 /fs", .rate, 10), ("0 GPa", .pressure, 0),
  ("1 bar", .pressure, 1e-4), ("1e-4", .number, 1e-4), ("21 Å^2", .area, 21), ("21 Å²", .area, 21),
  ("18.39 mS/cm", .conductivity, 18.39), ("0.01839 S/cm", .conductivity, 18.39), ("1000 amu", .mass, 1000),
  ("5 min", .wallTime, 300), ("2 h", .wallTime, 7200), ("0.01 eV/Å", .force, 0.01),
  ("-12 %", .percentage, -12),
  ("\u{2212}12 %", .percentage, -12), (".5 K", .temperature, 0.5), ("3. K", .temperature, 3),
])
func quantityIsRead(_ text: String, _ dimension: PhysicalDimension, _ value: Double) throws {
  #expect(try Quantity.parse(text, as: dimension) == value)
}

@Test(arguments: [
  ("600", PhysicalDimension.temperature, Quantity.Problem.missingUnit),
  ("600 C", .temperature, .unknownUnit("C")),
  ("600 ps", .temperature, .unknownUnit("ps")), ("K", .temperature, .notANumber), ("", .time, .notANumber),
  ("nan fs", .time, .notANumber), ("inf fs", .time, .notANumber), ("0x10 fs", .time, .unknownUnit("x10 fs")),
  ("1e999 fs", .time, .notFinite), ("1e306 ns", .time, .notFinite), ("1e-4 K", .number, .unitNotWanted("K")),
  ("1 2 K", .temperature, .unknownUnit("2 K")), ("١ K", .temperature, .notANumber),
])
func quantityIsRefused(_ text: String, _ dimension: PhysicalDimension, _ problem: Quantity.Problem) {
  #expect(throws: problem) { try Quantity.parse(text, as: dimension) }
}

/// Printed values read back to the same bits, for round numbers and for arbitrary ones.
@Test func printedQuantityReadsBack() throws {
  var generator = SplitMix64(seed: 7)
  let dimensions: [PhysicalDimension] = [.time, .wallTime, .length, .pressure, .percentage, .number, .force]
  for _ in 0..<2000 {
    for dimension in dimensions {
      let value = Double.random(in: -1e3...1e3, using: &generator)
      #expect(try Quantity.parse(Quantity.print(value, as: dimension), as: dimension) == value)
    }
  }
  #expect(Quantity.print(0.1, as: .time) == "100 fs")
  #expect(Quantity.print(5, as: .time) == "5 ps")
  #expect(Quantity.print(300, as: .wallTime) == "5 min")
}

/// A physical dimension, with the units that the manifest accepts for it.
package struct PhysicalDimension: Sendable {
  /// One unit: `value × multiplier ÷ divisor` is the value in internal units. One of the two is 1, so
  /// that `100 fs` becomes exactly the nearest number to 0.1 and prints back unchanged.
  package struct Unit: Sendable {
    package var names: [String]
    package var multiplier = 1.0
    package var divisor = 1.0
  }

  /// With its article, for messages: `a temperature`.
  package let name: String
  package let units: [Unit]
  /// An example value for messages.
  package let example: String
  /// The units for output; the shortest text is used, the first of equally short ones.
  package let printed: [String]
  /// Between these lies the magnitude of any value of the field that is not 0, in the internal unit. What lies outside is
  /// a slip, and its square, cube or exponential may overflow.
  package var magnitudes = 1e-30...1e30

  package var isDimensionless: Bool { units.isEmpty }
  package var unitNames: String { units.flatMap(\.names).joined(separator: ", ") }

  /// K.
  package static let temperature = PhysicalDimension(
    name: "a temperature", units: [Unit(names: ["K"])], example: "600 K", printed: ["K"],
    magnitudes: 1e-3...1e6)

  /// Å.
  package static let length = PhysicalDimension(
    name: "a length",
    units: [
      Unit(names: ["Å", "A"]), Unit(names: ["nm"], multiplier: 10), Unit(names: ["pm"], divisor: 100),
    ], example: "9 Å", printed: ["Å"], magnitudes: 1e-6...1e6)

  /// Å².
  package static let area = PhysicalDimension(
    name: "an area",
    units: [Unit(names: ["Å^2", "A^2", "Å²", "A²"]), Unit(names: ["nm^2", "nm²"], multiplier: 100)],
    example: "21 Å^2", printed: ["Å^2"], magnitudes: 1e-12...1e12)

  /// ps.
  package static let time = PhysicalDimension(
    name: "a time",
    units: [
      Unit(names: ["fs"], divisor: 1000), Unit(names: ["ps"]), Unit(names: ["ns"], multiplier: 1000),
      Unit(names: ["us", "µs", "\u{3bc}s"], multiplier: 1e6),
    ], example: "100 fs", printed: ["fs", "ps"], magnitudes: 1e-9...1e12)

  /// Seconds of wall time.
  package static let wallTime = PhysicalDimension(
    name: "a wall time",
    units: [
      Unit(names: ["s"]), Unit(names: ["min"], multiplier: 60), Unit(names: ["h"], multiplier: 3600),
      Unit(names: ["d"], multiplier: 86400),
    ], example: "5 min", printed: ["h", "min", "s"], magnitudes: 1e-6...1e9)

  /// Bytes.
  package static let memory = PhysicalDimension(
    name: "an amount of memory",
    units: [
      Unit(names: ["MiB"], multiplier: 1_048_576), Unit(names: ["GiB"], multiplier: 1_073_741_824),
      Unit(names: ["MB"], multiplier: 1e6), Unit(names: ["GB"], multiplier: 1e9),
    ], example: "2 GiB", printed: ["GiB", "MiB"], magnitudes: 1...1e18)

  /// Core-hours.
  package static let coreTime = PhysicalDimension(
    name: "an amount of computing time", units: [Unit(names: ["core-h", "core-hours", "core-hour"])],
    example: "100 core-h", printed: ["core-h"], magnitudes: 1e-9...1e12)

  /// 1/ps.
  package static let rate = PhysicalDimension(
    name: "a rate",
    units: [
      Unit(names: ["/ps", "1/ps", "ps^-1"]), Unit(names: ["/fs", "1/fs", "fs^-1"], multiplier: 1000),
      Unit(names: ["/ns", "1/ns", "ns^-1"], divisor: 1000),
    ], example: "10 /ps", printed: ["/ps"], magnitudes: 1e-12...1e6)

  /// GPa.
  package static let pressure = PhysicalDimension(
    name: "a pressure",
    units: [
      Unit(names: ["GPa"]), Unit(names: ["MPa"], divisor: 1000), Unit(names: ["kPa"], divisor: 1e6),
      Unit(names: ["Pa"], divisor: 1e9), Unit(names: ["kbar"], divisor: 10),
      Unit(names: ["bar"], divisor: 10_000), Unit(names: ["atm"], multiplier: 1.01325e-4),
    ], example: "0 GPa", printed: ["GPa"], magnitudes: 1e-12...1e6)

  /// mS/cm.
  package static let conductivity = PhysicalDimension(
    name: "a conductivity",
    units: [
      Unit(names: ["mS/cm"]), Unit(names: ["S/cm"], multiplier: 1000), Unit(names: ["S/m"], multiplier: 10),
    ], example: "18.39 mS/cm", printed: ["mS/cm"], magnitudes: 1e-30...1e12)

  /// Unified atomic mass units.
  package static let mass = PhysicalDimension(
    name: "a mass", units: [Unit(names: ["amu", "u", "Da"])], example: "2.014 amu", printed: ["amu"],
    magnitudes: 1e-3...1e6)

  /// eV/Å.
  package static let force = PhysicalDimension(
    name: "a force",
    units: [Unit(names: ["eV/Å", "eV/A"]), Unit(names: ["meV/Å", "meV/A"], divisor: 1000)],
    example: "0.01 eV/Å", printed: ["eV/Å"], magnitudes: 1e-12...1e6)

  /// Per cent, kept as per cent: `-12 %` is -12.
  package static let percentage = PhysicalDimension(
    name: "a percentage", units: [Unit(names: ["%"])], example: "-12 %", printed: ["%"],
    magnitudes: 1e-9...1e9)

  /// A pure number.
  package static let number = PhysicalDimension(name: "a number", units: [], example: "1e-4", printed: [])
}

extension PhysicalDimension {
  /// Å²/ps.
  package static let diffusivity = PhysicalDimension(
    name: "a diffusivity",
    units: [
      Unit(names: ["Å^2/ps", "Å²/ps", "A^2/ps"]), Unit(names: ["cm^2/s", "cm²/s"], multiplier: 1e4),
      Unit(names: ["m^2/s", "m²/s"], multiplier: 1e8),
    ], example: "2e-5 cm^2/s", printed: ["cm^2/s"])

  /// eV.
  package static let energy = PhysicalDimension(
    name: "an energy", units: [Unit(names: ["eV"]), Unit(names: ["meV"], divisor: 1000)], example: "136 meV",
    printed: ["meV", "eV"])

  /// k_B.
  package static let entropy = PhysicalDimension(
    name: "an entropy", units: [Unit(names: ["k_B", "kB"])], example: "3.0 k_B", printed: ["k_B"])
}

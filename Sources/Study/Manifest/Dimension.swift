/// A kind of quantity, with the units that the manifest may write it in.
public struct Dimension: Sendable {
  /// One unit: `value × multiplier ÷ divisor` is the value in internal units. One of the two is 1, so
  /// that `100 fs` becomes exactly the nearest number to 0.1 and prints back as it was.
  struct Unit: Sendable {
    var names: [String]
    var multiplier = 1.0
    var divisor = 1.0
  }

  /// With its article, for messages: `a temperature`.
  public let name: String
  let units: [Unit]
  /// A value to show in messages.
  public let example: String
  /// The units to write values in; the shortest text wins, the first of equals.
  let printed: [String]

  var isDimensionless: Bool { units.isEmpty }
  var unitNames: String { units.flatMap(\.names).joined(separator: ", ") }

  /// K.
  public static let temperature = Dimension(
    name: "a temperature", units: [Unit(names: ["K"])], example: "600 K", printed: ["K"])

  /// Å.
  public static let length = Dimension(
    name: "a length",
    units: [
      Unit(names: ["Å", "A"]), Unit(names: ["nm"], multiplier: 10), Unit(names: ["pm"], divisor: 100),
    ], example: "9 Å", printed: ["Å"])

  /// Å².
  public static let area = Dimension(
    name: "an area",
    units: [Unit(names: ["Å^2", "A^2", "Å²", "A²"]), Unit(names: ["nm^2", "nm²"], multiplier: 100)],
    example: "21 Å^2", printed: ["Å^2"])

  /// ps.
  public static let time = Dimension(
    name: "a time",
    units: [
      Unit(names: ["fs"], divisor: 1000), Unit(names: ["ps"]), Unit(names: ["ns"], multiplier: 1000),
      Unit(names: ["us", "µs", "\u{3bc}s"], multiplier: 1e6),
    ], example: "100 fs", printed: ["fs", "ps"])

  /// Seconds by the clock on the wall.
  public static let wallTime = Dimension(
    name: "a wall time",
    units: [
      Unit(names: ["s"]), Unit(names: ["min"], multiplier: 60), Unit(names: ["h"], multiplier: 3600),
      Unit(names: ["d"], multiplier: 86400),
    ], example: "5 min", printed: ["h", "min", "s"])

  /// Bytes.
  public static let memory = Dimension(
    name: "an amount of memory",
    units: [
      Unit(names: ["MiB"], multiplier: 1_048_576), Unit(names: ["GiB"], multiplier: 1_073_741_824),
      Unit(names: ["MB"], multiplier: 1e6), Unit(names: ["GB"], multiplier: 1e9),
    ], example: "2 GiB", printed: ["GiB", "MiB"])

  /// Core-hours.
  public static let coreTime = Dimension(
    name: "an amount of computing time", units: [Unit(names: ["core-h", "core-hours", "core-hour"])],
    example: "100 core-h", printed: ["core-h"])

  /// 1/ps.
  public static let rate = Dimension(
    name: "a rate",
    units: [
      Unit(names: ["/ps", "1/ps", "ps^-1"]), Unit(names: ["/fs", "1/fs", "fs^-1"], multiplier: 1000),
      Unit(names: ["/ns", "1/ns", "ns^-1"], divisor: 1000),
    ], example: "10 /ps", printed: ["/ps"])

  /// GPa.
  public static let pressure = Dimension(
    name: "a pressure",
    units: [
      Unit(names: ["GPa"]), Unit(names: ["MPa"], divisor: 1000), Unit(names: ["kPa"], divisor: 1e6),
      Unit(names: ["Pa"], divisor: 1e9), Unit(names: ["kbar"], divisor: 10),
      Unit(names: ["bar"], divisor: 10_000), Unit(names: ["atm"], multiplier: 1.01325e-4),
    ], example: "0 GPa", printed: ["GPa"])

  /// mS/cm.
  public static let conductivity = Dimension(
    name: "a conductivity",
    units: [
      Unit(names: ["mS/cm"]), Unit(names: ["S/cm"], multiplier: 1000), Unit(names: ["S/m"], multiplier: 10),
    ], example: "18.39 mS/cm", printed: ["mS/cm"])

  /// Unified atomic mass units.
  public static let mass = Dimension(
    name: "a mass", units: [Unit(names: ["amu", "u", "Da"])], example: "2.014 amu", printed: ["amu"])

  /// eV/Å.
  public static let force = Dimension(
    name: "a force",
    units: [Unit(names: ["eV/Å", "eV/A"]), Unit(names: ["meV/Å", "meV/A"], divisor: 1000)],
    example: "0.01 eV/Å", printed: ["eV/Å"])

  /// Per cent, kept as per cent: `-12 %` is -12.
  public static let percentage = Dimension(
    name: "a percentage", units: [Unit(names: ["%"])], example: "-12 %", printed: ["%"])

  /// A pure number.
  public static let number = Dimension(name: "a number", units: [], example: "1e-4", printed: [])
}

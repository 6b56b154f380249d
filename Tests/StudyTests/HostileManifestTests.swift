import Foundation
import Testing

@testable import Manifest
@testable import Support

/// Small files that stand for more than fits in memory, or that cost more time than anybody has, are refused at once.
struct HostileManifestTests {
  private static let start = """
    study: hostile
    system: {structure: nabh4, supercell: [2, 2, 2]}
    stages: {sample: 1 ps}

    """

  /// Nine levels of ten aliases each: 10⁹ values.
  private static func bomb(_ indent: String, levels: Int = 9, width: Int = 10, leaf: String = "{BH4: 1}")
    -> String
  {
    let names = (0...levels).map { "l\($0)" }
    return "\(indent)- &l0 \(leaf)\n"
      + (1...levels).map { level in
        let items = Array(repeating: "*\(names[level - 1])", count: width).joined(separator: ", ")
        return "\(indent)- &\(names[level]) [\(items)]\n"
      }.joined()
  }

  private func error(of text: String, _ read: (String) throws -> Void = { _ = try plan($0) }) throws -> String
  {
    let begun = ContinuousClock.now
    let error = #expect(throws: InputError.self) { try read(text) }
    // Far above what any of them takes, far below what the values behind them would.
    #expect(ContinuousClock.now - begun < .seconds(20))
    #expect(error?.exitCode == 2)
    return try #require(error).description
  }

  @Test func aliasesThatStandForABillionValues() throws {
    let sweep = "sweep:\n  temperature: [600 K]\n  dynamics.mass-scale:\n"
    let text = try error(of: Self.start + sweep + Self.bomb("    "))
    #expect(text.contains("jobs/example.yaml:"))
    #expect(text.contains("more than 100000 keys and values, counting each alias as what it stands for"))
  }

  /// A key is compared with the others while the tree is made: the count comes before.
  @Test func aliasesInKeys() throws {
    let list = "bomb:\n" + Self.bomb("  ", levels: 40, width: 2, leaf: "x")
    #expect(try error(of: list + "? *l40\n: 1\n").contains("more than 100000 keys and values"))
    #expect(try error(of: "a: {? [*b] : 1}").contains("undefined alias"))
  }

  /// Lists within lists by aliases alone, which no line of the text shows.
  @Test func aliasesThatNest() throws {
    let text = try error(of: Self.start + "bomb:\n" + Self.bomb("  ", levels: 5000, width: 1, leaf: "x"))
    #expect(text.contains("more than 50 lists and mappings within each other"))
  }

  @Test func oneLongTextManyTimes() throws {
    let long = "a: &a \(String(repeating: "x", count: 100_000))\n"
    let text = try error(of: long + "b: [\(Array(repeating: "*a", count: 1000).joined(separator: ", "))]\n")
    #expect(text.contains("more than 8 MiB of keys and values"))
  }

  @Test(arguments: [50_000, 1_000_000])
  func aMillionKeys(_ count: Int) throws {
    let keys = (0..<count).map { "    k\($0): 1 amu\n" }.joined()
    let text = try error(of: Self.start + "dynamics:\n  masses:\n" + keys)
    #expect(text.contains("100000 keys and values") || text.contains("at most 16 MiB"))
  }

  /// In time that grows with the number of keys, not with its square.
  @Test func manyKeysAreReadInOneGo() throws {
    let keys = (0..<20_000).map { "    k\($0): 1 amu\n" }.joined()
    let made = try plan(Self.start + "dynamics:\n  temperature: 600 K\n  masses:\n" + keys)
    #expect(made.manifest.masses_amu.ofElement.count == 20_000)
  }

  @Test(arguments: [
    ("step: 1e-29 K", "at most 10000 values"), ("step: 0.00001 K", "at most 10000 values"),
    ("step: 1e-40 K", "a number, with its unit"), ("step: 1e400 K", "a number, with its unit"),
  ])
  func tinySteps(_ step: String, _ says: String) throws {
    let text = try error(of: Self.start + "sweep: {temperature: {from: 300 K, to: 301 K, \(step)}}")
    #expect(text.contains(says), "\(text)")
  }

  /// 5,000 ranges of 10,000 values each.
  @Test func manyRanges() throws {
    let ranges = (0..<5000).map { "    - {from: \($0) K, to: \($0 + 1) K, step: 0.0001 K}\n" }.joined()
    #expect(
      try error(of: Self.start + "sweep:\n  temperature:\n" + ranges).contains("at most 10000 values"))
  }

  @Test func productsOfAxes() throws {
    func sweep(_ axes: Int, values: String) -> String {
      Self.start + "sweep:\n  temperature: [600 K]\n"
        + (0..<axes).map { "  dynamics.mass-scale.k\($0): \(values)\n" }.joined()
    }
    #expect(try error(of: sweep(17, values: "[1, 2]")).contains("at most 100000"))
    #expect(try error(of: sweep(3000, values: "[1]")).contains("at most 50 axes"))
    // Few runs, each of a manifest of thousands of keys.
    let keys = (0..<20_000).map { "    k\($0): 1 amu\n" }.joined()
    let text = try error(
      of: sweep(1, values: "{from: 1, to: 5000, step: 1}") + "dynamics:\n  masses:\n" + keys)
    #expect(text.contains("5000 points with some"), "\(text)")
    #expect(text.contains("at most 20000000 in all"))
  }

  @Test func mergeKeysAreNotSilentlyRead() throws {
    let text = try error(of: Self.start + "sweep: &s {temperature: [600 K]}\ndynamics: {<<: *s}\n")
    #expect(text.contains("jobs/example.yaml:5:") && text.contains("the merge key '<<'"))
  }

  /// An alias of a small value is what it stands for.
  @Test func aliasesAreRead() throws {
    let made = try plan(
      Self.start
        + "dynamics: {masses: &m {H: 2.014 amu}}\nsweep: {temperature: [600 K], dynamics.masses: [*m]}")
    #expect(made.manifest.masses_amu == ["H": 2.014])
  }

  /// A manifest on a device that never ends.
  @Test func anEndlessFileIsRefused() {
    let error = #expect(throws: InputError.self) { try StudyPlan(manifestAt: "/dev/zero") }
    #expect(error?.description.contains("more than 16777216 bytes") == true, "\(error?.description ?? "")")
  }
}

/// Numbers that are far outside of what their keys can mean.
struct HugeNumberTests {
  /// A key of the manifest with a value that it can't have, and what the message says.
  @Test(arguments: [
    ("analysis: {shell: 30 A}", "analysis.shell", "a length up to 10 Å, the reach of g(r)"),
    ("analysis: {shell: 9223372036854775808 A}", "analysis.shell", "a length up to 10 Å"),
    ("analysis: {shell: 10.01 Å}", "analysis.shell", "a length up to 10 Å"),
    ("analysis: {charge: 1e300}", "analysis.charge", "up to 20"),
    ("analysis: {charge: -1e9}", "analysis.charge", "up to 20"),
    ("analysis: {symmetrise: 1e6 Å}", "analysis.symmetrise", "a length up to 2 Å"),
    ("analysis: {extrapolate: 1e300 K}", "analysis.extrapolate", "at most 1000000 K"),
    ("analysis: {extrapolate: [300 K, 1e-300 K]}", "analysis.extrapolate[1]", "at least 0.001 K"),
    ("analysis: {active: {cutoff: 1e300 Å^2}}", "analysis.active.cutoff", "an area of at most"),
    ("analysis: {active: {conductivity: 1e-300 mS/cm}}", "analysis.active.conductivity", "at least"),
    ("analysis: {fit: {from: 1e-300 ps, to: 1 ps}}", "analysis.fit.from", "a time of at least 1e-09 ps"),
    ("analysis: {fit: {from: 1 ps, to: 1e300 ps}}", "analysis.fit.to", "a time of at most 1000000000000 ps"),
    (
      "dynamics: {thermostat: {langevin: {friction: 1e300 /ps}}}", "dynamics.thermostat.langevin.friction",
      "at most"
    ),
    ("dynamics: {masses: {H: 1e300 amu}}", "dynamics.masses.H", "at most 1000000 amu"),
    ("dynamics: {masses: {H: 1e-300 amu}}", "dynamics.masses.H", "at least 0.001 amu"),
    ("dynamics: {mass-scale: {BH4: 1e300}}", "dynamics.mass-scale.BH4", "at most 1e+30"),
    (
      "dynamics: {multiple-timestep: {outer: 1 ns}}", "dynamics.multiple-timestep.outer",
      "a timestep up to 20 fs"
    ),
    ("forces: {cutoff: 9223372036854775808 Å}", "forces.cutoff", "a length up to 40 Å"),
    ("record: {checkpoint: 1e300 s}", "record.checkpoint", "a wall time of at most 1000000000 s"),
  ])
  func isRefused(_ text: String, _ key: String, _ says: String) throws {
    let error = #expect(throws: InputError.self) {
      try plan(
        "system: {structure: nabh4}\nstages: {sample: 1 ps}\nsweep: {temperature: [600 K]}\n\(text)\n")
    }
    #expect(error?.key == key, "\(error?.description ?? "")")
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    #expect(error?.place?.line == 4)
  }

  @Test(arguments: ["1e300 K", "1e-5 K"]) func temperatures(_ text: String) {
    let error = #expect(throws: InputError.self) {
      try plan("system: {structure: nabh4}\nstages: {sample: 1 ps}\nsweep: {temperature: [\(text)]}\n")
    }
    #expect(error?.key == "sweep.temperature[0]")
  }

  /// The largest shell that works is the one that the message names.
  @Test func theLargestShellIsTaken() throws {
    let made = try plan(
      "system: {structure: nabh4}\nstages: {sample: 1 ps}\nsweep: {temperature: [600 K]}\nanalysis: {shell: 10 Å}"
    )
    #expect(made.manifest.analysis.shell_A == 10)
  }
}

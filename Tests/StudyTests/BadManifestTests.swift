import Testing

@testable import Support

/// One mistake: `old` in the example becomes `new`; the message must name the line, the key, the value found
/// and what was expected.
struct Slip: CustomTestStringConvertible, Sendable {
  var old: String
  var new: String
  var line: Int
  var key: String
  /// Parts of the message.
  var says: [String]

  init(_ old: String, _ new: String, _ line: Int, _ key: String, _ says: [String]) {
    self.old = old
    self.new = new
    self.line = line
    self.key = key
    self.says = says
  }

  var testDescription: String { new }
}

@Test(arguments: [
  // Unknown keys.
  Slip("ensemble:", "ensembel:", 8, "dynamics.ensembel", ["'ensembel'", "did you mean 'ensemble'?"]),
  Slip("seed:", "sed:", 2, "sed", ["'sed'", "did you mean 'seed'?"]),
  Slip("cutoff:", "cut-off:", 6, "forces.cut-off", ["did you mean 'cutoff'?", "coulomb-accuracy"]),
  Slip("{ranks: 2}", "{cores: 2}", 14, "resources.cores", ["'cores'", "wanted one of ranks"]),
  Slip("replica: 2", "dynamics.masscale.H: [1, 2]", 13, "dynamics.masscale", ["'masscale'", "mass-scale"]),
  Slip("replica: 2", "volume: [1 %]", 13, "sweep.volume", ["'volume'", "did you mean 'system.volume'?"]),
  Slip("replica: 2", "analysis.charge: [1]", 13, "sweep.analysis.charge", ["unknown axis"]),
  // Units.
  Slip(
    "1 fs", "1", 9, "dynamics.timestep",
    ["found '1'", "a time above 0 with its unit (fs,", "the unit is missing"]),
  Slip("500 K", "500", 12, "sweep.temperature[0]", ["found '500'", "a temperature", "the unit is missing"]),
  Slip(
    "9 Å", "9 fs", 6, "forces.cutoff",
    ["found '9 fs'", "a length above 0 with its unit (Å, A, nm, pm)", "'fs' is not a unit of a length"]),
  Slip(
    "cutoff: 9 Å", "coulomb-accuracy: 1 %", 6, "forces.coulomb-accuracy",
    ["found '1 %'", "a number", "'%' has no place"]),
  // Ranges.
  Slip("500 K", "-500 K", 12, "sweep.temperature[0]", ["found '-500 K'", "a temperature above 0"]),
  Slip("500 K", "0 K", 12, "sweep.temperature[0]", ["found '0 K'", "above 0"]),
  Slip(
    "50 ps", "50.0005 ps", 10, "stages.sample", ["found '50.0005 ps'", "a whole number of timesteps of 1 fs"]),
  Slip("50 ps", "1e11 ps", 10, "stages.sample", ["at most 1e12 timesteps"]),
  Slip("[3, 3, 3]", "[3, 0, 3]", 5, "system.supercell[1]", ["found '0'", "from 1 to 1000"]),
  Slip("[3, 3, 3]", "[3, 3]", 5, "system.supercell", ["found a list of 2", "three whole numbers"]),
  Slip("[3, 3, 3]", "[[1,0,0],[0,1,0],[1,1,0]]", 5, "system.supercell", ["determinant above 0", "has 0"]),
  Slip("{ranks: 2}", "{ranks: 0}", 14, "resources.ranks", ["found '0'", "a whole number"]),
  Slip("{ranks: 2}", "{ranks: two}", 14, "resources.ranks", ["found 'two'", "a whole number"]),
  Slip("seed: 2026", "seed: -1", 2, "seed", ["found '-1'", "a whole number from 0"]),
  Slip("supercell: [3, 3, 3]", "volume: -100 %", 5, "system.volume", ["found '-100 %'", "above -100 %"]),
  Slip(
    "supercell: [3, 3, 3]", "composition: 0.5", 5, "system.composition",
    ["found '0.5'", "a structure that has one: na3obh4-family", "na2b12h12-bcc has none"]),
  Slip(
    "na2b12h12-bcc", "na3obh4-family\n  composition: 1.2", 5, "system.composition",
    ["found '1.2'", "from 0 to 1"]),
  Slip("na2b12h12-bcc", "na3obh4-family\n  composition: -0.2", 5, "system.composition", ["found '-0.2'"]),
  // What does not exist.
  Slip(
    "na2b12h12-bcc", "na2b12h12-bbc", 4, "system.structure",
    ["found 'na2b12h12-bbc'", "did you mean 'na2b12h12-bcc'?", "k2b12h12"]),
  Slip(
    "na2b12h12-bcc", "no/such/file.extxyz", 4, "system.structure",
    ["no/such/file.extxyz'", "a file that exists"]),
  Slip(
    "study: example", "potential: {nep: none.txt}", 1, "potential.nep", ["none.txt'", "a file that exists"]),
  Slip(
    "study: example", "potential: paddlewheel", 1, "potential", ["found 'paddlewheel'", "paddlewheel-ff"]),
  // Wrong kinds, and what excludes each other.
  Slip(
    "ensemble: nvt", "ensemble: nvp", 8, "dynamics.ensemble",
    ["found 'nvp'", "nve or nvt or npt", "did you mean"]),
  Slip("ensemble: nvt", "ensemble: [nvt]", 8, "dynamics.ensemble", ["found a list of 1"]),
  Slip("ensemble: nvt", "ensemble:", 8, "dynamics.ensemble", ["found nothing"]),
  Slip(
    "ensemble: nvt", "pressure: 1 GPa", 8, "dynamics.pressure",
    ["a pressure with the ensemble nvt", "stages.relax.cell"]),
  Slip(
    "timestep: 1 fs", "thermostat: {langevin: {}}", 9, "dynamics.thermostat.langevin.friction",
    ["found nothing", "10 /ps"]),
  Slip("timestep: 1 fs", "thermostat: {}", 9, "dynamics.thermostat", ["nose-hoover-chain, langevin"]),
  Slip(
    "timestep: 1 fs", "freeze: {B12H12: some}", 9, "dynamics.freeze.B12H12",
    ["found 'some'", "all or rotation"]),
  Slip(
    "timestep: 1 fs", "temperature: 600 K", 9, "dynamics.temperature",
    ["beside sweep.temperature", "one of the two"]),
  Slip("study: example", "study: ../etc", 1, "study", ["found '../etc'", "a name of letters"]),
  Slip(
    "study: example", "analysis: {mobile: sodium}", 1, "analysis.mobile",
    ["found 'sodium'", "an element symbol"]),
  Slip("study: example", "analysis: {active: {}}", 1, "analysis.active", ["{cutoff: 21 Å^2} or"]),
  Slip("study: example", "analysis: {fit: {from: 5 ps, to: 2 ps}}", 1, "analysis.fit", ["beyond the 'from'"]),
  Slip("stages: {equilibrate: 5 ps, sample: 50 ps}", "stages: {}", 10, "stages", ["at least one of relax"]),
  // The sweep.
  Slip("[500 K, 600 K]", "[500 K, 500 K]", 12, "sweep.temperature", ["500.0 more than once"]),
  Slip("[500 K, 600 K]", "[]", 12, "sweep.temperature", ["found a list of 0", "at least one value"]),
  Slip("[500 K, 600 K]", "{from: 500 K, to: 400 K, step: 10 K}", 12, "sweep.temperature", ["not below"]),
  Slip("[500 K, 600 K]", "{from: 500 K, to: 600 K, step: 0 K}", 12, "sweep.temperature", ["a step above 0"]),
  Slip("[500 K, 600 K]", "{from: 500 K, to: 600 K}", 12, "sweep.temperature.step", ["found nothing"]),
  Slip(
    "[500 K, 600 K]", "{from: 0 K, to: 9e9 K, step: 1 K}", 12, "sweep.temperature", ["at most 10000 values"]),
  Slip("replica: 2", "replica: 0", 13, "sweep.replica", ["found '0'", "from 1"]),
  Slip("replica: 2", "replica: 2 K", 13, "sweep.replica", ["found '2 K'", "a whole number"]),
  Slip(
    "replica: 2", "system.volume: [1 %, 2]", 13, "system.volume",
    ["found '2'", "the unit is missing", "a value of the axis"]),
  Slip("replica: 2", "seed.x: [1]", 13, "sweep.seed.x", ["unknown axis"]),
  Slip("replica: 2", "dynamics.timestep.x: [1]", 9, "dynamics.timestep", ["found '1 fs'", "a mapping"]),
  // YAML itself.
  Slip("seed: 2026", "study: twice", 1, "study", ["the key more than once"]),
])
func slipIsReported(_ slip: Slip) throws {
  #expect(plainExample.contains(slip.old))
  let error = #expect(throws: InputError.self) { try plan(plainExample.replacing(slip.old, with: slip.new)) }
  let text = try #require(error).description
  #expect(error?.exitCode == 2)
  #expect(text.hasPrefix("jobs/example.yaml:\(slip.line):"), "\(text)")
  #expect(error?.key == slip.key, "\(text)")
  for part in slip.says { #expect(text.contains(part), "\(text)") }
}

@Test(arguments: [
  ("", "wanted a mapping"), ("- 1", "wanted a mapping"), ("a: [", "not YAML"), ("a: b: c", "not YAML"),
  ("\u{0}", "not YAML"), (String(repeating: "[", count: 100_000), "nesting level"),
  (String(repeating: "- ", count: 100_000), "more than 50 lists and mappings within each other"),
  ("a: *b", "undefined alias"),
  ("{}", "system"), ("system: {structure: na2b12h12-bcc}", "stages"), ("a: 1\n---\nb: 2", "document"),
])
func textThatIsNoManifestIsRefused(_ text: String, _ says: String) {
  let error = #expect(throws: InputError.self) { try plan(text) }
  #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
  #expect(error?.place?.file == "jobs/example.yaml")
}

@Test func missingTemperatureIsReported() {
  let error = #expect(throws: InputError.self) {
    try plan(plainExample.replacing("  temperature: [500 K, 600 K]\n", with: ""))
  }
  #expect(error?.key == "sweep.temperature")
  #expect(error?.description.contains("dynamics.temperature") == true)
}

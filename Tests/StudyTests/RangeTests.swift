import Runner
import Testing

@testable import Manifest
@testable import Support

private func table(
  _ dynamics: String, structure: String = "nabh4", temperature: String = "500 K",
  stages: String = "{sample: 3 ps}"
) throws -> PlanTable {
  let plan = try plan(
    """
    system: {structure: \(structure), supercell: [3, 3, 3]}
    dynamics: \(dynamics)
    stages: \(stages)
    sweep: {temperature: [\(temperature)]}
    """)
  return try PlanTable(plan, estimate: systemEstimate, pace: { _, _ in nil })
}

@Suite struct RangeTests {
  @Test(arguments: [
    ("{timestep: 1 fs}", "500 K"), ("{timestep: 4 fs, rigid: [BH4]}", "500 K"),
    ("{timestep: 4 fs, freeze: [BH4]}", "500 K"), ("{multiple-timestep: {outer: 3 fs}}", "1200 K"),
    ("{thermostat: {langevin: {friction: 10 /ps}}}", "100 K"), ("{ensemble: npt, pressure: 5 GPa}", "500 K"),
  ])
  func usualSettingsSayNothing(_ dynamics: String, _ temperature: String) throws {
    #expect(try table(dynamics, temperature: temperature).warnings == [])
  }

  @Test(arguments: [
    (
      "{timestep: 2 fs}", "500 K",
      "dynamics.timestep: 2 fs: the B–H bonds of BH4 have with this potential a period of 1"
    ),
    ("{timestep: 8 fs, rigid: [BH4]}", "500 K", "dynamics.timestep: 8 fs: usual are 1 fs to 4 fs"),
    ("{multiple-timestep: {outer: 8 fs}}", "500 K", "dynamics.multiple-timestep.outer: 8 fs"),
    ("{}", "5000 K", "sweep.temperature: 5000 K: usual are 300 K to 1500 K"),
    ("{}", "5 K", "sweep.temperature: 5 K"),
    (
      "{thermostat: {nose-hoover-chain: {damping: 10 fs}}}", "500 K",
      "dynamics.thermostat: 10 fs: usual are about 100"
    ),
    ("{thermostat: {nose-hoover-chain: {damping: 1 ns}}}", "500 K", "dynamics.thermostat: 1000 ps"),
    (
      "{thermostat: {langevin: {friction: 200 /ps}}}", "500 K",
      "dynamics.thermostat: 200 /ps: usual are 0.1 /ps"
    ),
    (
      "{ensemble: npt, barostat: {mtk: {damping: 50 fs}}}", "500 K",
      "dynamics.barostat: 50 fs: usual are about 1000"
    ),
    ("{ensemble: npt, pressure: 100 GPa}", "500 K", "dynamics.pressure: 100 GPa: usual are 0 GPa to 10 GPa"),
  ])
  func unusualSettingsAreWarnings(_ dynamics: String, _ temperature: String, _ says: String) throws {
    let warnings = try table(dynamics, temperature: temperature).warnings
    // A step that is long for the atoms is long for the thermostat, too.
    #expect((1...2).contains(warnings.count) && warnings[0].contains(says), "\(warnings)")
    #expect(warnings.first?.hasPrefix("jobs/example.yaml:") == true)
  }

  @Test(arguments: [
    ("{timestep: 5 fs}", "500 K", "dynamics.timestep", "a quarter"),
    ("{}", "40000 K", "sweep.temperature", "300 K to 1500 K"),
    ("{timestep: 15 fs, rigid: [BH4]}", "500 K", "dynamics.timestep", "1 fs to 4 fs"),
    ("{thermostat: {nose-hoover-chain: {damping: 2 fs}}}", "500 K", "dynamics.thermostat", "100 timesteps"),
    ("{thermostat: {langevin: {friction: 2000 /ps}}}", "500 K", "dynamics.thermostat", "within a timestep"),
    ("{ensemble: npt, barostat: {mtk: {damping: 10 fs}}}", "500 K", "dynamics.barostat", "1000 timesteps"),
  ])
  func whatCanNotWorkIsRefused(_ dynamics: String, _ temperature: String, _ key: String, _ says: String)
    throws
  {
    let error = #expect(throws: InputError.self) { try table(dynamics, temperature: temperature) }
    #expect(error?.key == key && error?.exitCode == 2)
    #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    #expect(error?.place?.line == (key == "sweep.temperature" ? 4 : 2))
  }

  /// The settings of each stage count, under its own key.
  @Test func stagesAreLookedAt() throws {
    let warnings = try table(
      "{freeze: {BH4: all, from: sample}, timestep: 2 fs}",
      stages: "{melt: {time: 1 ps, temperature: {from: 3000 K, to: 300 K}}, sample: 1 ps}"
    ).warnings
    #expect(warnings.contains { $0.contains("stages.melt.temperature: 3000 K") })
    #expect(warnings.contains { $0.contains("dynamics.timestep: 2 fs") })
    #expect(warnings.count == 2)
    let frozen = try table(
      "{timestep: 2 fs}", stages: "{melt: {time: 1 ps, freeze: [BH4]}, sample: {time: 1 ps, freeze: [BH4]}}")
    #expect(frozen.warnings == [])
  }

  /// Heavy hydrogen vibrates more slowly by √2, nearly.
  @Test func deuteriumAllowsLongerSteps() throws {
    func period(_ masses: String) throws -> Double {
      let plan = try plan(
        """
        system: {structure: nabh4, supercell: [3, 3, 3]}
        dynamics: {masses: \(masses)}
        stages: {sample: 1 ps}
        sweep: {temperature: 500 K}
        """)
      return try #require(try systemEstimate(of: plan.runs[0].manifest).vibrations.first?.period_ps)
    }
    let ratio = try period("{H: 2.014 amu}") / period("none")
    #expect((1.25..<1.42).contains(ratio), "\(ratio)")
  }

  /// Every built-in structure at its usual settings.
  @Test func b12h12IsUsualAtOneFemtosecond() throws {
    #expect(try table("{}", structure: "na2b12h12-bcc").warnings == [])
  }
}

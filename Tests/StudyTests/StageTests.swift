import Testing

@testable import Manifest
@testable import StudyStore
@testable import Support

private func manifest(_ stages: String, dynamics: String = "{}", sweep: String = "{temperature: 600 K}")
  -> String
{
  """
  system: {structure: na2b12h12-bcc}
  dynamics: \(dynamics)
  stages: \(stages)
  sweep: \(sweep)
  """
}

private func settings(_ stages: String, dynamics: String = "{}") throws -> [StageSettings] {
  let run = try plan(manifest(stages, dynamics: dynamics)).runs[0]
  return try run.manifest.simulation.stageSettings(at: run.temperature_K)
}

@Suite struct StageTests {
  /// Each stage has what it gives, else what `dynamics` gives, else the default of its ensemble.
  @Test func stagesRunInTheirOrderWithTheirSettings() throws {
    let stages = try settings(
      """
      {quench: {force: 0.05 eV/Å, cell: full}, melt: {time: 20 ps, temperature: {from: 900 K, to: 300 K}},
        settle: {time: 5 ps, ensemble: npt, pressure: 0.1 GPa, freeze: [B12H12]},
        hold: {time: 2 ps, start-cell: mean, thermostat: {langevin: {friction: 5 /ps}}, record: true}, sample: 50 ps}
      """)
    #expect(stages.map(\.name) == ["quench", "melt", "settle", "hold", "sample"])
    #expect(stages.map(\.steps) == [0, 20_000, 5000, 2000, 50_000])
    #expect(stages.map { $0.minimisation?.force_eV_per_A } == [0.05, nil, nil, nil, nil])
    #expect(
      stages.map(\.temperature)
        == [600, 900, 600, 600, 600].enumerated().map {
          $0.offset == 1 ? StageTemperature(from_K: 900, to_K: 300) : StageTemperature($0.element)
        })
    #expect(stages.dropFirst().map(\.ensemble) == [.nvt, .npt, .nvt, .nvt])
    #expect(stages.map(\.barostat) == [nil, nil, BarostatSpecification(), nil, nil])
    #expect(stages[2].pressure_GPa == 0.1)
    #expect(stages.map(\.freeze.isEmpty) == [true, true, false, true, true])
    #expect(stages.map(\.startsAtMeanCell) == [false, false, false, true, false])
    #expect(stages.map(\.records) == [false, false, false, true, true])
    #expect(stages[3].thermostat == .langevin(friction_per_ps: 5))
    #expect(stages[4].thermostat == .noseHooverChain(damping_ps: 0.1))
    #expect(stages[1].summary == "nvt, 900 K to 300 K, 20 ps")
  }

  /// A linear ramp ends exactly at its end.
  @Test func aRampIsLinearInTheSteps() {
    let ramp = StageTemperature(from_K: 900, to_K: 300)
    #expect([0, 25, 50, 100].map { ramp.target_K(step: $0, of: 100) } == [900, 750, 600, 300])
    #expect(StageTemperature(500).target_K(step: 7, of: 10) == 500)
  }

  /// `sample` is not written before what it follows; the three old names alone have their old order.
  @Test func theShortFormIsAsItWas() throws {
    let stages = try settings("{sample: 50 ps, equilibrate: 5 ps, relax: {}}", dynamics: "{ensemble: npt}")
    #expect(stages.map(\.name) == ["relax", "equilibrate", "sample"])
    #expect(stages[0].minimisation == MinimisationStage())
    #expect(stages.map(\.ensemble).dropFirst() == [.npt, .npt])
    let text = try plan(manifest("{relax: {pressure: 0.1 GPa}, equilibrate: 5 ps, sample: 50 ps}"))
      .resolvedYAML
    #expect(text.contains("relax: {force: 0.01 eV/Å, pressure: 0.1 GPa, cell: isotropic}"))
    #expect(text.contains("equilibrate: 5 ps") && text.contains("sample: 50 ps"))
  }

  /// What is written is read as it was, axes under stages too: a ramp without a step is a value, not a range.
  @Test func aProtocolIsWrittenAndReadAgain() throws {
    let first = try plan(
      manifest(
        """
        {melt: {time: 20 ps, temperature: {from: 900 K, to: 300 K}, freeze: none},
          settle: {time: 5 ps, ensemble: npt, barostat: {mtk: {damping: 2 ps}}, pressure: 0.1 GPa},
          hold: {time: 1 ps, start-cell: mean, record: true}, sample: 50 ps}
        """, dynamics: "{freeze: {B12H12: rotation, from: settle}}",
        sweep: """
          {temperature: 600 K, stages.melt.time: [10 ps, 20 ps], stages.sample.ensemble: [nvt, nve],
            stages.melt.temperature: [700 K, {from: 900 K, to: 300 K}]}
          """))
    let again = try plan(first.resolvedYAML)
    #expect(again.runs.map(\.manifest.source) == first.runs.map(\.manifest.source))
    #expect(again.resolvedYAML == first.resolvedYAML)
    #expect(first.runs.count == 8)
    let last = try first.runs[7].manifest.simulation.stageSettings(at: 600)
    #expect(last.map(\.steps) == [20_000, 5000, 1000, 50_000])
    #expect(last.map(\.ensemble) == [.nvt, .npt, .nvt, .nve])
    #expect(last[0].temperature == StageTemperature(from_K: 900, to_K: 300))
    #expect(last.map(\.freeze) == [[:], ["B12H12": .rotation], ["B12H12": .rotation], ["B12H12": .rotation]])
  }

  /// From the stage that is named on; `equilibrate` is the first stage where there is none of that name.
  @Test(arguments: [
    ("sample", [false, false, true]), ("equilibrate", [false, true, true]), ("heat", [true, true, true]),
  ])
  func ionsAreFrozenFromAStageOn(_ name: String, _ wanted: [Bool]) throws {
    let stages = try settings(
      "{heat: 1 ps, equilibrate: 1 ps, sample: 1 ps}", dynamics: "{freeze: {B12H12: all, from: \(name)}}")
    #expect(stages.map { !$0.freeze.isEmpty } == wanted)
  }

  @Test func withoutEquilibrationIonsAreFrozenAtOnce() throws {
    #expect(
      try settings("{heat: 1 ps, sample: 1 ps}", dynamics: "{freeze: [B12H12]}").allSatisfy {
        !$0.freeze.isEmpty
      })
  }

  @Test(arguments: [
    ("{sampel: 50 ps}", "{}", "stages.sampel", ["a stage 'sampel'", "'sample', or a name"]),
    ("{relx: {force: 1 eV/Å}, sample: 1 ps}", "{}", "stages.relx", ["'relax', or a name"]),
    ("{start: 1 ps, sample: 1 ps}", "{}", "stages.start", ["not 'start'"]),
    ("{a.b: 1 ps, sample: 1 ps}", "{}", "stages.a.b", ["a name of up to 40 letters"]),
    ("{sample: 1 ps, melt: 1 ps}", "{}", "stages.melt", ["a stage after sample", "what extend continues"]),
    ("{melt: {temperature: 900 K}, sample: 1 ps}", "{}", "stages.melt.time", ["such as 20 ps"]),
    ("{melt: {tiem: 1 ps}, sample: 1 ps}", "{}", "stages.melt.tiem", ["did you mean 'time'?"]),
    ("{melt: 1.5 fs, sample: 1 ps}", "{}", "stages.melt", ["a whole number of timesteps of 1 fs"]),
    (
      "{melt: {time: 1 ps, temperature: {from: 9 K}}, sample: 1 ps}", "{}", "stages.melt.temperature.to",
      ["300 K"]
    ),
    ("{melt: {time: 1 ps, pressure: 1 GPa}, sample: 1 ps}", "{}", "stages.melt.pressure", ["ensemble nvt"]),
    (
      "{melt: {time: 1 ps, ensemble: npt}, sample: {time: 1 ps, barostat: {mtk: {}}}}", "{}",
      "stages.sample.barostat", ["no barostat with the ensemble nvt"]
    ),
    (
      "{hold: {time: 1 ps, ensemble: nve, thermostat: {langevin: {friction: 1 /ps}}}, sample: 1 ps}", "{}",
      "stages.hold.thermostat", ["no thermostat with the ensemble nve"]
    ),
    (
      "{hold: {time: 1 ps, ensemble: nve, temperature: {from: 1 K, to: 2 K}}, sample: 1 ps}", "{}",
      "stages.hold.temperature", ["one temperature with the ensemble nve"]
    ),
    (
      "{melt: 1 ps, hold: {time: 1 ps, ensemble: nve, temperature: 300 K}, sample: 1 ps}", "{}",
      "stages.hold.temperature", ["which nothing controls"]
    ),
    (
      "{melt: 1 ps, sample: {time: 1 ps, start-cell: mean}}", "{}", "stages.sample.start-cell",
      ["after 'melt', whose cell does not fluctuate", "the ensemble npt"]
    ),
    (
      "{sample: {time: 1 ps, start-cell: mean}}", "{ensemble: npt}", "stages.sample.start-cell",
      ["without a stage before"]
    ),
    (
      "{sample: {time: 1 ps, temperature: 900 K}}", "{}", "stages.sample.temperature",
      ["the run's temperature"]
    ),
    ("{sample: {time: 1 ps, record: true}}", "{}", "stages.sample.record", ["always recorded"]),
    ("{melt: {time: 1 ps, record: yes}, sample: 1 ps}", "{}", "stages.melt.record", ["true or false"]),
    (
      "{melt: {time: 1 ps, freeze: {Na: all, from: sample}}, sample: 1 ps}", "{}", "stages.melt.freeze.from",
      ["no 'from'"]
    ),
    (
      "{melt: 1 ps, sample: 1 ps}", "{freeze: {Na: all, from: metl}}", "dynamics.freeze.from",
      ["'metl'", "melt, sample"]
    ),
    ("{melt: 1 ps, sample: 1 ps}", "{barostat: {mtk: {}}}", "dynamics.barostat", ["or a stage with npt"]),
    (
      "{melt: {time: 1 ps, ensemble: npt, pressure: 1 GPa}, sample: 1 ps}", "{pressure: 2 GPa}",
      "dynamics.pressure",
      ["a pressure with the ensemble nvt"]
    ),
    ("{sample: 1 ps, relax: 5 ps}", "{}", "stages.relax", ["a mapping"]),
  ])
  func whatAProtocolCanNotBe(_ stages: String, _ dynamics: String, _ key: String, _ says: [String]) throws {
    let error = #expect(throws: InputError.self) { try plan(manifest(stages, dynamics: dynamics)) }
    #expect(error?.key == key, "\(error?.description ?? "")")
    #expect(error?.place?.line != nil)
    for part in says { #expect(error?.description.contains(part) == true, "\(error?.description ?? "")") }
  }

  /// A barostat and a pressure for the stage that needs them, in a study of another ensemble.
  @Test func dynamicsGivesTheBarostatOfAStage() throws {
    let stages = try settings(
      "{settle: {time: 1 ps, ensemble: npt}, sample: {time: 1 ps, start-cell: mean}}",
      dynamics: "{barostat: {mtk: {damping: 3 ps}}, pressure: 2 GPa}")
    #expect(stages[0].barostat?.method == .mtk(damping_ps: 3) && stages[0].pressure_GPa == 2)
    #expect(stages[1].barostat == nil)
  }

  /// Names in files of older versions, and of the user's own.
  @Test func stagesOfFilesAreNames() {
    for name in ["start", "relax", "equilibrate", "sample", "melt", "heat-2"] {
      #expect(RunStage(rawValue: name)?.rawValue == name)
    }
    for name in ["", "a/b", "a.b", "-x", String(repeating: "a", count: 41), "a\nb"] {
      #expect(RunStage(rawValue: name) == nil)
    }
  }

  @Test func aTableListsTheStages() throws {
    let plan = try plan(
      manifest("{melt: {time: 2 ps, temperature: {from: 900 K, to: 300 K}, record: true}, sample: 4 ps}"))
    func table(_ plan: StudyPlan) throws -> PlanTable {
      try PlanTable(
        plan, estimate: { _ in SystemEstimate(atoms: 100, mobile: 10, anions: 5) }, pace: { _, _ in 1000 })
    }
    let row = try #require(try table(plan).runs.first)
    #expect(row.steps == 6000 && row.time_ps == 6 && row.estimatedTime_s == 600)
    #expect(row.stages.map(\.name) == ["melt", "sample"] && row.stages.map(\.steps) == [2000, 4000])
    // 3 + 5 frames of all atoms, 41 + 81 of the others.
    let frames = (3 + 5) * 1200.0 + (41 + 81) * (120 + 140)
    #expect(row.estimatedDisk_bytes == frames + 6 / 0.05 * 120 + 12_000)
  }
}

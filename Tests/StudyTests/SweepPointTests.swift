import Testing

@testable import Manifest
@testable import Support

private func manifest(_ sweep: String, dynamics: String = "{}") -> String {
  """
  system: {structure: na2b12h12-bcc}
  dynamics: \(dynamics)
  stages: {sample: 1 ps}
  sweep: \(sweep)
  """
}

/// The points as `axis value …, temperature, replica`.
private func points(_ sweep: String, dynamics: String = "{}") throws -> [String] {
  let first = try plan(manifest(sweep, dynamics: dynamics))
  // What is written is the same study.
  let again = try plan(first.resolvedYAML)
  #expect(again.runs == first.runs)
  #expect(again.resolvedYAML == first.resolvedYAML)
  return first.runs.map { run in run.point.map(\.value).joined(separator: " ") }
}

@Suite struct SweepPointTests {
  @Test func zippedAxesMoveTogether() throws {
    let sweep = """
      {zip: [{system.structure: [na2b12h12-bcc, k2b12h12], resources.ranks: [1, 2], stages.sample: [1 ps, 2 ps]}],
        temperature: [500 K, 600 K], forces.cutoff: [8 Å, 9 Å]}
      """
    let runs = try plan(manifest(sweep)).runs
    #expect(runs.count == 8)
    #expect(runs.map(\.manifest.ranks) == [1, 1, 1, 1, 2, 2, 2, 2])
    #expect(runs.map { $0.manifest.sample_ps } == [1, 1, 1, 1, 2, 2, 2, 2])
    #expect(try runs.map { try $0.manifest.simulation.forces.cutoff_A } == [8, 8, 9, 9, 8, 8, 9, 9])
    #expect(
      runs[4].otherAxes.map(\.axis) == [
        "system.structure", "resources.ranks", "stages.sample", "forces.cutoff",
      ])
    #expect(try points(sweep).last == "k2b12h12 2 2 ps 9 Å 600 K 1")
  }

  /// The place of `zip` among the axes is kept, and two groups multiply.
  @Test func twoGroupsMultiply() throws {
    #expect(
      try points(
        """
        {forces.cutoff: 9 Å, zip: [{seed-free: 1}], temperature: 9 K}
        """.replacing(
          "[{seed-free: 1}]",
          with: "[{dynamics.mass-scale.H: [1, 2], resources.ranks: [1, 2]}, "
            + "{system.volume: [1 %, 2 %], temperature: [300 K, 400 K]}]"
        ).replacing(", temperature: 9 K}", with: "}"))
        == [
          "9 Å 1 1 1 % 300 K 1", "9 Å 1 1 2 % 400 K 1", "9 Å 2 2 1 % 300 K 1", "9 Å 2 2 2 % 400 K 1",
        ])
  }

  @Test func excludedPointsAreLeftOut() throws {
    let found = try points(
      """
      {system.volume: [0 %, 5 %], temperature: [300 K, 400 K, 500 K], replica: 2,
        exclude: [{system.volume: 5 %, temperature: [300 K, 0.4e3 K]}, {temperature: 500 K, replica: 2}]}
      """)
    #expect(
      found == [
        "0 % 300 K 1", "0 % 300 K 2", "0 % 400 K 1", "0 % 400 K 2", "0 % 500 K 1", "5 % 500 K 1",
      ])
  }

  @Test func includedPointsStandBesideTheGrid() throws {
    let plan = try plan(
      manifest(
        """
        {system.volume: [0 %, 5 %], temperature: 300 K, replica: 2,
          include: [{system.volume: 7 %, temperature: [800 K, 900 K], replica: 3, stages.sample: 3 ps},
            {temperature: 300 K, system.volume: 9 %}]}
        """))
    #expect(
      plan.runs.map { $0.point.map(\.value).joined(separator: " ") } == [
        "0 % 300 K 1", "0 % 300 K 2", "5 % 300 K 1", "5 % 300 K 2", "7 % 3 ps 800 K 3", "7 % 3 ps 900 K 3",
        "9 % 300 K 1", "9 % 300 K 2",
      ])
    #expect(plan.runs.map { $0.manifest.sample_ps } == [1, 1, 1, 1, 3, 3, 1, 1])
    #expect(plan.runs.map(\.index) == Array(0..<8))
  }

  /// Points without a grid: each with its own structure, ranks and length.
  @Test func pointsAloneAreASweep() throws {
    #expect(
      try points(
        """
        {replica: 2, include: [{system.structure: na2b12h12-bcc, resources.ranks: 1, temperature: 600 K},
          {temperature: 700 K, system.structure: k2b12h12, resources.ranks: 2}]}
        """) == [
          "na2b12h12-bcc 1 600 K 1", "na2b12h12-bcc 1 600 K 2", "k2b12h12 2 700 K 1", "k2b12h12 2 700 K 2",
        ])
  }

  /// A value that is a list is written in a list, as on an axis.
  @Test func valuesMayBeLists() throws {
    #expect(
      try points(
        "{include: [{temperature: 9 K, system.supercell: [[2, 2, 2]]}, {temperature: 9 K, system.supercell: [[1, 2, 2], [3, 1, 1]]}]}"
      ) == ["[2, 2, 2] 9 K 1", "[1, 2, 2] 9 K 1", "[3, 1, 1] 9 K 1"])
  }

  /// A point beside the grid belongs to the set of the grid's points with its other values.
  @Test func anIncludedTemperatureJoinsItsSet() throws {
    let runs = try plan(
      manifest(
        "{forces.cutoff: [8 Å, 9 Å], system.volume: [0 %], temperature: [300 K], "
          + "include: [{temperature: 900 K, system.volume: 0 %, forces.cutoff: 9 Å}]}")
    ).runs
    #expect(runs.count == 3 && runs[2].otherAxes == runs[1].otherAxes)
  }

  @Test(arguments: [
    (
      "{temperature: 9 K, zip: [{system.volume: [1 %, 2 %], resources.ranks: [1, 2, 3]}]}",
      "sweep.zip[0].resources.ranks",
      ["3 values of resources.ranks and 2 of system.volume", "as many values of each"]
    ),
    ("{temperature: 9 K, zip: {system.volume: [1 %, 2 %]}}", "sweep.zip", ["at least two axes"]),
    (
      "{temperature: 9 K, zip: [{sistem.volume: [1 %], resources.ranks: [1]}]}", "sweep.zip[0].sistem.volume",
      ["unknown axis"]
    ),
    (
      "{temperature: 9 K, zip: [{replica: [1, 2], resources.ranks: [1, 2]}]}", "sweep.zip[0].replica",
      ["no replica"]
    ),
    (
      "{temperature: 9 K, zip: [{temperature: [1 K, 2 K], resources.ranks: [1, 2]}]}",
      "sweep.zip[0].temperature",
      ["each axis once"]
    ),
    (
      "{temperature: 9 K, zip: [{system.volume: [1 %, 1 %], resources.ranks: [2, 2]}]}", "sweep.zip[0]",
      ["more than once"]
    ),
    (
      "{temperature: 9 K, exclude: [{system.volume: 1 %}]}", "sweep.exclude[0].system.volume",
      ["the unknown axis 'system.volume'", "temperature, replica"]
    ),
    (
      "{temperature: 9 K, system.volume: [1 %], exclude: [{sistem.volume: 1 %}]}",
      "sweep.exclude[0].sistem.volume",
      ["did you mean 'system.volume'?"]
    ),
    ("{temperature: 9 K, exclude: [{temperature: 9 K}]}", "sweep.exclude", ["every point of the grid"]),
    ("{temperature: 9 K, exclude: [{}]}", "sweep.exclude[0]", ["1 to 50 axes"]),
    (
      "{temperature: [9 K, 10 K], include: [{temperature: 10 K}]}", "sweep.include",
      ["the point {temperature: 10 K, replica: 1} twice"]
    ),
    (
      "{temperature: 9 K, system.volume: [1 %], include: [{temperature: 10 K}]}", "sweep.include[0]",
      ["'system.volume' is missing"]
    ),
    (
      "{include: [{temperature: 9 K, resources.ranks: 1}, {temperature: 10 K, system.volume: 1 %}]}",
      "sweep.include[1]",
      ["'resources.ranks' is missing"]
    ),
    (
      "{temperature: 9 K, include: [{temperature: 10 K, analysis.charge: 2}]}",
      "sweep.include[0].analysis.charge",
      ["unknown axis"]
    ),
    (
      "{temperature: 9 K, dynamics.masses: [{H: 1 amu}], dynamics.masses.H: [2 amu]}",
      "sweep.dynamics.masses.H",
      ["the axis 'dynamics.masses.H' beside the axis 'dynamics.masses' in line 4"]
    ),
    (
      "{temperature: 9 K, include: [{temperature: 10 K, resources.ranks: no}]}", "resources.ranks",
      ["found 'no'", "a value of the axis 'resources.ranks'"]
    ),
    (
      "{temperature: 9 K, zip: [{system.volume: [1 %, 2], resources.ranks: [1, 2]}]}", "system.volume",
      ["the unit is missing", "a value of the axis 'system.volume'"]
    ),
  ])
  func whatASweepCanNotBe(_ sweep: String, _ key: String, _ says: [String]) throws {
    let error = #expect(throws: InputError.self) { try plan(manifest(sweep)) }
    #expect(error?.key == key, "\(error?.description ?? "")")
    #expect(error?.place?.line == 4, "\(error?.description ?? "")")
    #expect(says.contains { error?.description.contains($0) == true }, "\(error?.description ?? "")")
  }

  /// A mapping of `exclude` that matches nothing is a mistake that does no harm.
  @Test func anIdleExclusionIsAWarning() throws {
    let plan = try plan(
      manifest("{temperature: [300 K, 400 K], exclude: [{temperature: 350 K}, {temperature: 400 K}]}"))
    #expect(plan.runs.count == 1)
    #expect(plan.warnings.count == 1)
    #expect(plan.warnings[0].description.hasPrefix("jobs/example.yaml:4:"))
    #expect(plan.warnings[0].description.contains("no point of the grid has {temperature: 350 K}"))
  }

  /// Too many points are refused before they are made.
  @Test func largeProductsAreRefused() {
    let list = "{from: 1, to: 5000, step: 1}"
    let sweep =
      "{temperature: 9 K, include: [{temperature: 9 K, dynamics.mass-scale.H: \(list), dynamics.mass-scale.B: \(list)}]}"
    let error = #expect(throws: InputError.self) { try plan(manifest(sweep)) }
    #expect(error?.description.contains("wanted at most 100000") == true)
  }

  /// `none` stands wherever the reference page gives it as the default.
  @Test(arguments: [
    "dynamics.masses: [none, {H: 2.014 amu}]", "dynamics.masses.H: [none, 2.014 amu]",
    "dynamics.mass-scale: [none, {H: 2}]", "system.volume: [none, 3 %]", "dynamics.rigid: [none, [B12H12]]",
    "dynamics.multiple-timestep: [none, {outer: 2 fs}]", "dynamics.freeze: [none, [B12H12]]",
    "potential.nep: [none]", "dynamics.thermostat.langevin: [none, {friction: 1 /ps}]",
  ])
  func noneIsTheDefault(_ axis: String) throws {
    let runs = try plan(manifest("{temperature: 9 K, \(axis)}")).runs
    let plain = try plan(manifest("{temperature: 9 K}")).runs[0]
    #expect(runs[0].manifest.source == plain.manifest.source)
    #expect(runs.dropFirst().allSatisfy { $0.manifest.source != plain.manifest.source })
  }

  /// Every key of the reference page whose default is `none` takes it, away from axes too.
  @Test func noneIsTakenOutsideOfAxes() throws {
    let text =
      manifest(
        "{temperature: 9 K}", dynamics: "{masses: none, mass-scale: none, rigid: none, temperature: none}")
      + "\nimport: none\nanalysis: {active: none}\ninputs: none"
    #expect(try plan(text).runs == plan(manifest("{temperature: 9 K}")).runs)
  }

  /// Of two axes the one that gave the wrong value is blamed.
  @Test(arguments: [
    ("dynamics.masses: [{H: heavy}], dynamics.mass-scale.H: [1]", "dynamics.masses.H", "dynamics.masses"),
    (
      "dynamics.mass-scale.B12H12: [1], dynamics.mass-scale.H: [light]", "dynamics.mass-scale.H",
      "dynamics.mass-scale.H"
    ),
    (
      "dynamics.mass-scale.H: [1], dynamics.mass-scale.Hx: [light]", "dynamics.mass-scale.Hx",
      "dynamics.mass-scale.Hx"
    ),
    ("stages.sample: [1 ps], stages.sample2.time: [1.5 fs]", "stages.sample2.time", "stages.sample2.time"),
  ])
  func theRightAxisIsBlamed(_ axes: String, _ key: String, _ axis: String) throws {
    let error = #expect(throws: InputError.self) { try plan(manifest("{temperature: 9 K, \(axes)}")) }
    #expect(error?.key == key, "\(error?.description ?? "")")
    #expect(
      error?.description.contains("a value of the axis '\(axis)'") == true, "\(error?.description ?? "")")
  }
}

import Foundation
import Testing

@testable import Manifest
@testable import Support

/// The design's manifest with all of its keys, value by value.
@Test func everyKeyIsDecoded() throws {
  let manifest = try plan(fullExample).manifest
  let simulation = try manifest.simulation
  #expect(manifest.study == "na2b12h12-superionic")
  #expect(simulation.seed == 2026)
  #expect(simulation.system.structure == .builtIn("na3obh4-family"))
  #expect(simulation.system.copies == 27)
  #expect(simulation.system.composition == 0.5)
  #expect(simulation.system.realisedComposition == 14.0 / 27)
  #expect(simulation.system.volumeChange_percent == -12)
  #expect(simulation.forces.cutoff_A == 9)
  #expect(simulation.dynamics.ensemble == .npt)
  #expect(simulation.dynamics.thermostat == .langevin(friction_per_ps: 10))
  #expect(
    simulation.dynamics.barostat?.method == .parrinelloRahman(latticeMass_amu: 1000, friction_per_ps: 10))
  #expect(simulation.dynamics.barostat?.cell == .full)
  #expect(simulation.dynamics.pressure_GPa == 0.1)
  #expect(simulation.dynamics.outerTimestep_ps == 0.003)
  #expect(simulation.dynamics.freeze?.species == ["B12H12": .rotation])
  #expect(simulation.dynamics.freeze?.from == .sample)
  #expect(simulation.dynamics.massScale == ["B12H12": 4])
  #expect(simulation.dynamics.masses_amu == ["H": 2.014])
  #expect(simulation.stages["relax"]?.minimisation?.force_eV_per_A == 0.01)
  // 5 ps and 50 ps, each rounded up to whole outer steps of 3 fs, as the intervals are.
  #expect(manifest.steps == 1667 + 16_667)
  #expect(simulation.stages.sample_ps == 50.001)
  #expect(simulation.record.mobile_ps == 0.051)
  #expect(simulation.record.checkpoint_s == 300)
  #expect(manifest.analysis.mobile == ["Na"])
  #expect(manifest.analysis.active == .conductivity(18.39, at_K: 300))
  #expect(manifest.analysis.fit == .init(from_ps: 2, to_ps: 20))
  #expect(simulation.resources.ranks == 2)
}

/// The defaults of the manifest, as in the design.
@Test func defaultsAreThoseOfTheDesign() throws {
  let text = "system: {structure: na2b12h12-bcc}\nstages: {sample: 1 ps}\nsweep: {temperature: 600 K}"
  let manifest = try plan(text).manifest
  let simulation = try manifest.simulation
  #expect(manifest.study == "example")
  #expect(simulation.seed == 1)
  #expect(simulation.potential == .forceField(.builtIn("paddlewheel-ff")))
  #expect(simulation.forces == ForceSpecification())
  #expect(simulation.forces.precision == .mixed)
  #expect(simulation.dynamics.thermostat == .noseHooverChain(damping_ps: 0.1))
  #expect(simulation.dynamics.timestep_ps == 0.001)
  #expect(simulation.stages.names == ["sample"])
  #expect(simulation.record.mobile_ps == 0.05)
  #expect(simulation.record.all_ps == 1)
  #expect(manifest.analysis.extrapolate_K == [300])
  #expect(manifest.analysis.drift == .framework)
  #expect(simulation.resources.ranks == nil)
}

/// Where 50 fs is no multiple of the step, the default interval changes, not the step that was set.
@Test func defaultIntervalsFollowTheTimestep() throws {
  let record = try plan(plainExample.replacing("timestep: 1 fs", with: "timestep: 4 fs")).manifest.simulation
    .record
  #expect(abs(record.mobile_ps - 0.052) < 1e-12)
  #expect(record.all_ps == 1)
}

@Test func anchorsAndAliasesAreFine() throws {
  let text = plainExample.replacing(
    "equilibrate: 5 ps, sample: 50 ps", with: "equilibrate: &t 5 ps, sample: *t")
  #expect(try plan(text).manifest.simulation.stages.sample_ps == 5)
}

@Test func rotatedSupercellIsDecoded() throws {
  let text = plainExample.replacing("[3, 3, 3]", with: "[[1, 1, 0], [-1, 1, 0], [0, 0, 2]]")
  let system = try plan(text).manifest.simulation.system
  #expect(system.copies == 4)
  #expect(system.supercell == [[1, 1, 0], [-1, 1, 0], [0, 0, 2]])
}

/// A model file is one of the inputs, identified by its SHA-256, and found beside the manifest.
@Test func modelIsAnInput() throws {
  try withTemporaryFolder { folder in
    let text = plainExample.replacing("forces: {cutoff: 9 Å}", with: "potential: {nep: model.txt}")
    try write(text, to: "\(folder)/example.yaml")
    let error = #expect(throws: InputError.self) { try StudyPlan(manifestAt: "\(folder)/example.yaml") }
    #expect(error?.key == "potential.nep")
    #expect(error?.place?.line == 6)
    try write("nep4 1 Na", to: "\(folder)/model.txt")
    let plan = try StudyPlan(manifestAt: "\(folder)/example.yaml")
    #expect(
      try plan.manifest.simulation.potential
        == .nep(InputFile(path: "\(folder)/model.txt", name: "inputs/model.txt")))
    #expect(plan.manifest.inputs.keys.map(\.path) == ["\(folder)/model.txt"])
  }
}

/// A model, or a description that names it, instead of a mapping: the same study as that of the mapping.
@Test(arguments: ["model.txt", "potential.yaml", "./model.txt", "models/second.yaml"])
func potentialMayBeAFile(_ potential: String) throws {
  try withTemporaryFolder { folder in
    try FileManager.default.createDirectory(atPath: "\(folder)/models", withIntermediateDirectories: false)
    for place in [folder, "\(folder)/models"] { try write("nep4 1 Na", to: "\(place)/model.txt") }
    try write("model: Na 1\nnep: model.txt\n", to: "\(folder)/potential.yaml")
    try write("model: Na 2\nnep: [model.txt]\n", to: "\(folder)/models/second.yaml")
    let text = plainExample.replacing("forces: {cutoff: 9 Å}", with: "potential: \(potential)")
    try write(text, to: "\(folder)/example.yaml")
    let found = try StudyPlan(manifestAt: "\(folder)/example.yaml").manifest.simulation.potential
    let isSecond = potential == "models/second.yaml"
    let model = try #require(found.nep?.models.first)
    #expect(model.path == "\(folder)/\(isSecond ? "models/" : "")model.txt")
    #expect(found.description?.path == "\(folder)/\(isSecond ? potential : "potential.yaml")")
    #expect(try found.verdict(ions: ["Na"])?.potential == (isSecond ? "Na 2" : "Na 1"))
  }
}

@Test(arguments: [
  ("hello", "words.dat", "a parameter file (.json)"), ("model: Na 1", "a.yaml", "it lacks the key nep"),
  ("", "none.yaml", "there is no"), ("model: Na 1\nnep: models/a.txt", "a.yaml", "wanted a file beside it"),
])
func potentialFilesOfNoUseAreRefused(_ content: String, _ name: String, _ words: String) throws {
  try withTemporaryFolder { folder in
    if !content.isEmpty { try write(content, to: "\(folder)/\(name)") }
    try write(
      plainExample.replacing("forces: {cutoff: 9 Å}", with: "potential: ./\(name)"),
      to: "\(folder)/example.yaml")
    let error = #expect(throws: InputError.self) { try StudyPlan(manifestAt: "\(folder)/example.yaml") }
    #expect(error?.key == "potential" && error?.place?.line == 6)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}

/// A description gives its committee and the base that it corrects.
@Test func descriptionGivesModelsAndBase() throws {
  try withTemporaryFolder { folder in
    for name in ["a.txt", "b.txt"] { try write("nep4 1 Na", to: "\(folder)/\(name)") }
    try write("model: Na 1\nnep: [a.txt, b.txt]\nbase: paddlewheel-ff\n", to: "\(folder)/potential.yaml")
    try write(
      plainExample.replacing("forces: {cutoff: 9 Å}", with: "potential: potential.yaml"),
      to: "\(folder)/example.yaml")
    let found = try StudyPlan(manifestAt: "\(folder)/example.yaml").manifest.simulation.potential
    #expect(found.nep?.models.map { ($0.name as NSString).lastPathComponent } == ["a.txt", "b.txt"])
    #expect(found.nep?.base == .builtIn("paddlewheel-ff"))
  }
}

/// Every way to write frozen species, as values of one axis.
@Test func frozenIonsAreAnAxis() throws {
  let text = plainExample.replacing(
    "replica: 2", with: "dynamics.freeze: [none, Na, [Na, B12H12], {B12H12: rotation, from: sample}]")
  let runs = try plan(text).runs
  #expect(runs.count == 8)
  let frozen = runs.map(\.manifest.simulated?.dynamics.freeze)
  #expect(frozen[0] == nil)
  #expect(frozen[2]?.species == ["Na": .all])
  #expect(frozen[4]?.species == ["Na": .all, "B12H12": .all])
  #expect(frozen[6]?.species == ["B12H12": .rotation] && frozen[6]?.from == .sample)
}

/// Stages and intervals that outer steps do not divide are rounded up, and stay as they are then.
@Test func outerStepsRoundTimes() throws {
  let text = plainExample.replacing("timestep: 1 fs", with: "multiple-timestep: {outer: 3 fs}")
  let manifest = try plan(text).manifest
  let simulation = try manifest.simulation
  #expect(simulation.stages["equilibrate"]?.dynamics?.time_ps == 5.001)
  #expect(abs(simulation.record.observables_ps - 0.051) < 1e-12)
  #expect(simulation.steps(of: simulation.record.all_ps) == 334)
  #expect(throws: InputError.self) {
    try plan(text.replacing("sample: 50 ps", with: "sample: 50.0005 ps"))
  }
}

@Test func volumeAndMassesAreSupported() throws {
  try withTemporaryFolder { folder in
    let text =
      plainExample
      .replacing("supercell: [3, 3, 3]", with: "volume: 3 %")
      .replacing("timestep: 1 fs", with: "mass-scale: {B12H12: 4}\n  masses: {H: 2.014 amu}")
    try write(text, to: "\(folder)/example.yaml")
    #expect(try StudyPlan(manifestAt: "\(folder)/example.yaml").runs.count == 4)
  }
}

/// Correlations are on unless switched off; intervals are whole steps.
@Test func correlationsAreTakenUnlessNone() throws {
  func record(_ text: String) throws -> RecordSpecification { try plan(text).manifest.simulation.record }
  let usual = try record(plainExample)
  #expect(usual.correlations_ps == 0.05 && usual.velocities_ps == 0.004)
  let coarse = try plan(plainExample.replacing("timestep: 1 fs", with: "multiple-timestep: {outer: 3 fs}"))
  #expect(try coarse.manifest.simulation.steps(of: coarse.manifest.simulation.record.correlations_ps) == 17)
  #expect(try coarse.manifest.simulation.steps(of: coarse.manifest.simulation.record.velocities_ps) == 2)
  let off = plainExample + "\nrecord: {correlations: none, velocities: 8 fs}\n"
  #expect(try record(off).correlations_ps == nil)
  #expect(try record(off).velocities_ps == 0.008)
  #expect(try plan(plan(off).resolvedYAML).manifest.simulation.record == record(off))
  for bad in ["correlations: 50", "velocities: 4 Å", "velocities: 0.5 fs", "correlations: never"] {
    #expect(throws: InputError.self, "\(bad)") { try plan(plainExample + "\nrecord: {\(bad)}\n") }
  }
}

/// Beyond a tenth of the period of a bond, kicks of a model less its reference are warned of; those of a force field are not.
@Test func longStepsOfAModelAreComparedWithItsBonds() throws {
  try withTemporaryFolder { folder in
    try write("nep4 1 Na", to: "\(folder)/a.txt")
    func outer(_ potential: String, _ outer_fs: Double) throws -> [RangeFinding] {
      let text = plainExample.replacing("forces: {cutoff: 9 Å}", with: "potential: \(potential)")
      try write(text, to: "\(folder)/example.yaml")
      var simulation = try StudyPlan(manifestAt: "\(folder)/example.yaml").manifest.simulation
      simulation.dynamics.timestep_ps = 0.0005
      simulation.dynamics.outerTimestep_ps = outer_fs / 1000
      let stretch = Vibration(molecule: "B12H12", bond: "B–H", period_ps: 0.0142, isEstimated: false)
      return RangeCheck(simulation, temperature_K: 600, vibrations: [stretch]).findings.filter {
        $0.key == "dynamics.multiple-timestep.outer"
      }
    }
    #expect(try outer("a.txt", 1).isEmpty)
    let found = try outer("a.txt", 2)
    #expect(found.count == 1 && found.first?.isError == false)
    #expect(found.first?.warning.contains("1.42 fs") == true, "\(found)")
    #expect(try outer("paddlewheel-ff", 3).isEmpty)
  }
}

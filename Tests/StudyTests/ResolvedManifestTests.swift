import Foundation
import Testing

@testable import Manifest
@testable import Support

/// The resolved manifest is a valid one and resolves to itself, run for run.
@Test(arguments: [
  fullExample, plainExample,
  plainExample.replacing("replica: 2", with: "replica: [2, 5]\n  dynamics.mass-scale.B12H12: [1, 2.5]"),
  plainExample.replacing(
    "replica: 2", with: "dynamics.thermostat: [{langevin: {friction: 0.1 /ps}}, {nose-hoover-chain: {}}]"),
  plainExample.replacing("[3, 3, 3]", with: "[[1, 1, 0], [-1, 1, 0], [0, 0, 2]]"),
  plainExample.replacing("ensemble: nvt", with: "ensemble: nve"),
  plainExample.replacing("ensemble: nvt", with: "ensemble: npt\n  barostat: {mtk: {cell: orthorhombic}}"),
  plainExample.replacing("timestep: 1 fs", with: "timestep: 0.7 fs").replacing(
    "5 ps, sample: 50 ps", with: "7 ps, sample: 70 ps"),
])
func resolvingTwiceIsResolvingOnce(_ text: String) throws {
  let once = try plan(text)
  let twice = try plan(once.resolvedYAML)
  #expect(twice.resolvedYAML == once.resolvedYAML)
  #expect(twice.runs == once.runs)
  #expect(twice.manifest == once.manifest)
}

@Test func everyDefaultIsWrittenOut() throws {
  let yaml = try plan(plainExample).resolvedYAML
  for part in [
    "potential: paddlewheel-ff", "coulomb-accuracy: 0.0001", "precision: mixed", "damping: 100 fs",
    "checkpoint: 5 min", "mobile: 50 fs", "all: 1 ps", "extrapolate: 300 K", "directions: mean",
  ] { #expect(yaml.contains(part), "\(part)\n\(yaml)") }
  // These depend on the structure.
  #expect(!yaml.contains("drift:") && !yaml.contains("charge:"))
}

/// `printf 'abc' | sha256sum`, the example of FIPS 180-4.
private let hashOfABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

@Test func inputFilesAreHashedAndVerified() throws {
  try withTemporaryFolder { folder in
    try write("abc", to: "\(folder)/cell.extxyz")
    let manifest = "\(folder)/study.yaml"
    try write(plainExample.replacing("na2b12h12-bcc", with: "cell.extxyz"), to: manifest)
    let once = try StudyPlan(manifestAt: manifest)
    let file = InputFile(path: "\(folder)/cell.extxyz", name: "inputs/cell.extxyz")
    #expect(try once.manifest.simulation.system.structure == .file(file))
    #expect(once.manifest.inputs == [file: hashOfABC])
    // In the folder of a study, with the study's copy.
    let study = "\(folder)/study"
    try FileManager.default.createDirectory(atPath: "\(study)/inputs", withIntermediateDirectories: true)
    let resolved = "\(study)/study.yaml"
    try write(once.resolvedYAML, to: resolved)
    try write("abc", to: "\(study)/inputs/cell.extxyz")
    #expect(try StudyPlan(manifestAt: resolved).resolvedYAML == once.resolvedYAML)
    #expect(try StudyPlan(opening: resolved).resolvedYAML == once.resolvedYAML)

    try write("abd", to: "\(study)/inputs/cell.extxyz")
    let error = #expect(throws: InputError.self) { try StudyPlan(manifestAt: resolved) }
    #expect(error?.key == "inputs")
    #expect(error?.description.contains("has changed since the study was planned") == true)
    #expect(error?.description.contains(hashOfABC) == true)
  }
}

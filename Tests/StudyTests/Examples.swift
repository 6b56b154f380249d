import Foundation

@testable import Manifest

/// The manifest of the design, with every key that may be combined with the others.
let fullExample = """
  study: na2b12h12-superionic
  seed: 2026
  system:
    structure: na3obh4-family
    supercell: [3, 3, 3]
    composition: 0.5
    volume: -12 %
  potential: paddlewheel-ff
  forces: {cutoff: 9 Å, coulomb-accuracy: 1e-4, precision: mixed}
  dynamics:
    ensemble: npt
    thermostat: {langevin: {friction: 10 /ps}}
    barostat: {parrinello-rahman: {lattice-mass: 1000 amu, friction: 10 /ps, cell: full}}
    pressure: 0.1 GPa
    timestep: 1 fs
    multiple-timestep: {outer: 3 fs}
    freeze: {B12H12: rotation, from: sample}
    mass-scale: {B12H12: 4}
    masses: {H: 2.014 amu}
  stages: {relax: {force: 0.01 eV/Å}, equilibrate: 5 ps, sample: 50 ps}
  record: {mobile: 50 fs, anions: 50 fs, all: 1 ps, observables: 50 fs, checkpoint: 5 min}
  sweep:
    temperature: [500 K, 600 K, 700 K, 800 K]
    replica: 2
  analysis:
    mobile: Na
    active: {conductivity: 18.39 mS/cm, at: 300 K}
    extrapolate: 300 K
    fit: {from: 2 ps, to: 20 ps}
  resources: {ranks: 2}
  """

/// A manifest that this version can run; the tests of bad input refer to its line numbers.
let plainExample = """
  study: example
  seed: 2026
  system:
    structure: na2b12h12-bcc
    supercell: [3, 3, 3]
  forces: {cutoff: 9 Å}
  dynamics:
    ensemble: nvt
    timestep: 1 fs
  stages: {equilibrate: 5 ps, sample: 50 ps}
  sweep:
    temperature: [500 K, 600 K]
    replica: 2
  resources: {ranks: 2}
  """

func plan(_ yaml: String) throws -> StudyPlan { try StudyPlan(yaml: yaml, file: "jobs/example.yaml") }

/// The text of a study's manifest as one who edits it leaves it.
func withoutSeal(_ yaml: String) -> String {
  yaml.split(separator: "\n", omittingEmptySubsequences: false)
    .filter { !$0.hasPrefix("# SHA-256 of the lines") }.joined(separator: "\n")
}

/// A new folder that is gone when the body ends.
func withTemporaryFolder<T>(_ body: (String) throws -> T) throws -> T {
  let path = FileManager.default.temporaryDirectory.path + "/study-tests-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try body(path)
}

func withFolder<T>(_ body: (String) async throws -> T) async throws -> T {
  let path = FileManager.default.temporaryDirectory.path + "/study-tests-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  return try await body(path)
}

func write(_ text: String, to path: String) throws {
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

import Foundation
import Testing

@Test func planPrintsTheRunsAndWritesNothing() throws {
  try withManifest { folder in
    let result = try paddlewheel("plan", "small.yaml", in: folder)
    #expect(result.exitCode == 0)
    #expect(result.errors == "")
    let lines = result.output.split(separator: "\n")
    #expect(lines[0].split(separator: " ").prefix(4) == ["run", "temperature", "replica", "atoms"])
    #expect(lines[1].hasPrefix("0    500 K"))
    #expect(lines[2].hasPrefix("1    600 K"))
    #expect(lines[3].hasPrefix("stages: sample (nvt"))
    #expect(lines[4].hasPrefix("2 runs on 1 rank each, "), "\(lines[4])")
    #expect(lines.last?.hasPrefix("potential: paddlewheel-ff 1.0 for B12H12, Na: trusted") == true)
    #expect(try contents(folder) == ["small.yaml"])
  }
}

@Test func planWritesTheStudyOnRequest() throws {
  try withManifest { folder in
    let result = try paddlewheel("plan", "small.yaml", "--output", "out", in: folder)
    #expect(result.exitCode == 0)
    #expect(result.errors.hasSuffix("/out\n") && result.errors.hasPrefix("wrote "))
    #expect(try contents("\(folder)/out") == ["runs", "study.yaml"])
    #expect(try contents("\(folder)/out/runs") == ["0000-T500K-r1", "0001-T600K-r1"])
    #expect(try paddlewheel("plan", "out/study.yaml", "--output", "out", in: folder).exitCode == 0)
  }
}

@Test func planPrintsJSON() throws {
  try withManifest { folder in
    let result = try paddlewheel("plan", "small.yaml", "--json", in: folder)
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
    #expect(object?["study"] as? String == "small")
    let runs = try #require(object?["runs"] as? [[String: Any]])
    #expect(runs.map { $0["steps"] as? Int } == [2000, 2000])
    #expect(runs[1]["point"] as? [String: String] == ["temperature": "600 K", "replica": "1"])
  }
}

/// The position, the key, the value found and what was expected, on standard error alone, with exit code 2.
@Test(arguments: [
  ("500 K", "500", "small.yaml:5:17: sweep.temperature[0]: found '500', wanted a temperature above 0"),
  ("500 K", "-5 K", "small.yaml:5:17: sweep.temperature[0]: found '-5 K', wanted a temperature above 0"),
  ("stages", "stage", "small.yaml:3:1: stage: found the unknown key 'stage', wanted one of study,"),
  ("na2b12h12-bcc", "na2", "small.yaml:2:14: system.structure: found 'na2', wanted a built-in structure:"),
  (
    "sweep:", "dynamics: {freeze: {BH4: all}}\nsweep:",
    "small.yaml:4:20: dynamics.freeze: found 'BH4', wanted an ion of the structure: B12H12, Na"
  ),
  (
    "sweep:", "dynamics: {freeze: {Na: rotation}}\nsweep:",
    "small.yaml:4:20: dynamics.freeze: found 'Na', wanted for rotation an ion of several atoms"
  ),
  (
    "sweep:", "dynamics: {freeze: [Na, B12H12]}\nsweep:",
    "small.yaml:4:20: dynamics.freeze: found every ion frozen, wanted at least one ion that can move"
  ),
  (
    "sweep:", "dynamics: {masses: {D: 2.014 amu}}\nsweep:",
    "small.yaml:4:20: dynamics.masses: found 'D', wanted an element (an isotope by its element's symbol)"
  ),
  (
    "sweep:", "dynamics: {mass-scale: {BH4: 4}}\nsweep:",
    "small.yaml:4:24: dynamics.mass-scale: found 'BH4', wanted an ion or an element of the structure"
  ),
  (
    "na2b12h12-bcc", "na2b12h12-bcc\n  supercell: [200, 200, 200]",
    "small.yaml:3:14: system.supercell: found [[200, 0, 0], [0, 200, 0], [0, 0, 200]]; 8000000"
  ),
])
func badManifestEndsWithTwo(_ old: String, _ new: String, _ message: String) throws {
  try withManifest([(old, new)]) { folder in
    for verb in ["plan", "run"] {
      let result = try paddlewheel(verb, "small.yaml", in: folder)
      #expect(result.exitCode == 2)
      #expect(result.output == "")
      #expect(result.errors.hasPrefix("paddlewheel: \(message)"), "\(result.errors)")
      #expect(try contents(folder) == ["small.yaml"])
    }
  }
}

@Test func anotherStudyInTheDirectoryEndsWithTwo() throws {
  try withManifest { folder in
    #expect(try paddlewheel("plan", "small.yaml", "--output", "out", in: folder).exitCode == 0)
    try withManifest([("{sample: 2 ps}", "{sample: 2 ps}\ndynamics: {timestep: 2 fs}")]) { other in
      for verb in ["plan", "run"] {
        let result = try paddlewheel(verb, "\(other)/small.yaml", "--output", "out", in: folder)
        #expect(result.exitCode == 2)
        #expect(result.errors.contains("out: found another study"))
        #expect(result.errors.contains("dynamics.timestep: 1 fs, 2 fs"))
      }
    }
    let result = try paddlewheel("plan", "small.yaml", "--output", ".", in: folder)
    #expect(result.exitCode == 2)
    #expect(result.errors.contains("found a directory with"))
  }
}

/// VASP's own names and .xyz work as they stand, and each name of the structure gives the same ions in every message.
@Test(arguments: ["POSCAR", "CONTCAR", "POSCAR_LiBH4", "salt.xyz"])
func structuresUnderTheirOwnNames(_ name: String) throws {
  let poscar = """
    LiBD4
    1.0
    6 0 0
    0 6 0
    0 0 6
    Li B D
    1 1 4
    Cartesian
    0 0 0
    3 3 3
    3.7 3.7 3.7
    3.7 2.3 2.3
    2.3 3.7 2.3
    2.3 2.3 3.7

    """
  let xyz =
    "6\nLattice=\"6 0 0 0 6 0 0 0 6\"\nLi 0 0 0\nB 3 3 3\nD 3.7 3.7 3.7\nD 3.7 2.3 2.3\nD 2.3 3.7 2.3\nD 2.3 2.3 3.7\n"
  let manifest = """
    system: {structure: \(name), ions: {H4B: {charge: -1}}}
    stages: {sample: 1 ps}
    sweep: {temperature: [600 K]}
    """
  let folder = try Folder()
  try (name.hasSuffix("xyz") ? xyz : poscar).write(
    toFile: "\(folder.path)/\(name)", atomically: true, encoding: .utf8)
  try manifest.write(toFile: "\(folder.path)/m.yaml", atomically: true, encoding: .utf8)
  // Built-in forces are not usable for this salt: a study needs a word, a plan only warns.
  let plain = try paddlewheel("plan", "m.yaml", in: folder.path)
  #expect(plain.exitCode == 0 && plain.errors.contains("not usable"), "\(plain.errors)")
  #expect(try paddlewheel("plan", "m.yaml", "--output", "s", in: folder.path).exitCode == 2)
  try (manifest + "\npotential: {name: paddlewheel-ff, accept: not-usable}\n").write(
    toFile: "\(folder.path)/m.yaml", atomically: true, encoding: .utf8)
  let plan = try paddlewheel("plan", "m.yaml", "--output", "s", in: folder.path)
  #expect(plan.exitCode == 0, "\(plan.errors)")
  #expect(plan.output.contains("ions: 1 Li, 1 BH4\n") && plan.output.contains("masses: H 2.014 amu\n"))
  let described = try paddlewheel("structure", "describe", name, in: folder.path)
  #expect(described.output.contains("LiBH4") && described.output.contains("H 2.014 amu"))
  // The study keeps the isotope, so that its results have it without the file.
  let resolved = try String(contentsOfFile: "\(folder.path)/s/study.yaml", encoding: .utf8)
  #expect(resolved.contains("masses: {H: 2.014 amu}") && resolved.contains("ions: {BH4: {charge: -1}}"))
  #expect(try paddlewheel("plan", "s/study.yaml", in: folder.path).exitCode == 0)
  // A declaration that contradicts the structure says what was found.
  try manifest.replacing("H4B", with: "PS4").write(
    toFile: "\(folder.path)/bad.yaml", atomically: true, encoding: .utf8)
  let bad = try paddlewheel("plan", "bad.yaml", in: folder.path)
  #expect(bad.exitCode == 2)
  #expect(
    bad.errors.contains("bad.yaml:1:") && bad.errors.contains("no PS4 among 1 Li, 1 BH4"), "\(bad.errors)")
}

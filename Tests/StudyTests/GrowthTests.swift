import Foundation
import Testing

@testable import Manifest
@testable import StudyStore
@testable import Support

private func grown(_ changes: [(String, String)]) throws -> StudyPlan {
  try plan(changes.reduce(plainExample) { $0.replacing($1.0, with: $1.1) })
}

/// Two temperatures and two replicas, as `plainExample` has them, on disk.
private func withStudy(_ body: (String) throws -> Void) throws {
  try withTemporaryFolder { folder in
    _ = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    try body(folder)
  }
}

@Test func newTemperaturesAreAppended() throws {
  try withStudy { folder in
    let before = try StudyDirectory(opening: folder).runs
    let more = try grown([("[500 K, 600 K]", "[400 K, 500 K, 600 K]")])
    let study = try StudyDirectory(creating: folder, plan: more)
    #expect(study.runs.count == 6)
    #expect(study.runs.prefix(4).map(\.directoryName) == before.map(\.directoryName))
    #expect(study.runs.suffix(2).map(\.directoryName) == ["0004-T400K-r1", "0005-T400K-r2"])
    #expect(study.runs.map(\.index) == Array(0..<6))
    #expect(study.runs[4].seed == before[0].seed)
    #expect(try StudyDirectory(opening: folder).runs == study.runs)
    #expect(FileManager.default.fileExists(atPath: study.runPath(5)))
    // The manifest on disk, and the same one given again, change nothing.
    #expect(try StudyDirectory(creating: folder, plan: more).runs == study.runs)
    let own = try StudyPlan(manifestAt: "\(folder)/study.yaml")
    #expect(try StudyDirectory(creating: folder, plan: own).runs == study.runs)
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/study-2.yaml"))
  }
}

@Test func aStudyGrowsSeveralTimes() throws {
  try withStudy { folder in
    _ = try StudyDirectory(creating: folder, plan: try grown([("[500 K, 600 K]", "[700 K]")]))
    _ = try StudyDirectory(creating: folder, plan: try grown([("replica: 2", "replica: 3")]))
    let study = try StudyDirectory(
      creating: folder,
      plan: try grown([
        ("sweep:\n", "sweep:\n  dynamics.mass-scale.H: [1, 2]\n"), ("[500 K, 600 K]", "[500 K]"),
      ]))
    #expect(
      study.runs.map(\.directoryName) == [
        "0000-T500K-r1", "0001-T500K-r2", "0002-T600K-r1", "0003-T600K-r2", "0004-T700K-r1", "0005-T700K-r2",
        "0006-T500K-r3", "0007-T600K-r3", "0008-T500K-r1-H_1", "0009-T500K-r2-H_1", "0010-T500K-r1-H_2",
        "0011-T500K-r2-H_2",
      ])
    #expect(study.runs[0].otherAxes.map(\.value) == ["none"])
    #expect(study.runs[10].otherAxes.map(\.value) == ["2"])
    #expect(try StudyDirectory(opening: folder).runs == study.runs)
  }
}

@Test func longerSamplingGoesOn() throws {
  try withStudy { folder in
    let study = try StudyDirectory(
      creating: folder, plan: try grown([("sample: 50 ps", "sample: 80 ps"), ("[500 K, 600 K]", "[500 K]")]))
    #expect(study.runs.map { $0.manifest.sample_ps } == [80, 80, 50, 50])
    #expect(study.plan.lengthened == [0, 1])
    #expect(try StudyDirectory(opening: folder).plan.lengthened == [0, 1])
    let shorter = try grown([("sample: 50 ps", "sample: 70 ps")])
    let error = #expect(throws: InputError.self) { try StudyDirectory(creating: folder, plan: shorter) }
    #expect(error?.description.contains("stages.sample: 80 ps, 70 ps") == true)
  }
}

/// A round of `extend` from before the study grew makes no run shorter, and is no fault.
@Test func growthAndExtensionsGoTogether() throws {
  try withStudy { folder in
    try ExtensionFolder(study: folder).add(
      StudyExtension(number: 1, created_s: 1, target: 0.1, coreHours: 1, sample_ps: [0: 60, 2: 90]))
    let study = try StudyDirectory(creating: folder, plan: try grown([("sample: 50 ps", "sample: 80 ps")]))
    #expect(study.runs.map { $0.manifest.sample_ps } == [80, 80, 90, 80])
    #expect(try StudyDirectory(opening: folder).runs == study.runs)
  }
}

@Test(arguments: [
  ("seed: 2026", "seed: 2027", "seed: 2026, 2027"),
  ("timestep: 1 fs", "timestep: 0.5 fs", "dynamics.timestep: 1 fs, 0.5 fs"),
  ("equilibrate: 5 ps", "equilibrate: 6 ps", "stages.equilibrate: 5 ps, 6 ps"),
])
func whatWouldChangeRunsIsRefused(_ old: String, _ new: String, _ difference: String) throws {
  try withStudy { folder in
    var state = RunState(.done, steps: 55_000)
    state.attempt = 1
    let runs = try StudyDirectory(opening: folder)
    try state.write(to: runs.statePath(1))
    let other = try grown([(old, new), ("[500 K, 600 K]", "[500 K, 600 K, 700 K]")])
    let error = #expect(throws: InputError.self) { try StudyDirectory(creating: folder, plan: other) }
    let text = error?.description ?? ""
    #expect(text.contains(difference) && text.contains("0001-T500K-r2 (done)"), "\(text)")
    #expect(!text.contains("0000-T500K-r1"))
    #expect(try StudyDirectory(opening: folder).runs.count == 4)
  }
}

/// Without its earlier manifests the runs of a study would be numbered anew.
@Test func earlierManifestsAreChecked() throws {
  try withStudy { folder in
    _ = try StudyDirectory(creating: folder, plan: try grown([("[500 K, 600 K]", "[400 K, 500 K, 600 K]")]))
    let path = "\(folder)/study-1.yaml"
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try write(text.replacing("500 K", with: "550 K"), to: path)
    let changed = #expect(throws: InputError.self) { try StudyDirectory(opening: folder) }
    #expect(changed?.place?.file == path)
    try FileManager.default.removeItem(atPath: path)
    let missing = #expect(throws: InputError.self) { try StudyDirectory(opening: folder) }
    #expect(missing?.key == "earlier")
  }
}

/// Killed between the two manifests, the next start does the same again.
@Test func aHalfMadeGrowthIsTakenUp() throws {
  try withStudy { folder in
    _ = try StudyManifests(study: folder).keepNewest(after: [])
    #expect(try StudyDirectory(opening: folder).runs.count == 4)
    let study = try StudyDirectory(creating: folder, plan: try grown([("replica: 2", "replica: 3")]))
    #expect(study.runs.count == 6)
  }
}

/// While another command starts runs, a study takes no new ones.
@Test func aStudyAtWorkDoesNotGrow() throws {
  try withStudy { folder in
    let hold = try StudyHold(.runs, of: folder, command: "run")
    defer { hold.end() }
    let more = try grown([("replica: 2", "replica: 3")])
    #expect(throws: IncompleteError.self) { try StudyDirectory(creating: folder, plan: more) }
    #expect(try StudyDirectory(opening: folder).runs.count == 4)
  }
}

import Foundation
import Testing

@testable import StudyStore
@testable import Support

@Test func studyIsCreatedAndOpened() throws {
  try withTemporaryFolder { folder in
    let made = try StudyDirectory(creating: "\(folder)/a/b", plan: try plan(plainExample))
    let opened = try StudyDirectory(opening: "\(folder)/a/b")
    #expect(opened.runs == made.runs)
    #expect(opened.runPath(3) == "\(folder)/a/b/runs/0003-T600K-r2")
    #expect(FileManager.default.fileExists(atPath: opened.runPath(3)))
    #expect(opened.state(of: 3).state == .planned)
    #expect(opened.state(of: 3).steps == 55_000)
    let error = #expect(throws: InputError.self) { try opened.run(4) }
    #expect(error?.description.contains("found the run 4, wanted a run from 0 to 3") == true)
  }
}

@Test func sameStudyIsTakenUp() throws {
  try withTemporaryFolder { folder in
    let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    try write("kept", to: "\(study.runPath(0))/log.txt")
    _ = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    #expect(FileManager.default.contents(atPath: "\(study.runPath(0))/log.txt") == Data("kept".utf8))
  }
}

/// Ranks and the analysis of a study may change; the file then has the new values.
@Test func harmlessChangesAreTakenOver() throws {
  try withTemporaryFolder { folder in
    _ = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    let other = plainExample.replacing("ranks: 2}", with: "ranks: 4}\nanalysis: {drift: none}")
    _ = try StudyDirectory(creating: folder, plan: try plan(other))
    let opened = try StudyDirectory(opening: folder)
    #expect(opened.manifest.ranks == 4)
    #expect(opened.manifest.analysis.drift == .none)
  }
}

@Test(arguments: [
  ("structure: na2b12h12-bcc", "structure: nabh4", "system.structure: na2b12h12-bcc, nabh4"),
  ("seed: 2026", "seed: 2027", "seed: 2026, 2027"),
  ("{ranks: 2}", "{ranks: 2}\nanalysis: {mobile: Na}", "analysis.mobile: nothing, Na"),
])
func anotherStudyIsRefused(_ old: String, _ new: String, _ difference: String) throws {
  try withTemporaryFolder { folder in
    _ = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    let before = FileManager.default.contents(atPath: "\(folder)/study.yaml")
    let other = try plan(plainExample.replacing(old, with: new))
    let error = #expect(throws: InputError.self) { try StudyDirectory(creating: folder, plan: other) }
    #expect(error?.description.contains(difference) == true, "\(error?.description ?? "")")
    #expect(error?.place?.file == folder)
    #expect(FileManager.default.contents(atPath: "\(folder)/study.yaml") == before)
  }
}

@Test func otherFilesAreRefusedAndLeftAlone() throws {
  try withTemporaryFolder { folder in
    try write("mine", to: "\(folder)/thesis.tex")
    let error = #expect(throws: InputError.self) {
      try StudyDirectory(creating: folder, plan: try plan(plainExample))
    }
    #expect(error?.description.contains("a directory with 'thesis.tex'") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["thesis.tex"])
    let file = #expect(throws: InputError.self) {
      try StudyDirectory(creating: "\(folder)/thesis.tex", plan: try plan(plainExample))
    }
    #expect(file?.description.contains("found a file") == true)
  }
}

@Test func directoryWithoutAStudyIsRefused() throws {
  try withTemporaryFolder { folder in
    let error = #expect(throws: InputError.self) { try StudyDirectory(opening: folder) }
    #expect(error?.description.contains("found no study.yaml") == true)
  }
}

/// A write that fails is named.
@Test func unwritablePlaceIsAFailure() throws {
  let error = #expect(throws: FileError.self) {
    try AtomicFile.write("a", to: "/proc/nothing/x")
  }
  #expect(error?.description.contains("/proc/nothing/x") == true)
  #expect(error?.exitCode == 1)
}

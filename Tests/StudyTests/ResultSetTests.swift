import Foundation
import Testing

@testable import Manifest
@testable import Results
@testable import StudyStore
@testable import Support

/// Results are replaced as one set, or not at all; a set of two analyses is refused.
struct ResultSetTests {
  private let files = FileManager.default

  private func content(_ path: String) -> String? {
    files.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  private func fill(_ set: ResultSet, _ text: String, cubes: [String] = ["1.cube"]) throws {
    try files.createDirectory(atPath: "\(set.folder)/density", withIntermediateDirectories: true)
    for name in ["summary.json", "curves.json", "results.h5"] + cubes.map({ "density/\($0)" }) {
      try write("\(name) \(text)", to: "\(set.folder)/\(name)")
    }
  }

  private func make(_ text: String, in place: String, cubes: [String] = ["1.cube"]) throws {
    let set = try ResultSet(in: place, list: ResultSet.results)
    try fill(set, text, cubes: cubes)
    try set.commit()
  }

  @Test func aSetIsReplacedAsAWhole() throws {
    try withTemporaryFolder { folder in
      try make("old", in: folder, cubes: ["1.cube", "2.cube"])
      try write("mine", to: "\(folder)/notes.txt")
      try write("mine", to: "\(folder)/density/notes.txt")
      try make("new", in: folder)
      try ResultSet.check(ResultSet.results, in: folder)
      #expect(
        try files.contentsOfDirectory(atPath: folder).sorted() == [
          "curves.json", "density", "notes.txt", "results.h5", "results.sha256", "summary.json",
        ])
      // What the new set does not have is gone, what no set had is kept.
      #expect(try files.contentsOfDirectory(atPath: "\(folder)/density").sorted() == ["1.cube", "notes.txt"])
      #expect(content("\(folder)/density/1.cube") == "density/1.cube new")
    }
  }

  @Test func aSetThatFailsLeavesTheOldOne() throws {
    try withTemporaryFolder { folder in
      try make("old", in: folder)
      let before = try files.subpathsOfDirectory(atPath: folder).sorted()
      let set = try ResultSet(in: folder, list: ResultSet.results)
      try fill(set, "new", cubes: ["2.cube"])
      set.discard()
      #expect(try files.subpathsOfDirectory(atPath: folder).sorted() == before)
      #expect(content("\(folder)/curves.json") == "curves.json old")
      try ResultSet.check(ResultSet.results, in: folder)
    }
  }

  /// Killed while it renames its files, after any number of them.
  @Test(arguments: ["summary.json", "curves.json", "results.h5", "density/1.cube"])
  func aSetOfWhichOneFileIsOldIsRefused(_ name: String) throws {
    try withTemporaryFolder { folder in
      try make("new", in: folder)
      try write("\(name) old", to: "\(folder)/\(name)")
      let error = #expect(throws: RunFailure.self) { try ResultSet.check(ResultSet.results, in: folder) }
      #expect(
        error?.message.contains("\(folder)/\(name) is not the one that was written with the other") == true)
      #expect(error?.message.hasSuffix("run paddlewheel aggregate again") == true)
      try files.removeItem(atPath: "\(folder)/\(name)")
      #expect(throws: RunFailure.self) { try ResultSet.check(ResultSet.results, in: folder) }
    }
  }

  /// Every bit of every byte of the list, and every length; then a new set takes its place.
  @Test func aDamagedListIsRefusedAndReplaced() throws {
    try withTemporaryFolder { folder in
      try make("old", in: folder)
      let path = "\(folder)/results.sha256"
      let list = [UInt8](try #require(files.contents(atPath: path)))
      func expectRefusal(_ bytes: [UInt8], _ what: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        #expect(throws: RunFailure.self, "\(what)") { try ResultSet.check(ResultSet.results, in: folder) }
      }
      for index in list.indices {
        var flipped = list
        flipped[index] ^= 1 << UInt8(index % 8)
        try expectRefusal(flipped, "byte \(index)")
      }
      // A list of the release before has no last line, and ends with summary.json.
      let last = try #require(String(decoding: list, as: UTF8.self).range(of: "# SHA-256"))
      let older = String(decoding: list, as: UTF8.self)[..<last.lowerBound]
      for length in list.indices where length != older.utf8.count {
        try expectRefusal(Array(list[..<length]), "\(length) bytes")
      }
      try Data(older.utf8).write(to: URL(fileURLWithPath: path))
      try ResultSet.check(ResultSet.results, in: folder)
      try expectRefusal(Array("damaged".utf8), "other text")
      try make("new", in: folder)
      try ResultSet.check(ResultSet.results, in: folder)
      #expect(content("\(folder)/summary.json") == "summary.json new")
    }
  }

  /// What `report`, `compare` and `extend` read.
  @Test func resultsOfTwoAnalysesAreNotRead() throws {
    try withTemporaryFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: plan(plainExample))
      func aggregate(_ sets: [SetSummary]) throws {
        let set = try ResultSet(in: study.resultsPath, list: ResultSet.results)
        try AtomicFile.write(
          fileJSON(StudySummary(study: "example", sets: sets, complete: true, missing: [])),
          to: "\(set.folder)/summary.json")
        try CurvesFile.write(StudyCurves(sets: [], runs: []), to: "\(set.folder)/curves.json")
        try set.commit()
      }
      try aggregate([])
      let old = try #require(files.contents(atPath: "\(study.resultsPath)/summary.json"))
      #expect(try results(of: study).summary.sets.isEmpty)
      try aggregate([SetSummary(point: [:], temperatures: [])])
      #expect(try results(of: study).summary.sets.count == 1)
      try old.write(to: URL(fileURLWithPath: "\(study.resultsPath)/summary.json"))
      #expect(throws: RunFailure.self) { try results(of: study) }
      // Results of the release before have no list.
      try files.removeItem(atPath: "\(study.resultsPath)/results.sha256")
      #expect(try results(of: study).summary.sets.isEmpty)
    }
  }

  @Test func whatAKilledProcessLeftIsRemoved() throws {
    try withTemporaryFolder { folder in
      // No process has this id: it is above the largest.
      let dead = "\(folder)/.new-results.sha256.\(hostName()).4194305.tmp"
      let others = "\(folder)/.new-results.sha256.another-host.4194305.tmp"
      let alive = "\(folder)/.new-results.sha256.\(TemporaryFile.owner).r0.tmp"
      // The number of a living process that began at another time.
      let reused = "\(folder)/.new-results.sha256.\(hostName()).\(getpid())-1.r0.tmp"
      for path in [dead, others, alive, reused] {
        try files.createDirectory(atPath: path, withIntermediateDirectories: true)
      }
      try make("new", in: folder)
      #expect(!files.fileExists(atPath: dead) && !files.fileExists(atPath: reused))
      #expect(files.fileExists(atPath: others) && files.fileExists(atPath: alive))
    }
  }

  @Test(arguments: ["../outside", "/etc/passwd", "a/../../b"])
  func nothingOutsideOfTheFolderIsRemoved(_ name: String) throws {
    try withTemporaryFolder { folder in
      let line = String(repeating: "0", count: 64) + "  \(name)\n"
      try files.createDirectory(atPath: "\(folder)/results", withIntermediateDirectories: true)
      try write("mine", to: "\(folder)/outside")
      try write(line, to: "\(folder)/results/results.sha256")
      #expect(throws: RunFailure.self) { try ResultSet.check(ResultSet.results, in: "\(folder)/results") }
      try make("new", in: "\(folder)/results")
      #expect(content("\(folder)/outside") == "mine")
      try ResultSet.check(ResultSet.results, in: "\(folder)/results")
    }
  }

  @Test func anErrorNamesTheFileThatWasMeant() throws {
    try withTemporaryFolder { folder in
      let set = try ResultSet(in: folder, list: ResultSet.results)
      let error = set.naming(FileError("\(set.folder)/curves.json", .write, code: ENOSPC))
      #expect("\(error)" == "can't write \(folder)/curves.json: No space left on device")
      do { _ = try fileJSON(["a": Double.infinity]) } catch {
        #expect("\(set.naming(error))" == "\(folder): a result is inf: a")
      }
      set.discard()
    }
  }

  @Test func filesOfAComparisonAreReplacedTogether() throws {
    try withTemporaryFolder { folder in
      try write("old", to: "\(folder)/a.md")
      // The second can't be written: its name is that of a folder.
      try files.createDirectory(atPath: "\(folder)/a.json/x", withIntermediateDirectories: true)
      #expect(throws: FileError.self) {
        try FilesTogether.write([
          ("\(folder)/missing/a.html", Data("new".utf8)), ("\(folder)/a.md", Data("new".utf8)),
        ])
      }
      #expect(content("\(folder)/a.md") == "old")
      try FilesTogether.write([
        ("\(folder)/a.html", Data("new".utf8)), ("\(folder)/a.md", Data("new".utf8)),
      ])
      #expect(content("\(folder)/a.md") == "new")
      #expect(try files.contentsOfDirectory(atPath: folder).sorted() == ["a.html", "a.json", "a.md"])
    }
  }
}

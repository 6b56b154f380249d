import Foundation
import Testing

extension WithRanks {
  /// What `aggregate` has read once, it reads again only where something has changed.
  @Suite struct KeptReadingTests {
    private static let names = ["summary.json", "curves.json", "results.h5"]
    private let folder: Folder
    private let study: StudyFolder
    private let whole: [Data?]

    init() throws {
      folder = try Folder()
      study = try StudyFolder(path: try AggregateTests.finished.get().path + "/study").copy(
        to: "\(folder.path)/study")
      whole = Self.names.map { [study] in FileManager.default.contents(atPath: "\(study.results)/\($0)") }
      // Files that have just been written may change again without a new time.
      for run in 0..<2 {
        for name in try FileManager.default.contentsOfDirectory(atPath: study.run(run)) {
          try Self.setTime(try study.run(run) + "/\(name)", Date(timeIntervalSinceNow: -3600))
        }
      }
      try #require(try aggregate().exitCode == 0)
    }

    private static func setTime(_ path: String, _ time: Date) throws {
      try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: path)
    }

    private func aggregate() throws -> CommandResult {
      try paddlewheel("aggregate", study.path, in: folder.path)
    }

    private func results() -> [Data?] {
      Self.names.map { FileManager.default.contents(atPath: "\(study.results)/\($0)") }
    }

    private func kept() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "\(study.results)/readings").sorted()
    }

    /// By its name, the file of a reading, which is another one after it was written anew.
    private func inodes() throws -> [String: Int] {
      var found: [String: Int] = [:]
      for name in try kept() {
        let attributes = try FileManager.default.attributesOfItem(
          atPath: "\(study.results)/readings/\(name)")
        found[name] = attributes[.systemFileNumber] as? Int
      }
      return found
    }

    @Test func anUnchangedRunIsNotReadAgain() throws {
      #expect(results() == whole)
      #expect(try kept() == ["0000-T1000K-r1.json", "0001-T1400K-r1.json"])
      let before = try inodes()
      #expect(try aggregate().exitCode == 0)
      #expect(try inodes() == before)
      #expect(results() == whole)
      // Of the two, the one whose file is another.
      try Self.setTime(try study.run(1) + "/rank-0001.h5", Date(timeIntervalSinceNow: -1800))
      try #require(try aggregateSettled().exitCode == 0)
      let after = try inodes()
      #expect(after["0000-T1000K-r1.json"] == before["0000-T1000K-r1.json"])
      #expect(after["0001-T1400K-r1.json"] != before["0001-T1400K-r1.json"])
    }

    private func aggregateSettled() throws -> CommandResult {
      let result = try aggregate()
      #expect(results() == whole)
      return result
    }

    /// A file that is damaged, and then restored with its old time, is read again both times.
    @Test func aRestoredFileIsReadAgain() throws {
      let path = try study.run(1) + "/rank-0001.h5"
      let time = try #require(
        try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      try Data(count: data.count).write(to: URL(fileURLWithPath: path))
      try Self.setTime(path, time)
      for _ in 0..<2 {
        let changed = try aggregate()
        #expect(changed.exitCode == 3)
        #expect(changed.errors.contains("rank-0001.h5"), "\(changed.errors)")
      }
      try data.write(to: URL(fileURLWithPath: path))
      try Self.setTime(path, time)
      #expect(try aggregate().exitCode == 0)
      #expect(results() == whole)
    }

    /// Nothing is written or removed where a link in the study leads.
    @Test func aLinkInPlaceOfTheFolderIsNotFollowed() throws {
      let other = "\(folder.path)/other"
      try FileManager.default.createDirectory(atPath: other, withIntermediateDirectories: true)
      try folder.write("mine", to: "other/mine.json")
      let readings = "\(study.results)/readings"
      for isNew in [false, true] {
        try FileManager.default.removeItem(atPath: readings)
        try FileManager.default.createSymbolicLink(atPath: readings, withDestinationPath: other)
        // Of files that are too new nothing is kept.
        if isNew {
          for run in 0..<2 { try folder.write("{}", to: "study/runs/\(runName(run))/new.json") }
        }
        _ = try aggregate()
        #expect(try FileManager.default.contentsOfDirectory(atPath: other) == ["mine.json"])
      }
    }

    private func runName(_ run: Int) throws -> String { (try study.run(run) as NSString).lastPathComponent }

    /// Whatever is wrong with what was kept, the results are those of the record.
    @Test func whatIsKeptIsNotBelievedWhereItIsDamaged() throws {
      let path = "\(study.results)/readings/0000-T1000K-r1.json"
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      let digits = try #require(data.dropFirst(2000).firstIndex(of: UInt8(ascii: "3")))
      var flipped = data
      flipped[digits] = UInt8(ascii: "4")
      let empty = data.prefix(65) + Data("{}".utf8)
      for damaged in [flipped, data.prefix(data.count / 2), Data(), empty] {
        try damaged.write(to: URL(fileURLWithPath: path))
        #expect(try aggregate().exitCode == 0)
        #expect(results() == whole)
        let again = FileManager.default.contents(atPath: path)
        #expect(again != damaged && again?.prefix(64) == data.prefix(64))
      }
    }

    /// A reading of a study that is analysed otherwise now is not that of this one.
    @Test func anotherAnalysisReadsAgain() throws {
      let before = FileManager.default.contents(
        atPath: "\(study.results)/readings/0000-T1000K-r1.json")?.prefix(64)
      let path = "\(study.path)/study.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let edited = text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.hasPrefix("# SHA-256") }.joined(separator: "\n")
        .replacing(try Regex("cutoff: 2(\\.0)? Å"), with: "cutoff: 3 Å")
      try #require(edited.contains("cutoff: 3 Å"))
      try Data(edited.utf8).write(to: URL(fileURLWithPath: path))
      #expect(try aggregate().exitCode == 0)
      let after = FileManager.default.contents(
        atPath: "\(study.results)/readings/0000-T1000K-r1.json")?.prefix(64)
      #expect(before != nil && after != nil && before != after)
    }
  }
}

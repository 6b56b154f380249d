import Foundation
import Testing

@testable import StudyStore
@testable import Support

/// Half-written files of processes that were killed.
@Suite struct TemporaryFileTests {
  private let host = hostName()

  private func left(_ names: [String], deadHosts: Set<String> = [], old: [String] = []) async throws
    -> [String]
  {
    try await withFolder { folder in
      for name in names { try write("half", to: "\(folder)/\(name)") }
      for name in old {
        let day = Date(timeIntervalSinceNow: -100_000)
        try FileManager.default.setAttributes([.modificationDate: day], ofItemAtPath: "\(folder)/\(name)")
      }
      TemporaryFile.removeLeftOver(in: folder, deadHosts: deadHosts)
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    }
  }

  @Test func thoseOfTheDeadAreRemoved() async throws {
    let dead = [".checkpoint.a.h5", "state.json", ".claim", ".correlations.h5"].map {
      "\($0).\(host).999999.tmp"
    }
    let claim = ".claim.\(host).999999.123456.tmp"
    let new = ".state.json.\(host).999999-12.tmp"
    #expect(try await left(dead + [claim, new]).isEmpty)
  }

  /// This process has the number now, but it began at another moment.
  @Test func aNumberThatIsAnothersByNowDoesNotKeepThem() async throws {
    let own = ".state.json.\(TemporaryFile.owner).tmp"
    let earlier = ".state.json.\(host).\(getpid())-1.tmp"
    let claims = [".claim.\(TemporaryFile.owner).77.tmp", ".claim.\(host).\(getpid())-1.77.tmp"]
    #expect(try await left([own, earlier] + claims) == [claims[0], own].sorted())
  }

  /// Only age tells of processes on other machines, unless the attempts of that machine have ended.
  @Test func thoseOfOtherMachinesAreKeptForADay() async throws {
    let (a, b) = (".checkpoint.a.h5.node1.4711.tmp", ".checkpoint.b.h5.node2.example.org.4711-5.tmp")
    #expect(try await left([a, b]) == [a, b])
    #expect(try await left([a, b], old: [a]) == [b])
    #expect(try await left([a, b], deadHosts: ["node2.example.org"]) == [a])
  }

  @Test func filesOfTheUserAreKept() async throws {
    let names = ["a.tmp", "data.1.tmp", "notes.tmp", ".tmp", "x.y.z.tmp", "x.\(host).12a.tmp", "1.2.tmpx"]
      .sorted()
    #expect(try await left(names, old: names) == names)
  }

  @Test func linksAreNotFollowed() async throws {
    try await withFolder { folder in
      try write("precious", to: "\(folder)/target")
      let name = "\(folder)/.state.json.\(host).999999.tmp"
      try FileManager.default.createSymbolicLink(atPath: name, withDestinationPath: "\(folder)/target")
      TemporaryFile.removeLeftOver(in: folder)
      #expect(FileManager.default.fileExists(atPath: "\(folder)/target"))
    }
  }

  /// `explain` counts them.
  @Test func whatIsLeftIsCounted() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      try write("1234", to: "\(study.runPath(1))/.checkpoint.a.h5.\(host).999999.tmp")
      #expect(study.leftOverFiles(of: 1) == (1, 4))
      #expect(study.leftOverFiles(of: 0) == (0, 0))
      study.removeLeftOverFiles(of: 1, below: 1)
      #expect(study.leftOverFiles(of: 1) == (0, 0))
    }
  }
}

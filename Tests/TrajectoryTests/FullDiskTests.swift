import Foundation
import TestSupport
import Testing

@testable import Checkpoints
@testable import Support
@testable import Trajectory

/// A disk of 1 MB that only root can make.
private final class TinyDisk {
  let folder: TemporaryFolder
  let isMounted: Bool

  init() throws {
    folder = try TemporaryFolder()
    isMounted =
      getuid() == 0
      && Self.run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path])
  }

  deinit { if isMounted { _ = Self.run("umount", ["-l", folder.path]) } }

  private static func run(_ command: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  static let isPossible = (try? TinyDisk())?.isMounted ?? false
}

extension Requirement {
  /// Whether this process may mount a small disk.
  fileprivate static let tinyDisk = Requirement {
    TinyDisk.isPossible ? nil : "a small disk can't be mounted here: run the tests as root"
  }
}

@Suite(.needs(.tinyDisk))
struct FullDiskTests {
  private let disk: TinyDisk
  private var folder: TemporaryFolder { disk.folder }

  init() throws { disk = try TinyDisk() }

  @Test func aCheckpointThatDoesNotFitLeavesTheOthers() throws {
    let store = CheckpointStore(directory: folder.path)
    let small = CheckpointContent(attempt: 1, doubles: ["x": [1, 2, 3]])
    try store.write(small)
    var later = small
    later.doubles["x"] = [4]
    try store.write(later)
    let large = CheckpointContent(attempt: 1, doubles: ["x": [Double](repeating: 1, count: 1_000_000)])
    let error = #expect(throws: (any Error).self) { try store.write(large) }
    #expect("\(error as Any)".contains(folder.file(".checkpoint.a.h5")))
    #expect("\(error as Any)".contains("No space left on device"))
    #expect(try store.loadNewest()?.content == later)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["checkpoint.a.h5", "checkpoint.b.h5"])
  }

  @Test func anAtomicWriteThatDoesNotFitLeavesTheOldFile() throws {
    let path = folder.file("state.json")
    try AtomicFile.write(Data("old".utf8), to: path)
    let error = #expect(throws: FileError.self) {
      try AtomicFile.write(Data(repeating: 1, count: 4_000_000), to: path)
    }
    #expect(error?.path == path)
    #expect(error?.code == ENOSPC)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  /// The error appears at the flush and names the file; what was flushed before can be read.
  @Test func aRecordThatDoesNotFitIsAnErrorThatNamesTheFile() throws {
    var run = SmallRun()
    run.blockCount = 1
    let writer = try run.writer(folder, block: 0, attempt: 1)
    try run.record(0...100, with: writer, block: 0)
    try writer.flush()
    try #require(FileManager.default.createFile(atPath: folder.file("other"), contents: nil))
    let other = try #require(FileHandle(forWritingAtPath: folder.file("other")))
    var filled = 0
    while (try? other.write(contentsOf: Data(repeating: 1, count: 4096))) != nil { filled += 4096 }
    try other.close()
    let error = #expect(throws: (any Error).self) {
      try run.record(101...20_000, with: writer, block: 0)
      try writer.close()
    }
    #expect("\(error as Any)".contains(writer.path))
    _ = try? writer.close()
    let copy = try TemporaryFolder()
    let name = RankFileName.attempt(block: 0, attempt: 1)
    try FileManager.default.copyItem(atPath: folder.file(name), toPath: copy.file(name))
    let record = try RunRecord(directory: copy.path)
    #expect(record.problems.isEmpty)
    #expect(record.frameCount(of: "mobile") >= 21)
    let read = try record.readPositions(group: "mobile", block: 0, members: 0..<5, frames: 20..<21)
    #expect(read[0] == SmallRun.position(member: 3, step: 100, axis: 0))
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("other"))).count >= filled)
  }
}

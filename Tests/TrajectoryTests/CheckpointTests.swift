import Foundation
import TestSupport
import Testing

@testable import Checkpoints
@testable import Support
@testable import Trajectory

@Suite struct CheckpointTests {
  let folder: TemporaryFolder
  let store: CheckpointStore

  init() throws {
    folder = try TemporaryFolder()
    store = CheckpointStore(directory: folder.path)
  }

  private func content(_ number: Int, attempt: Int = 1) -> CheckpointContent {
    CheckpointContent(
      attempt: attempt,
      doubles: [
        "positions": (0..<3000).map { Double($0 + number) / 3 }, "empty": [], "odd": [-0.0, .infinity],
      ],
      integers: ["step": [Int64(number)], "images": [Int64.min, .max]],
      text: ["note": "Å \(number)", "none": ""])
  }

  private func spoil(_ name: String, at fraction: Double) throws {
    let url = URL(fileURLWithPath: folder.file(name))
    var data = try Data(contentsOf: url)
    data[Int(Double(data.count) * fraction)] ^= 0x10
    try data.write(to: url)
  }

  @Test func nothingThereIsNil() throws { #expect(try store.loadNewest() == nil) }

  @Test func theNewestComesBackExactly() throws {
    for number in 1...5 {
      try store.write(content(number))
      let loaded = try #require(try store.loadNewest())
      #expect(loaded.content == content(number))
      #expect(loaded.note == nil)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["checkpoint.a.h5", "checkpoint.b.h5"])
  }

  /// A flipped bit in the data or a truncated file: the other file is used, and the note names the bad one.
  @Test func damagedNewestFallsBackToTheOther() throws {
    try store.write(content(1))
    try store.write(content(2))
    try spoil("checkpoint.b.h5", at: 0.7)
    let loaded = try #require(try store.loadNewest())
    #expect(loaded.content == content(1))
    #expect(loaded.note?.contains("checkpoint.b.h5") ?? false)

    let handle = try #require(FileHandle(forWritingAtPath: folder.file("checkpoint.b.h5")))
    try handle.truncate(atOffset: 1000)
    try handle.close()
    #expect(try store.loadNewest()?.content == content(1))
    // The damaged one is replaced first.
    try store.write(content(3))
    #expect(try store.loadNewest()?.content == content(3))
    try spoil("checkpoint.b.h5", at: 0.7)
    #expect(try store.loadNewest()?.content == content(1))
    try spoil("checkpoint.a.h5", at: 0.7)
    let error = #expect(throws: RecordError.self) { try store.loadNewest() }
    #expect(error?.description.contains("checkpoint.a.h5") ?? false)
    #expect(error?.description.contains("checkpoint.b.h5") ?? false)
  }

  /// The checksum covers every bit of the arrays.
  @Test(arguments: [0.1, 0.3, 0.5, 0.9]) func aFlippedBitNeverPasses(fraction: Double) throws {
    try store.write(content(1))
    try spoil("checkpoint.a.h5", at: fraction)
    let loaded = Result { try store.loadNewest() }
    switch loaded {
    case .failure: break
    // The bit may lie in space that HDF5 left unused.
    case .success(let value): #expect(value?.content == content(1))
    }
  }

  /// A process that was presumed dead can't replace its successor's checkpoint.
  @Test func anEarlierAttemptIsTurnedAway() throws {
    try store.write(content(1, attempt: 1))
    try store.write(content(2, attempt: 2))
    let error = #expect(throws: RecordError.self) { try store.write(content(3, attempt: 1)) }
    #expect(error?.description.contains("attempt 2 has taken over") ?? false)
    #expect(try store.loadNewest()?.content == content(2, attempt: 2))
  }

  @Test func aNameThatCannotStandInAFileIsAnError() throws {
    #expect(throws: RecordError.self) {
      try store.write(CheckpointContent(attempt: 1, doubles: ["a/b": [1]]))
    }
  }

  @Test func atomicWriteReplacesWholeAndNamesThePathOfAFailure() throws {
    let path = folder.file("state.json")
    try AtomicFile.write(Data("old".utf8), to: path)
    try AtomicFile.write(Data("new".utf8), to: path)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    struct Broken: Error {}
    #expect(throws: Broken.self) {
      try AtomicFile.replace(path) { temporary in
        try Data("half".utf8).write(to: URL(fileURLWithPath: temporary))
        throw Broken()
      }
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "new")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state.json"])
    let lost = folder.file("none/state.json")
    let error = #expect(throws: FileError.self) { try AtomicFile.write(Data(), to: lost) }
    #expect(error?.description.contains(lost) ?? false)
  }
}

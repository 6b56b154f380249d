import Foundation
import Support
import Testing

@testable import Learning

/// The records of a loop are what was written, or are refused by name.
@Suite struct JSONFileTests {
  private func withGeneration(_ body: (GenerationFolder, Generation, [UInt8]) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.path + "/generation-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = LearningFolder(path).generation(2)
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    let generation = Generation(number: 2, rung: 1)
    try generation.write(to: folder)
    try body(folder, generation, Array(try #require(FileManager.default.contents(atPath: folder.record))))
  }

  @Test func noChangedByteIsBelieved() throws {
    try withGeneration { folder, generation, bytes in
      #expect(try Generation.load(folder) == generation)
      for index in bytes.indices {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(index % 8)
        try Data(flipped).write(to: URL(fileURLWithPath: folder.record))
        do { #expect(try Generation.load(folder) == generation, "byte \(index)") } catch let error
          as InputError
        {
          #expect(error.description.contains("generation.json"), "byte \(index): \(error)")
        }
      }
    }
  }

  /// Older versions wrote no digest.
  @Test func aRecordOfTheVersionBeforeIsRead() throws {
    try withGeneration { folder, generation, _ in
      try fileJSON(generation).write(to: URL(fileURLWithPath: folder.record))
      #expect(try Generation.load(folder) == generation)
    }
  }
}

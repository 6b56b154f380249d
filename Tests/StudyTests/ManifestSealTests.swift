import Digest
import Foundation
import Testing

@testable import Manifest
@testable import StudyStore
@testable import Support

/// The manifest of a study says by its first line whether it is what was written.
struct ManifestSealTests {
  private func withStudy(_ body: (String, StudyPlan, [UInt8]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let made = try StudyDirectory(creating: "\(folder)/s", plan: try plan(plainExample))
      let data = try #require(FileManager.default.contents(atPath: "\(folder)/s/study.yaml"))
      try body("\(folder)/s", made.plan, Array(data))
    }
  }

  private func put(_ bytes: [UInt8], in study: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(study)/study.yaml"))
  }

  /// Each byte in turn: refused, or what is read is what was written, as within the words of the comment.
  @Test func noChangedByteIsBelieved() throws {
    try withStudy { study, plan, bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      // Of the comment that holds the digest: only there a byte may change what nobody reads.
      let words = text[..<(try #require(text.firstRange(of: "line: ")).upperBound)].utf8.count
      var refused = 0
      for index in bytes.indices {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(index % 8)
        try put(flipped, in: study)
        do {
          let read = try StudyDirectory(opening: study).plan
          #expect(read.resolvedYAML == plan.resolvedYAML && read.runs == plan.runs, "byte \(index)")
        } catch let error as InputError {
          #expect(error.description.contains("study.yaml"), "byte \(index): \(error)")
          refused += 1
        }
      }
      #expect(refused >= bytes.count - words)
    }
  }

  /// At the end of a line, too, where what is left is a manifest.
  @Test func aCutManifestIsRefused() throws {
    try withStudy { study, _, bytes in
      for length in bytes.indices {
        try put(Array(bytes.prefix(length)), in: study)
        #expect(throws: InputError.self, "\(length) bytes") { try StudyDirectory(opening: study) }
      }
    }
  }

  @Test func anEditIsRefusedWithWhatToDo() throws {
    try withStudy { study, plan, bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      let edited = text.replacing("seed: ", with: "seed: 1")
      try #require(edited != text)
      try put(Array(edited.utf8), in: study)
      let error = #expect(throws: InputError.self) { try StudyDirectory(opening: study) }
      #expect(error?.exitCode == 2)
      #expect(error?.description.contains("remove its first line") == true, "\(String(describing: error))")
      try put(Array(withoutSeal(edited).utf8), in: study)
      #expect(try StudyDirectory(opening: study).plan.resolvedYAML != plan.resolvedYAML)
    }
  }

  /// It is read, and taken for the same study; the file stays as it is.
  @Test func aManifestOfTheVersionBeforeHasNone() throws {
    try withStudy { study, plan, bytes in
      try put(Array(plan.resolvedYAML.utf8), in: study)
      #expect(try StudyDirectory(opening: study).plan.resolvedYAML == plan.resolvedYAML)
      _ = try StudyDirectory(creating: study, plan: try StudyTests.plan(plainExample))
      #expect(
        FileManager.default.contents(atPath: "\(study)/study.yaml") == Data(plan.resolvedYAML.utf8))
    }
  }

  @Test func aManifestWhoseDigestIsItsLastLineIsReadAndChecked() throws {
    try withStudy { study, plan, bytes in
      let yaml = plan.resolvedYAML
      let sealed =
        "\(yaml)# SHA-256 of the lines above; whoever edits them removes this line: \(SHA256.hexadecimal(of: yaml))\n"
      try put(Array(sealed.utf8), in: study)
      #expect(try StudyDirectory(opening: study).plan.resolvedYAML == yaml)
      _ = try StudyDirectory(creating: study, plan: try StudyTests.plan(plainExample))
      try put(Array(sealed.replacing("seed: ", with: "seed: 1").utf8), in: study)
      let error = #expect(throws: InputError.self) { try StudyDirectory(opening: study) }
      #expect(error?.description.contains("remove its last line") == true)
    }
  }

  @Test func aDamagedManifestIsNotTakenForTheSameStudy() throws {
    try withStudy { study, _, bytes in
      var flipped = bytes
      flipped[try #require(bytes.firstIndex(of: UInt8(ascii: ":"))) + 2] ^= 1
      try put(flipped, in: study)
      #expect(throws: InputError.self) {
        _ = try StudyDirectory(creating: study, plan: try StudyTests.plan(plainExample))
      }
    }
  }
}

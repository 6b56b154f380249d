import Foundation
import StudyStore
import Support

/// What one generation has done so far and found: `generation.json`, replaced after each phase.
package struct Generation: Codable, Sendable, Equatable {
  /// From 0, which trains on the frames of the start.
  package let number: Int
  /// Of the ladder, from 0.
  package let rung: Int
  /// What the committee before this generation did in the sweep; nil until then, and in generation 0.
  package var explored: Exploration?
  package var selected: SelectionRecord?
  package var labelled: LabelRecord?
  package var trained: TrainingRecord?
  /// Wall time of each phase, s.
  package var seconds: [Phase: Double] = [:]

  /// The parts of a generation, in their order.
  package enum Phase: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
    case explore, select, label, train
  }

  package init(number: Int, rung: Int) {
    self.number = number
    self.rung = rung
  }

  /// What is done next; nil where all is done.
  package var next: Phase? {
    if number > 0, explored == nil { return .explore }
    if selected == nil { return .select }
    if labelled == nil { return .label }
    return trained == nil ? .train : nil
  }

  /// - Returns: nil where there is none.
  /// - Throws: ``InputError`` for one that can't be read.
  static func load(_ folder: GenerationFolder) throws -> Generation? {
    try JSONFile.load(
      Generation.self, folder.record,
      remedy:
        "restore it, or remove \(folder.path) and the folders of all later generations: they are done again")
  }

  /// - Throws: ``FileError``.
  func write(to folder: GenerationFolder) throws {
    try AtomicFile.write(try SealedRecord.encode(self), to: folder.record)
  }
}

/// JSON that this program has written.
enum JSONFile {
  /// - Parameter remedy: how the user goes on where the file is damaged.
  /// - Returns: nil where there is no file.
  /// - Throws: ``InputError`` for a file that can't be read.
  static func load<T: Decodable>(_ type: T.Type, _ path: String, remedy: String) throws -> T? {
    guard FileKind(at: path) != nil else { return nil }
    let data: Data
    do { data = try FileContents.read(path, most: 1 << 28) } catch {
      throw InputError(place: SourcePlace(file: path), message: error.reason)
    }
    do {
      try SealedRecord.checkDigest(data)
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw InputError(
        place: SourcePlace(file: path), found: "a damaged file", wanted: "what `learn` has written",
        message: remedy)
    }
  }
}

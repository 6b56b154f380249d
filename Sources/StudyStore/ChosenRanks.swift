import Foundation
import Support

/// `ranks.json` of a study: the ranks of runs for which the manifest has `auto`, so that a resumed run has those that it began
/// with, and the same bits.
package struct ChosenRanks: Codable, Equatable, Sendable {
  /// By the run's index.
  package var ranks: [Int: Int] = [:]

  package init(_ ranks: [Int: Int] = [:]) { self.ranks = ranks }

  private static func path(_ study: String) -> String { "\(study)/ranks.json" }

  /// - Throws: ``RunFailure`` where it is damaged.
  package static func read(_ study: String) throws -> ChosenRanks {
    let path = path(study)
    guard FileKind(at: path) != nil else { return ChosenRanks() }
    guard let data = FileContents.own(path, most: 1 << 24) else {
      throw RunFailure("can't read \(path): it is not a file that can be read")
    }
    do { return try SealedRecord.decode(ChosenRanks.self, from: data) } catch {
      throw RunFailure("\(path): \(error)")
    }
  }

  /// - Throws: ``FileError``.
  package func write(_ study: String) throws {
    try AtomicFile.write(try SealedRecord.encode(self), to: Self.path(study))
  }
}

extension ChosenRanks: StudyRecord {
  package func check() throws(RecordFault) {
    for (run, count) in ranks {
      try require(run, "ranks", 0...RecordRange.numbers.upperBound)
      try require(count, "ranks.\(run)", RecordRange.ranks)
    }
  }
}

extension StudyDirectory {
  /// The ranks of a run as far as somebody has decided: the manifest, else the choice that was made for it, else the ranks
  /// with which it has begun.
  package func decidedRanks(of index: Int, _ chosen: ChosenRanks) -> Int? {
    if let ranks = runs[index].manifest.ranks { return ranks }
    if let ranks = chosen.ranks[index] { return ranks }
    guard attempts(at: index).newest > 0 else { return nil }
    return state(of: index).ranks
  }
}

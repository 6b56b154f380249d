import Foundation
import Support

/// The attempts at one run, from the files in its directory.
package struct AttemptHistory {
  /// The run's directory.
  package let directory: String

  package init(directory: String) {
    self.directory = directory
  }

  private var files: NumberedRecords<AttemptRecord> {
    NumberedRecords(folder: directory, prefix: "attempt-", digits: 1, encode: Self.encoded)
  }

  /// The highest number that is taken, 0 for none: by a record, or by files of a version that kept no records.
  ///
  /// 0 also where the directory can't be listed: whoever looks at a run's state is then left with `state.json`.
  package var newest: Int { (try? highestNumber()) ?? 0 }

  private func highestNumber() throws -> Int {
    try folderContents(directory).lazy.compactMap(Self.number).max() ?? 0
  }

  /// `attempt-3.json`, `rank-0001.attempt-3.h5`.
  private static func number(_ name: String) -> Int? {
    guard let range = name.range(of: "attempt-") else { return nil }
    // A larger number is none of ours, and would leave no next one.
    return Int(name[range.upperBound...].prefix { $0.isNumber })
      .flatMap { RecordRange.numbers.contains($0) ? $0 : nil }
  }

  /// Oldest first; a record that can't be read is left out, for the others still tell most of the history.
  package func records() -> [AttemptRecord] {
    ((try? files.numbers()) ?? []).compactMap(record)
  }

  /// Nil where it does not exist or can't be read; a file that is being replaced is always whole.
  package func record(_ attempt: Int) -> AttemptRecord? {
    guard let record = try? files.record(attempt), record.attempt == attempt else { return nil }
    return record
  }

  /// Why the record of an attempt can't be read; nil where it can, or where there is none.
  package func problem(with attempt: Int) -> String? {
    guard FileManager.default.fileExists(atPath: files.path(attempt)) else { return nil }
    do {
      let record = try files.record(attempt)
      return record.attempt == attempt ? nil : "\(files.path(attempt)): found attempt \(record.attempt)"
    } catch { return "\(error)" }
  }

  /// What came of a claim.
  package enum Claim: Equatable, Sendable {
    case taken(AttemptRecord)
    /// Another process has been faster, or is at work.
    case held(AttemptRecord)
  }

  /// Takes the next free number, above `number`, unless a newer attempt is at work. Of several processes that try at the
  /// same time one gets it, and the others find it.
  /// - Parameter isHeld: whether an attempt that has no end is at work.
  /// - Throws: ``RunFailure``, ``FileError``.
  package func claim(above number: Int, ranks: Int, isHeld: (AttemptRecord) throws -> Bool) throws -> Claim {
    while true {
      let newest = try highestNumber()
      // A record that can't be read names nobody.
      if newest > 0, let there = record(newest), try isHeld(there) { return .held(there) }
      let own = AttemptRecord(attempt: max(number, newest) + 1, ranks: ranks)
      if try files.create(own, number: own.attempt) { return .taken(own) }
    }
  }

  /// Replaces a record; only its own attempt may, or the launcher that has seen it end.
  ///
  /// On a full disk it is overwritten in place: the file has room for that from the start.
  /// - Throws: ``FileError``.
  package func write(_ record: AttemptRecord) throws {
    do { try files.write(record, number: record.attempt) } catch let full as FileError {
      // The first error names the cause; one of the second way would not.
      do { try overwrite(record) } catch { throw full }
    }
  }

  private func overwrite(_ record: AttemptRecord) throws {
    let data = try Self.encoded(record)
    guard data.count == Self.size else { throw RunFailure("the record is too long to be overwritten") }
    let path = files.path(record.attempt)
    let descriptor = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path, .open) }
    defer { close(descriptor) }
    try AtomicFile.writeAll(data, to: descriptor, named: path)
    guard fsync(descriptor) == 0 else { throw FileError(path, .synchronise) }
  }

  /// One page, so that the end of the attempt, with its message, has room on a disk that is full by then.
  private static let size = 4096

  private static func encoded(_ record: AttemptRecord) throws -> Data {
    var record = record
    record.message = record.message.map { String($0.prefix(2000)) }
    let data = try SealedRecord.encode(record)
    let padding = Data(repeating: UInt8(ascii: " "), count: max(0, size - data.count))
    // The line's end stays the last byte.
    return data.dropLast() + padding + data.suffix(1)
  }
}

import Foundation
import Glibc
import Support

/// One start of a run: `attempt-2.json` in the run's directory, which only that attempt writes.
///
/// Its creation claims the number, so that of two starts at the same moment each has one of its own; and as no
/// other attempt ever writes it, its last word is to be believed, whatever an older attempt that was thought
/// dead still does to `state.json`.
package struct AttemptRecord: Codable, Equatable, Sendable {
  /// Where a checkpoint stands.
  package struct Progress: Codable, Equatable, Sendable {
    package var stage: String
    /// Of the stage.
    package var step: Int

    package init(stage: String, step: Int) {
      self.stage = stage
      self.step = step
    }
  }

  /// From 1.
  package var attempt: Int
  package var host: String
  /// Of rank 0.
  package var pid: Int
  package var ranks: Int
  /// Nil for one that no scheduler started.
  package var job: SlurmJob?
  /// As the scheduler names the node.
  package var node: String?
  package var started_s: Double
  /// The checkpoint that it went on from; nil until it is loaded, `start` at step 0 where there was none.
  package var from: Progress?
  /// `stopped`, `failed` or `done`; nil while it runs, and for ever where it was killed.
  package var ended: RunState.Phase?
  package var ended_s: Double?
  package var message: String?
  /// That its failure ended with; 2 is an error of the input, which no new start mends.
  package var exitCode: Int32?

  package enum CodingKeys: String, CodingKey {
    case attempt, host, pid, ranks, job, node, from, ended, message
    case exitCode = "exit_code"
    case started_s = "started_s"
    case ended_s = "ended_s"
  }

  /// - Parameter environment: tells of the scheduler's job.
  package init(attempt: Int, ranks: Int, environment: [String: String] = ProcessInfo.processInfo.environment)
  {
    self.attempt = attempt
    self.ranks = ranks
    host = hostName()
    pid = Int(ProcessInfo.processInfo.processIdentifier)
    job = SlurmJob(environment: environment)
    node = environment["SLURMD_NODENAME"]
    started_s = Date().timeIntervalSince1970
  }
}

extension AttemptRecord.Progress {
  /// Of a run without a checkpoint.
  package static let start = AttemptRecord.Progress(stage: "start", step: 0)
}

/// The attempts at one run, as their files tell.
package struct AttemptHistory {
  /// The run's directory.
  package let directory: String

  package init(directory: String) {
    self.directory = directory
  }

  private func path(_ attempt: Int) -> String { "\(directory)/attempt-\(attempt).json" }

  /// The highest number that is taken: by a record, or by files of a version that kept none.
  package var newest: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.lazy.compactMap(Self.number).max() ?? 0
  }

  /// `attempt-3.json`, `rank-0001.attempt-3.h5`.
  private static func number(_ name: String) -> Int? {
    guard let range = name.range(of: "attempt-") else { return nil }
    return Int(name[range.upperBound...].prefix { $0.isNumber })
  }

  /// Oldest first; a record that can't be read is left out.
  package func records() -> [AttemptRecord] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    let numbers = names.filter { $0.hasPrefix("attempt-") && $0.hasSuffix(".json") }.compactMap(Self.number)
    return numbers.sorted().compactMap(record)
  }

  package func record(_ attempt: Int) -> AttemptRecord? {
    FileManager.default.contents(atPath: path(attempt)).flatMap {
      try? JSONDecoder().decode(AttemptRecord.self, from: $0)
    }
  }

  /// Takes the next free number, above `number`. A link, unlike a lock, is atomic on every shared file system
  /// and leaves a whole file.
  /// - Throws: ``RunFailure``.
  package func claim(above number: Int, ranks: Int) throws -> AttemptRecord {
    var next = max(number, newest) + 1
    while true {
      let record = AttemptRecord(attempt: next, ranks: ranks)
      if try AtomicFile.createExclusively(try encoded(record), at: path(next)) { return record }
      next += 1
    }
  }

  /// Writes a record anew; only its own attempt may, or the launcher that has seen it end.
  ///
  /// Where the disk is full it is written over in place: the file has room for that from the start.
  /// - Throws: ``RunFailure``.
  package func write(_ record: AttemptRecord) throws {
    let data = try encoded(record)
    do { try AtomicFile.write(data, to: path(record.attempt)) } catch {
      guard data.count == Self.size, let handle = FileHandle(forUpdatingAtPath: path(record.attempt)) else {
        throw error
      }
      defer { try? handle.close() }
      guard (try? handle.write(contentsOf: data)) != nil, (try? handle.synchronize()) != nil else {
        throw error
      }
    }
  }

  /// One page, so that the last word, a message too, finds room where there is none left.
  private static let size = 4096

  private func encoded(_ record: AttemptRecord) throws -> Data {
    var record = record
    record.message = record.message.map { String($0.prefix(2000)) }
    let data = try fileJSON(record)
    let padding = Data(repeating: UInt8(ascii: " "), count: max(0, Self.size - data.count))
    // The line's end stays the last byte.
    return data.dropLast() + padding + data.suffix(1)
  }
}

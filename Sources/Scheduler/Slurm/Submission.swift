import Foundation
import StudyStore
import Support

/// What `submit` sent to Slurm at one time: `submissions/0001.json`, which only `submit` writes.
///
/// Its creation claims the runs before anything is sent, under a name that no other job has: whoever comes later
/// can find out whether Slurm has taken it, also where this process died in between.
package struct Submission: Codable, Equatable, Sendable {
  /// An array; the task of a run is its index minus the offset.
  package struct Part: Codable, Equatable, Sendable {
    package var offset: Int
    package var runs: [Int]
    package var jobName: String
    /// Slurm's number; nil until sbatch has given it.
    package var job: Int?

    enum CodingKeys: String, CodingKey {
      case offset, runs, job
      case jobName = "job_name"
    }
  }

  package var number: Int
  package var created_s: Double
  package var host: String
  package var pid: Int
  package var site: SiteProfile
  package var ranks: Int
  package var parts: [Part]
  /// The job that makes the results.
  package var coordinator: Int?
  /// Whether `submit` has done all that it could; what has no job then was not submitted.
  package var isFinished = false

  enum CodingKeys: String, CodingKey {
    case number, host, pid, site, ranks, parts, coordinator
    case created_s = "created_s"
    case isFinished = "finished"
  }

  /// The element of a run; nil where it is not part of this submission, or Slurm has not taken it yet.
  func job(of run: Int) -> SlurmJob? {
    for part in parts where part.runs.contains(run) {
      return part.job.map { SlurmJob(job: $0, task: run - part.offset) }
    }
    return nil
  }

  func contains(_ run: Int) -> Bool { parts.contains { $0.runs.contains(run) } }
}

/// The submissions of a study.
struct SubmissionFolder {
  /// Of the study.
  let study: String

  var path: String { "\(study)/submissions" }

  func scriptPath(_ number: Int, _ kind: String = "") -> String {
    "\(path)/\(Self.digits(number))\(kind).sh"
  }

  /// Where the elements' output goes.
  func outputPath(_ number: Int) -> String { "\(path)/\(Self.digits(number))" }

  private static func digits(_ number: Int) -> String { String(format: "%04d", number) }

  private func recordPath(_ number: Int) -> String { "\(path)/\(Self.digits(number)).json" }

  private var numbers: [Int] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasSuffix(".json") }.compactMap { Int($0.dropLast(5)) }.sorted()
  }

  /// Oldest first.
  /// - Throws: ``RunFailure`` for a record that can't be read: what it sent might be sent again.
  func all() throws -> [Submission] {
    try numbers.map { number in
      guard let data = FileManager.default.contents(atPath: recordPath(number)),
        let submission = try? JSONDecoder().decode(Submission.self, from: data)
      else {
        throw RunFailure("\(recordPath(number)) can't be read; what it submitted can't be told")
      }
      return submission
    }
  }

  /// Gives a submission the next free number and writes it down.
  /// - Throws: ``RunFailure``.
  func claim(_ make: (Int) -> Submission) throws -> Submission {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw RunFailure("can't create \(path): \(error.localizedDescription)")
    }
    var number = (numbers.last ?? 0) + 1
    while true {
      let submission = make(number)
      if try AtomicFile.createExclusively(try fileJSON(submission), at: recordPath(number)) {
        return submission
      }
      number += 1
    }
  }

  func write(_ submission: Submission) throws {
    try AtomicFile.write(try fileJSON(submission), to: recordPath(submission.number))
  }
}

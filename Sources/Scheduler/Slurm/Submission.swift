import SlurmCommands
import StudyStore
import Support

/// One `submit` to Slurm: `submissions/0001.json`, which only that `submit` writes.
///
/// The file claims the runs before anything is submitted, under a job name that no other job has: so a later `submit` can
/// find out whether Slurm has accepted the job, even if this process died in between.
package struct Submission: Codable, Equatable, Sendable {
  /// A job array; the array task of a run is its index minus the offset, unless the tasks take many runs.
  package struct Part: Codable, Equatable, Sendable {
    package var offset: Int
    package var runs: [Int]
    package var jobName: String
    /// The job id; nil until sbatch has returned it.
    package var job: Int?
    /// On which it is, as sbatch has printed it; empty where it has printed none, nil in records of an older version.
    package var cluster: String?
    /// Array tasks 0, 1, … that take its runs as they come; nil where each run has its own.
    package var packs: Int?

    enum CodingKeys: String, CodingKey {
      case offset, runs, job, cluster, packs
      case jobName = "job_name"
    }
  }

  /// A run when it was submitted.
  package struct Standing: Codable, Equatable, Sendable {
    package var progress: AttemptRecord.Progress
    package var withoutProgress: Int
  }

  package var number: Int
  package var created_s: Double
  package var host: String
  package var pid: Int
  /// What tells the process from a later one of that number; nil in the records of an older version.
  package var process: ProcessIdentity.Origin?
  package var site: SiteProfile
  package var ranks: Int
  package var parts: [Part]
  /// Of array tasks that take many runs each.
  package var pack: PackShape?
  /// The job that computes the results.
  package var coordinator: Int?
  /// Runs that Slurm's limit of jobs leaves for the coordinator to submit; nil for none.
  package var rest: [Int]?
  /// By run: where it stood, and how many submissions in a row have not brought it further; nil with Slurm, whose tasks count
  /// their attempts.
  package var standings: [Int: Standing]?
  /// Command line that the coordinator of the last portion runs after the results.
  package var afterwards: String?
  /// Whether `submit` has ended; a part without a job was then not submitted.
  package var isFinished = false

  enum CodingKeys: String, CodingKey {
    case number, host, pid, process, site, ranks, parts, pack, coordinator, rest, standings
    case afterwards
    case created_s = "created_s"
    case isFinished = "finished"
  }
}

extension Submission {
  /// The runs that are left for another submission: those that could not be sent and, where no task requeues itself as
  /// Slurm's do, those of this one.
  package var left: [Int] { ((rest ?? []) + (site.batch == nil ? [] : parts.flatMap(\.runs))).sorted() }

  /// Where its jobs are.
  var cluster: SlurmCluster {
    guard let batch = site.batch else { return site.cluster }
    return KnownBatchCommands.has(batch) ? .templates(batch) : .unknown
  }

  /// Where a part's job is.
  func cluster(of part: Part) -> SlurmCluster {
    part.job == nil || site.batch != nil ? cluster : SlurmCluster(recorded: part.cluster)
  }

  /// - Throws: ``InputError`` where there is none of that number; ``RunFailure`` where it can't be read.
  package static func recorded(_ number: Int, of study: StudyDirectory) throws -> Submission {
    try SubmissionFolder(study: study.path).submission(number)
  }

  /// The process that submits, or has submitted.
  var identity: ProcessIdentity { ProcessIdentity(host: host, pid: pid, origin: process) }
}

extension Submission: StudyRecord {
  package func check() throws(RecordFault) {
    let jobs = 1...Int(UInt32.max)
    let indices = 0...RecordRange.numbers.upperBound
    try require(number, "number", RecordRange.numbers)
    try require(date_s: created_s, "created_s")
    try require(pid, "pid", RecordRange.processes)
    try require(ranks, "ranks", RecordRange.ranks)
    try require(coordinator, "coordinator", jobs)
    for (index, part) in parts.enumerated() {
      try require(part.offset, "parts.\(index).offset", indices)
      try require(part.job, "parts.\(index).job", jobs)
      try require(part.packs, "parts.\(index).packs", 1...4_000_001)
      if let name = part.cluster, name.wholeMatch(of: /[A-Za-z0-9_.-]{0,255}/) == nil || name.hasPrefix("-") {
        throw RecordFault(key: "parts.\(index).cluster", found: name, wanted: "the name of a cluster")
      }
      for run in part.runs { try require(run, "parts.\(index).runs", indices) }
    }
    for run in rest ?? [] { try require(run, "rest", indices) }
    for standing in (standings ?? [:]).values {
      try require(standing.withoutProgress, "standings", 0...1_000_000)
    }
    try checkBatch()
    try require(pack?.cores, "pack.cores", RecordRange.ranks)
    try require(pack?.threads, "pack.threads", 1...1024)
    try require(pack?.memory_bytes, "pack.memory_bytes", 0...1e18)
    let numbers = [
      ("ranksPerNode", site.ranksPerNode), ("maxRunning", site.maxRunning),
      ("maxArraySize", site.maxArraySize), ("retries", site.retries),
      ("coordinator.cores", site.coordinator.cores),
    ]
    for (key, value) in numbers { try require(value, "site.\(key)", indices) }
    let times = [
      ("timeLimit_s", site.timeLimit_s), ("signalMargin_s", site.signalMargin_s),
      ("retryDelay_s", site.retryDelay_s), ("coordinator.timeLimit_s", site.coordinator.timeLimit_s),
    ]
    for (key, value) in times { try require(value, "site.\(key)", 0...1e12) }
  }
}

extension Submission {
  /// What a site profile is not read with.
  private func checkBatch() throws(RecordFault) {
    guard let batch = site.batch else { return }
    for (key, words) in [("submit", batch.submit), ("list", batch.list), ("cancel", batch.cancel)] {
      guard let first = words.first, !first.isEmpty, !words.contains(where: { $0.contains("\0") }) else {
        throw RecordFault(key: "site.batch.\(key)", found: "\(words)", wanted: "a command")
      }
    }
    for (key, name) in [("jobVariable", batch.jobVariable), ("taskVariable", batch.taskVariable)]
    where name.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) == nil {
      throw RecordFault(key: "site.batch.\(key)", found: name, wanted: "the name of a variable")
    }
  }
}

/// The submissions of a study.
struct SubmissionFolder {
  /// Of the study.
  let study: String

  private var path: String { "\(study)/submissions" }
  private var files: NumberedRecords<Submission> { NumberedRecords(folder: path) }

  func scriptPath(_ number: Int, _ kind: String = "") -> String { "\(outputPath(number))\(kind).sh" }

  /// The folder of the array tasks' output.
  func outputPath(_ number: Int) -> String { String(files.path(number).dropLast(".json".count)) }

  /// Oldest first.
  /// - Throws: ``RunFailure`` for a record that can't be read: its runs might be submitted again.
  func all() throws -> [Submission] { try files.all() }

  /// - Throws: ``InputError`` where there is none of that number; ``RunFailure`` where it can't be read.
  func submission(_ number: Int) throws -> Submission {
    guard try files.numbers().contains(number) else {
      throw InputError(found: "the submission \(number)", wanted: "a submission of this study")
    }
    return try files.record(number)
  }

  /// The number of the next submission.
  func nextNumber() throws -> Int { (try files.numbers().last ?? 0) + 1 }

  /// Gives a submission the next free number and creates its record.
  /// - Throws: ``RunFailure``, ``FileError``.
  func claim(_ make: (Int) -> Submission) throws -> Submission {
    try files.claim(from: try nextNumber(), make)
  }

  /// - Throws: ``FileError``.
  func write(_ submission: Submission) throws { try files.write(submission, number: submission.number) }
}

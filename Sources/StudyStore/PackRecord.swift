import Foundation
import Support

/// One start of a pack, an array task that takes many runs: `submissions/0001/pack-3.0.json` of task 3 before its first restart,
/// which only that start writes.
package struct PackRecord: Codable, Equatable, Sendable {
  /// Core-seconds.
  package struct Use: Codable, Equatable, Sendable {
    /// Of all cores that the pack has.
    package var held = 0.0
    /// Of those on which runs were going.
    package var busy = 0.0

    package init(held: Double = 0, busy: Double = 0) {
      self.held = held
      self.busy = busy
    }
  }

  package var submission: Int
  package var job: SlurmJob
  package var node: String?
  package var host: String
  package var pid: Int
  package var process: ProcessIdentity.Origin?
  /// Cores that it has.
  package var cores: Int
  package var started_s: Double
  /// Grows while it lives.
  package var beats = 0
  /// Indices of the runs that go.
  package var going: [Int] = []
  /// Runs that it has completed.
  package var done = 0
  package var use = Use()
  /// The use up to the moment from which cores were free because no run was left to be taken; nil before it.
  package var beforeLastWave: Use?
  package var hasEnded = false

  enum CodingKeys: String, CodingKey {
    case submission, job, node, host, pid, process, cores, started_s, beats, going, done, use
    case beforeLastWave = "before_last_wave"
    case hasEnded = "ended"
  }

  package init(
    submission: Int, job: SlurmJob, node: String?, cores: Int, identity: ProcessIdentity = .current
  ) {
    self.submission = submission
    self.job = job
    self.node = node
    self.cores = cores
    host = identity.host
    pid = identity.pid
    process = identity.origin
    started_s = Date().timeIntervalSince1970
  }
}

extension PackRecord: StudyRecord {
  package func check() throws(RecordFault) {
    try require(submission, "submission", RecordRange.numbers)
    try require(pid, "pid", RecordRange.processes)
    try require(cores, "cores", RecordRange.ranks)
    try require(date_s: started_s, "started_s")
    try job.check("job")
    for (key, use) in [("use", use), ("before_last_wave", beforeLastWave ?? Use())] {
      try require(use.held, "\(key).held", 0...1e15)
      try require(use.busy, "\(key).busy", 0...1e15)
    }
  }
}

/// The packs of a submission.
package struct PackRecords {
  /// `submissions/0001`.
  private let folder: String

  package init(folder: String) { self.folder = folder }

  private func path(_ job: SlurmJob) -> String { "\(folder)/pack-\(job.task ?? 0).\(job.restart).json" }

  /// - Throws: ``FileError``.
  package func write(_ record: PackRecord) throws {
    try AtomicFile.write(try SealedRecord.encode(record), to: path(record.job))
  }

  /// Of one start; nil where there is none that can be read.
  package func record(of job: SlurmJob) -> PackRecord? { read(path(job)) }

  /// Without those that can't be read: they are counts for people to see.
  package func all() -> [PackRecord] {
    ((try? folderContents(folder)) ?? []).filter { $0.hasPrefix("pack-") && $0.hasSuffix(".json") }.sorted()
      .compactMap { read("\(folder)/\($0)") }
  }

  private func read(_ path: String) -> PackRecord? {
    FileContents.own(path, most: 1 << 20).flatMap { try? SealedRecord.decode(PackRecord.self, from: $0) }
  }
}

/// How busy the packs of one submission have kept their cores.
package struct PackEfficiency: Codable, Equatable, Sendable {
  package var submission: Int
  /// Array tasks that have begun, each counted once.
  package var packs: Int
  /// Runs that they have completed.
  package var done: Int
  package var coreSecondsHeld: Double
  package var coreSecondsBusy: Double
  /// Busy over held; nil where nothing was held.
  package var efficiency: Double?
  /// The same up to the moment from which a pack had no further run to take.
  package var efficiencyBeforeLastWave: Double?

  enum CodingKeys: String, CodingKey {
    case submission, packs, done, efficiency
    case coreSecondsHeld = "core_seconds_held"
    case coreSecondsBusy = "core_seconds_busy"
    case efficiencyBeforeLastWave = "efficiency_before_last_wave"
  }

  /// Nil where no pack has begun.
  package init?(submission: Int, _ records: [PackRecord]) {
    guard !records.isEmpty else { return nil }
    func sum(_ uses: [PackRecord.Use]) -> PackRecord.Use {
      uses.reduce(into: PackRecord.Use()) {
        $0.held += $1.held
        $0.busy += $1.busy
      }
    }
    let all = sum(records.map(\.use))
    let before = sum(records.map { $0.beforeLastWave ?? $0.use })
    self.submission = submission
    packs = Set(records.map { $0.job.task ?? 0 }).count
    done = records.reduce(0) { $0 + $1.done }
    coreSecondsHeld = all.held
    coreSecondsBusy = all.busy
    efficiency = all.held > 0 ? min(1, all.busy / all.held) : nil
    efficiencyBeforeLastWave = before.held > 0 ? min(1, before.busy / before.held) : nil
  }

  /// `submission 1: 24 runs done in 3 packs, 96.3 % of 12.40 core-hours busy, 99.0 % until no run was left to start`.
  package var line: String {
    func percent(_ share: Double?) -> String { share.map { String(format: "%.1f %%", 100 * $0) } ?? "–" }
    let hours = String(format: "%.2f", coreSecondsHeld / 3600)
    return "submission \(submission): \(done) runs done in \(packs) \(packs == 1 ? "pack" : "packs"), "
      + "\(percent(efficiency)) of \(hours) core-hours busy"
      + (efficiencyBeforeLastWave == efficiency
        ? "" : ", \(percent(efficiencyBeforeLastWave)) until no run was left to start")
  }
}

extension StudyDirectory {
  /// Of the submissions that had packs, oldest first.
  package func packEfficiencies() -> [PackEfficiency] {
    // None where the folder can't be listed: they are for people to see.
    let folders = ((try? folderContents("\(path)/submissions")) ?? []).filter { !$0.contains(".") }
    return folders.sorted().compactMap { name in
      Int(name).flatMap { number in
        PackEfficiency(submission: number, PackRecords(folder: "\(path)/submissions/\(name)").all())
      }
    }
  }
}

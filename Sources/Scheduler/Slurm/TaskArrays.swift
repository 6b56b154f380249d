import Foundation
import SlurmCommands
import StudyStore
import Support

/// Submits tasks that belong to no study as Slurm arrays: each runs one command with an argument of its own. Scripts, outputs
/// and records stand in `submissions/` of a folder, in which the commands start. One process at a time submits there.
package struct TaskArrays: Sendable {
  /// Absolute.
  private let folder: String
  private let site: SiteProfile
  private let ranks: Int
  private let resumes: Bool
  private let slurm: Slurm

  /// - Parameters:
  ///   - ranks: Slurm's tasks for each of ours.
  ///   - resumes: whether the command goes on where it was when Slurm restarts its task, as a ``RequeuedCommand`` does.
  ///   - log: called with each failure of Slurm that is retried.
  package init(
    folder: String, site: SiteProfile, ranks: Int, resumes: Bool = false,
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.resumes = resumes
    self.folder = folder
    self.site = site
    self.ranks = ranks
    slurm = Slurm(cluster: site.cluster, log: log)
  }

  private var records: NumberedRecords<TaskArray> { NumberedRecords(folder: "\(folder)/submissions") }

  /// Arguments of the tasks that wait or run, as far as Slurm knows.
  /// - Throws: ``RunFailure`` where it does not answer: a task might be submitted twice.
  package func active() async throws -> Set<String> {
    var active: Set<String> = []
    do {
      for array in try records.all() {
        for part in array.parts {
          var jobs = part.job.map { [$0] } ?? []
          // Its submission may have been interrupted between sbatch and the record.
          if part.job == nil, !array.isFinished { jobs = try await slurm.jobs(named: part.jobName) }
          for (job, entry) in try await slurm.queue(of: jobs).entries where entry.isActive {
            let tasks = job.task.map { [$0] } ?? Array(0..<part.count)
            active.formUnion(
              tasks.filter { (0..<part.count).contains($0) }.map { array.tasks[part.offset + $0] })
          }
        }
      }
    } catch let error as Slurm.NoAnswer {
      throw RunFailure("Slurm can't be queried for the tasks of \(folder) (\(error)); nothing was submitted")
    }
    return active
  }

  /// The script of a submission, for a look at it.
  /// - Throws: ``InputError`` for a value that can't stand in a script.
  package func preview(_ command: [String]) throws -> String {
    try script((try records.numbers().last ?? 0) + 1, command)
  }

  /// Submits tasks.
  /// - Parameters:
  ///   - arguments: one for each task, unique and without line breaks.
  ///   - command: the program and its arguments before the task's.
  ///   - name: that jobs begin with.
  /// - Returns: the arrays' job ids.
  /// - Throws: ``RunFailure`` with the error of sbatch, ``InputError``, ``FileError``.
  package func submit(_ arguments: [String], command: [String], name: String) async throws -> [Int] {
    guard site.batch == nil else {
      throw InputError(
        key: "batch", found: "the commands of another batch system", wanted: "Slurm: only runs go to others")
    }
    _ = try script(1, command)
    for argument in arguments { try withoutControlCharacters(argument, "an argument of a task") }
    let most = await site.arraySize(slurm)
    let unique = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    var array = try records.claim(from: (try records.numbers().last ?? 0) + 1) { number in
      TaskArray(
        number: number, tasks: arguments,
        parts: stride(from: 0, to: arguments.count, by: most).enumerated().map { index, offset in
          TaskArray.Part(
            offset: offset, count: min(most, arguments.count - offset),
            jobName: "\(name).\(number).\(index).\(unique)")
        })
    }
    do {
      try await send(&array, try write(array, command))
    } catch {
      array.isFinished = true
      try records.write(array, number: array.number)
      throw (error as? Slurm.SubmitLimit).map { RunFailure("\($0)") } ?? error
    }
    array.isFinished = true
    try records.write(array, number: array.number)
    return array.parts.compactMap(\.job)
  }

  /// The path of a submission's files, without an ending.
  private func stem(_ number: Int) -> String { String(records.path(number).dropLast(".json".count)) }

  /// - Returns: the script's text.
  private func write(_ array: TaskArray, _ command: [String]) throws -> String {
    let stem = stem(array.number)
    try OwnFolder.make(stem, in: folder)
    try AtomicFile.write(array.tasks.joined(separator: "\n") + "\n", to: "\(stem).txt")
    let text = try script(array.number, command)
    try AtomicFile.write(text, to: "\(stem).sh")
    return text
  }

  private func send(_ array: inout TaskArray, _ text: String) async throws {
    let throttle = site.maxRunning.map { "%\(max(1, $0 / max(1, array.parts.count)))" } ?? ""
    for index in array.parts.indices {
      let part = array.parts[index]
      array.parts[index].job = try await slurm.submit(
        ["--array=0-\(part.count - 1)\(throttle)", "\(stem(array.number)).sh", String(part.offset)],
        name: part.jobName, options: JobScript.options(of: text)
      ).job
      try records.write(array, number: array.number)
    }
  }

  /// Between the signal and the time limit, s: enough for an epoch's checkpoint.
  private static func margin_s(_ site: SiteProfile) -> Double {
    site.signalMargin_s ?? min(120, site.timeLimit_s / 2)
  }

  private func script(_ number: Int, _ command: [String]) throws -> String {
    let batch = BatchScript(site: site)
    let stem = stem(number)
    let directives =
      try batch.directives(timeLimit_s: site.timeLimit_s, output: "\(stem)/%a.out", of: folder)
      + batch.rankDirectives(ranks)
      + (resumes ? ["--signal=B:USR1@\(Int(Self.margin_s(site).rounded(.up)))", "--requeue"] : [])
      + site.directives
    return try batch.text(
      directives,
      [
        "cd \(shellQuoted(folder)) || exit 1",
        "argument=$(sed -n \"$((SLURM_ARRAY_TASK_ID + $1 + 1))p\" \(shellQuoted("\(stem).txt")))",
        "exec \(command.map(shellQuoted).joined(separator: " ")) \"$argument\"",
      ])
  }
}

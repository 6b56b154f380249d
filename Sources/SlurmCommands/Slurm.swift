import Foundation
import StudyStore
import Support

/// Slurm's commands, repeated where the scheduler is too busy to answer.
package struct Slurm: Sendable {
  /// Slurm could not be reached, or reported an error.
  package struct NoAnswer: Error, CustomStringConvertible {
    package var description: String

    package init(description: String) { self.description = description }
  }

  /// The user, account or quality of service may not have so many jobs at once.
  package struct SubmitLimit: Error, CustomStringConvertible {
    /// Of sbatch.
    package var message: String
    package var description: String { "sbatch: \(message)" }
  }

  /// Time limit of a command, s.
  package var timeout_s: Double
  /// Delay before the first repetition of a command that failed, s; doubled before each further one.
  package var firstDelay_s: Double
  package var repetitions: Int
  /// That is asked; sbatch goes by its options.
  package var cluster: SlurmCluster
  /// Called with each failure that is retried.
  package var log: @Sendable (String) -> Void

  package init(
    timeout_s: Double = 60, firstDelay_s: Double = 1, repetitions: Int = 5, cluster: SlurmCluster = .ofShell,
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.timeout_s = timeout_s
    self.firstDelay_s = firstDelay_s
    self.repetitions = repetitions
    self.cluster = cluster
    self.log = log
  }

  /// The same for another cluster.
  package func at(_ cluster: SlurmCluster) -> Slurm {
    var other = self
    if cluster != .ofShell { other.cluster = cluster }
    return other
  }

  // MARK: submit

  /// Submits a script, and retries where Slurm is busy; a job that it may have accepted in spite of a failure is looked up
  /// first, so that nothing is submitted twice.
  /// - Parameters:
  ///   - name: of the job, unique.
  ///   - options: that the script sets, which the user's environment must not replace.
  /// - Throws: ``SubmitLimit`` where fewer tasks may be accepted; ``RunFailure`` with the error of sbatch.
  package func submit(_ arguments: [String], name: String, options: Set<String>) async throws -> SubmittedJob
  {
    var problem = ""
    for attempt in 0...repetitions {
      if attempt > 0 {
        let delay_s = firstDelay_s * pow(2, Double(attempt - 1))
        log("sbatch: \(problem); retrying in \(Int(delay_s.rounded())) s")
        try await Task.sleep(for: .seconds(delay_s))
        do {
          if let job = try await jobs(named: name).first {
            return SubmittedJob(job: job, cluster: clusterName)
          }
        } catch let error as NoAnswer {
          // Not repeated until Slurm answers whether it has accepted it.
          problem = "\(error)"
          continue
        }
      }
      do {
        let answer = try await CommandOutput.of(
          ["sbatch", "--parsable", "--job-name=\(name)"] + arguments, within: timeout_s,
          environment: .submitting(ProcessInfo.processInfo.environment, options: options))
        if answer.isSuccess, let job = SubmittedJob(output: answer.output) { return job }
        problem = Self.firstLine(answer.errors, or: answer.output)
        if Self.isSubmitLimit(answer.errors) { throw SubmitLimit(message: problem) }
        if Self.isFinal(problem) { throw RunFailure("sbatch: \(problem)") }
      } catch let failure as CommandOutput.Failure {
        if failure == .notFound { throw RunFailure("sbatch: not found; is this a login node of Slurm?") }
        problem = text(failure)
      }
    }
    throw RunFailure("sbatch failed \(repetitions + 1) times: \(problem)")
  }

  /// Submits a script to another batch system, once: what it prints may not tell whether it has accepted it.
  /// - Throws: ``RunFailure`` with its error.
  package func submit(_ request: BatchTemplates.Request, to templates: BatchTemplates) async throws
    -> SubmittedJob
  {
    let command = templates.command(request)
    do {
      let answer = try await CommandOutput.of(command, within: timeout_s)
      guard answer.isSuccess, let job = templates.number(answer.output) else {
        throw RunFailure("\(command[0]): \(Self.firstLine(answer.errors, or: answer.output))")
      }
      return SubmittedJob(job: job, cluster: "")
    } catch let failure as CommandOutput.Failure {
      throw RunFailure("\(command[0]): \(text(failure))")
    }
  }

  /// As a job is recorded that was found on the cluster that is asked.
  private var clusterName: String {
    if case .named(let name) = cluster { return name }
    return ""
  }

  /// Whether no repetition can help. sbatch has one exit code for everything: so its message has to tell.
  private static func isFinal(_ message: String) -> Bool {
    let words = [
      "invalid", "not available", "unrecognized", "unknown", "violates", "not permitted", "unable to open",
      "access/permission", "disallowed",
    ]
    return words.contains { message.lowercased().contains($0) }
  }

  /// sbatch names the limit (`AssocMaxSubmitJobLimit`, `QOSMaxSubmitJobPerUserLimit`, `AssocGrpSubmitJobsLimit`, …), or only says
  /// that one of several has been reached.
  private static func isSubmitLimit(_ errors: String) -> Bool {
    errors.firstMatch(of: /\b(Assoc|QOS)[A-Za-z]*Submit[A-Za-z]*/) != nil
      || errors.contains("job submit limit")
  }

  // MARK: ask

  /// The jobs' states; jobs that Slurm has purged are left out.
  /// - Throws: ``NoAnswer``.
  package func queue(of jobs: [Int]) async throws -> SlurmQueue {
    guard !jobs.isEmpty else { return SlurmQueue() }
    if let templates = cluster.templates { return try await listing(templates) }
    let list = jobs.map(String.init).joined(separator: ",")
    return try await squeue(["-j", list])
  }

  /// The ids of the jobs and arrays of this name.
  /// - Throws: ``NoAnswer``.
  package func jobs(named name: String) async throws -> [Int] {
    // Other systems cut names short.
    if cluster.templates != nil || cluster == .unknown { return [] }
    return Set(try await squeue(["--name", name]).entries.keys.map(\.job)).sorted()
  }

  /// All jobs of the user.
  private func listing(_ templates: BatchTemplates) async throws -> SlurmQueue {
    let answer = try await ask(templates.list)
    guard answer.isSuccess else {
      throw NoAnswer(description: "\(templates.list[0]): \(Self.firstLine(answer.errors, or: answer.output))")
    }
    return templates.queue(answer.output)
  }

  private func squeue(_ arguments: [String]) async throws -> SlurmQueue {
    // Of hidden partitions too.
    let command = ["squeue", "-h", "-r", "--all", "-t", "all", "-o", SlurmQueue.format] + arguments
    let answer = try await ask(command)
    if answer.isSuccess { return SlurmQueue(lines: answer.output) }
    // squeue's error for a single job that has been purged; for several it has none.
    if answer.errors.contains("Invalid job id") { return SlurmQueue() }
    throw NoAnswer(description: "squeue: \(Self.firstLine(answer.errors, or: answer.output))")
  }

  private func ask(_ command: [String]) async throws -> CommandOutput {
    if cluster == .unknown {
      throw NoAnswer(
        description:
          "the batch system is not asked: its commands stand in a record of the study, and in no site profile that you "
          + "have submitted with; `paddlewheel submit DIR --site FILE --dry-run` makes them known")
    }
    do {
      return try await CommandOutput.of(
        command.prefix(1) + cluster.arguments + command.dropFirst(), within: timeout_s,
        environment: .asking(ProcessInfo.processInfo.environment, cluster))
    } catch {
      throw NoAnswer(description: "\(command[0]): \(text(error))")
    }
  }

  private func text(_ failure: CommandOutput.Failure) -> String {
    switch failure {
    case .notFound: "not found"
    case .timedOut: "no answer in \(Int(timeout_s)) s"
    case .other(let problem): problem
    }
  }

  /// A value of `scontrol show config`; nil where Slurm does not answer, and its default has to do.
  package func configuration(_ key: String) async -> String? {
    guard cluster.templates == nil, let answer = try? await ask(["scontrol", "show", "config"]),
      answer.isSuccess
    else { return nil }
    for line in answer.output.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == key { return parts[1] }
    }
    return nil
  }

  /// The largest number of tasks of an array.
  package func arraySize() async -> Int {
    // 1001 is Slurm's default.
    return await configuration("MaxArraySize").flatMap { Int($0) }.map { max(1, $0) } ?? 1001
  }

  /// How often Slurm has restarted a job; nil where it does not answer.
  package func restarts(of job: SlurmJob) async -> Int? {
    guard cluster.templates == nil,
      let answer = try? await ask(["scontrol", "show", "job", job.name, "-o"]), answer.isSuccess,
      let match = answer.output.firstMatch(of: /\bRestarts=([0-9]+)/)
    else { return nil }
    return Int(match.1)
  }

  /// The number of nodes of a partition, nil meaning the default one; nil where Slurm does not answer.
  package func nodeCount(partition: String?) async -> Int? {
    let arguments = partition.map { ["-p", $0] } ?? []
    guard cluster.templates == nil,
      let answer = try? await ask(["sinfo", "-h", "-N", "-o", "%N"] + arguments), answer.isSuccess
    else { return nil }
    return Set(answer.output.split(separator: "\n")).count
  }

  /// The nodes of a partition, nil meaning the default one; nil where Slurm does not answer.
  package func nodes(partition: String?) async -> [SlurmNode]? {
    let arguments = partition.map { ["-p", $0] } ?? []
    guard let answer = try? await ask(["sinfo", "-h", "-N", "-o", SlurmNode.format] + arguments),
      answer.isSuccess
    else { return nil }
    return answer.output.split(separator: "\n").compactMap { SlurmNode(line: $0) }
  }

  /// The accounting of a job, newest start last: state, exit code, elapsed time, nodes; nil without accounting.
  package func accounting(of job: SlurmJob) async -> [String]? {
    if cluster.templates != nil { return nil }
    let command = ["sacct", "-n", "-P", "-X", "-D", "-j", job.name, "-o", "state,exitcode,elapsed,nodelist"]
    guard let answer = try? await ask(command), answer.isSuccess else { return nil }
    let lines = answer.output.split(separator: "\n").map {
      $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: ", ")
    }
    return lines.isEmpty ? nil : lines
  }

  // MARK: change

  /// - Throws: ``NoAnswer``.
  package func cancel(_ jobs: [SlurmJob]) async throws {
    if let templates = cluster.templates { return try await cancel(jobs, templates) }
    // The length of a command line is limited.
    for start in stride(from: 0, to: jobs.count, by: 1000) {
      let part = jobs[start..<min(start + 1000, jobs.count)]
      let answer = try await ask(["scancel"] + part.map(\.name))
      guard answer.isSuccess || answer.errors.contains("Invalid job id") else {
        throw NoAnswer(description: "scancel: \(Self.firstLine(answer.errors, or: answer.output))")
      }
    }
  }

  private func cancel(_ jobs: [SlurmJob], _ templates: BatchTemplates) async throws {
    for job in jobs {
      let name = templates.name(of: job.job, task: job.task)
      let answer = try await ask(templates.cancel.map { BatchTemplates.filled($0, ["job": name]) })
      // One that has ended meanwhile can't be cancelled.
      if !answer.isSuccess {
        log("\(templates.cancel[0]) \(name): \(Self.firstLine(answer.errors, or: answer.output))")
      }
    }
  }

  /// Requeues one array task; Slurm then ends its processes.
  /// - Throws: ``NoAnswer`` with the last failure.
  package func requeue(_ job: SlurmJob) async throws {
    if cluster.templates != nil { throw NoAnswer(description: "this batch system has no command for it") }
    try await repeatedly(["scontrol", "requeue", job.name])
  }

  /// Changes a pending job.
  package func update(_ job: SlurmJob, _ settings: [String]) async throws {
    try await repeatedly(["scontrol", "update", "JobId=\(job.name)"] + settings)
  }

  private func repeatedly(_ command: [String]) async throws {
    var last = NoAnswer(description: "")
    for attempt in 0...repetitions {
      if attempt > 0 { try await Task.sleep(for: .seconds(firstDelay_s * pow(2, Double(attempt - 1)))) }
      do {
        let answer = try await ask(command)
        if answer.isSuccess { return }
        last = NoAnswer(
          description: "\(command.prefix(2).joined(separator: " ")): "
            + Self.firstLine(answer.errors, or: answer.output))
        if Self.isFinal(last.description) { break }
      } catch let error as NoAnswer {
        last = error
      }
    }
    throw last
  }

  private static func firstLine(_ text: String, or other: String) -> String {
    let lines = (text + "\n" + other).split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.first { !$0.isEmpty } ?? "no reason given"
  }
}

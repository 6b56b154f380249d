import Foundation
import StudyStore
import Support

/// Slurm's commands, as patient as a loaded scheduler needs.
struct Slurm: Sendable {
  /// Slurm could not be asked, or did not answer.
  struct NoAnswer: Error, CustomStringConvertible {
    var description: String
  }

  /// How long to wait for an answer, s.
  var patience_s = 60.0
  /// Before the first repetition of a command that failed; twice as long before each further one, s.
  var firstDelay_s = 1.0
  var repetitions = 5
  /// Hears of failures that are tried again.
  var remark: @Sendable (String) -> Void = { _ in }

  // MARK: submit

  /// Submits a script, and tries again where Slurm is busy; what it may have taken in spite of a failure is looked
  /// for first, so that nothing is submitted twice.
  /// - Parameter name: of the job, unique.
  /// - Returns: the number of the job.
  /// - Throws: ``RunFailure`` with what sbatch said.
  func submit(_ arguments: [String], name: String) async throws -> Int {
    var said = ""
    for attempt in 0...repetitions {
      if attempt > 0 {
        let delay_s = firstDelay_s * pow(2, Double(attempt - 1))
        remark("sbatch: \(said); trying again in \(Int(delay_s.rounded())) s")
        try await Task.sleep(for: .seconds(delay_s))
        do {
          if let job = try await jobs(named: name).first { return job }
        } catch let error as NoAnswer {
          // Not sent again as long as Slurm does not say that it has not taken it.
          said = "\(error)"
          continue
        }
      }
      do {
        let answer = try await CommandOutput.of(
          ["sbatch", "--parsable", "--job-name=\(name)"] + arguments, within: patience_s,
          without: Self.outerJob)
        if answer.isSuccess, let job = Self.jobNumber(answer.output) { return job }
        said = Self.firstLine(answer.errors, or: answer.output)
        if Self.isFinal(said) { throw RunFailure("sbatch: \(said)") }
      } catch let failure as CommandOutput.Failure {
        if failure == .notFound { throw RunFailure("sbatch: not found; is this a login node of Slurm?") }
        said = words(failure)
      }
    }
    throw RunFailure("sbatch failed \(repetitions + 1) times: \(said)")
  }

  /// Variables of a job that this process is part of: sbatch would hand them on to the elements, where they
  /// contradict their own.
  private static var outerJob: [String] {
    ProcessInfo.processInfo.environment.keys.filter {
      ($0.hasPrefix("SLURM_") || $0.hasPrefix("SRUN_") || $0.hasPrefix("SBATCH_")) && $0 != "SLURM_CONF"
    }
  }

  /// `123` or `123;cluster`, the last line: site wrappers print before it.
  private static func jobNumber(_ output: String) -> Int? {
    output.split(separator: "\n").last?.split(separator: ";").first.flatMap { Int($0) }
  }

  /// What no repetition mends.
  private static func isFinal(_ message: String) -> Bool {
    let words = [
      "invalid", "not available", "unrecognized", "unknown", "violates", "not permitted", "unable to open",
      "access/permission", "disallowed",
    ]
    return words.contains { message.lowercased().contains($0) }
  }

  // MARK: ask

  /// The jobs' standing; those that Slurm has forgotten are left out.
  /// - Throws: ``NoAnswer``.
  func queue(of jobs: [Int]) async throws -> SlurmQueue {
    guard !jobs.isEmpty else { return SlurmQueue() }
    let list = jobs.map(String.init).joined(separator: ",")
    return try await squeue(["-j", list])
  }

  /// The numbers of the jobs and arrays of this name.
  /// - Throws: ``NoAnswer``.
  func jobs(named name: String) async throws -> [Int] {
    Set(try await squeue(["--name", name]).entries.keys.map(\.job)).sorted()
  }

  private func squeue(_ arguments: [String]) async throws -> SlurmQueue {
    let command = ["squeue", "-h", "-r", "-t", "all", "-o", SlurmQueue.format] + arguments
    let answer = try await ask(command)
    if answer.isSuccess { return SlurmQueue(lines: answer.output) }
    // Said of a single job that has been purged; of two it says nothing.
    if answer.errors.contains("Invalid job id") { return SlurmQueue() }
    throw NoAnswer(description: "squeue: \(Self.firstLine(answer.errors, or: answer.output))")
  }

  private func ask(_ command: [String]) async throws -> CommandOutput {
    do { return try await CommandOutput.of(command, within: patience_s) } catch {
      throw NoAnswer(description: "\(command[0]): \(words(error))")
    }
  }

  private func words(_ failure: CommandOutput.Failure) -> String {
    switch failure {
    case .notFound: "not found"
    case .timedOut: "no answer in \(Int(patience_s)) s"
    case .broken(let what): what
    }
  }

  /// A value of `scontrol show config`.
  func configuration(_ key: String) async -> String? {
    guard let answer = try? await ask(["scontrol", "show", "config"]), answer.isSuccess else { return nil }
    for line in answer.output.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2, parts[0] == key { return parts[1] }
    }
    return nil
  }

  /// How often Slurm has started an element again; nil where it does not say.
  func restarts(of job: SlurmJob) async -> Int? {
    guard let answer = try? await ask(["scontrol", "show", "job", job.name, "-o"]), answer.isSuccess,
      let match = answer.output.firstMatch(of: /\bRestarts=([0-9]+)/)
    else { return nil }
    return Int(match.1)
  }

  /// How many nodes a partition has; nil for the default one.
  func nodeCount(partition: String?) async -> Int? {
    let arguments = partition.map { ["-p", $0] } ?? []
    guard let answer = try? await ask(["sinfo", "-h", "-N", "-o", "%N"] + arguments), answer.isSuccess else {
      return nil
    }
    return Set(answer.output.split(separator: "\n")).count
  }

  /// What accounting says of a job, newest start last: `state exit nodes`; nil without accounting.
  func accounting(of job: SlurmJob) async -> [String]? {
    let command = ["sacct", "-n", "-P", "-X", "-D", "-j", job.name, "-o", "state,exitcode,elapsed,nodelist"]
    guard let answer = try? await ask(command), answer.isSuccess else { return nil }
    let lines = answer.output.split(separator: "\n").map {
      $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: ", ")
    }
    return lines.isEmpty ? nil : lines
  }

  // MARK: change

  /// - Throws: ``NoAnswer`` where it could not be done.
  func cancel(_ jobs: [SlurmJob]) async throws {
    // A command line takes a few thousand of them.
    for start in stride(from: 0, to: jobs.count, by: 1000) {
      let part = jobs[start..<min(start + 1000, jobs.count)]
      let answer = try await ask(["scancel"] + part.map(\.name))
      guard answer.isSuccess || answer.errors.contains("Invalid job id") else {
        throw NoAnswer(description: "scancel: \(Self.firstLine(answer.errors, or: answer.output))")
      }
    }
  }

  /// Puts one element back into the queue; Slurm then ends what runs of it.
  /// - Throws: ``NoAnswer`` with the last failure.
  func requeue(_ job: SlurmJob) async throws {
    try await repeatedly(["scontrol", "requeue", job.name])
  }

  /// Changes a job that waits.
  func update(_ job: SlurmJob, _ settings: [String]) async throws {
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

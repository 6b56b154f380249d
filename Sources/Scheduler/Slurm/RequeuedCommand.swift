import Foundation
import SlurmCommands
import StudyStore
import Subprocess
import Support

/// A command on the ranks of a Slurm job that belongs to no study, which goes on where it was when Slurm restarts the job: it is asked
/// to stop before the time limit, writes a checkpoint and exits with 75.
package struct RequeuedCommand: Sendable {
  /// That starts the ranks, such as `mpirun -np 4 program …`.
  let words: [String]
  /// Files that the command changes as it gets on.
  let progress: [String]
  /// Where the number of starts without progress is kept.
  let record: String
  /// Starts in a row without progress after which the job is not restarted.
  let retries: Int
  /// Before the first restart after a failure, s; doubled before each further one.
  let retryDelay_s: Double
  let job: SlurmJob
  let slurm: Slurm
  let log: @Sendable (String) -> Void

  /// - Parameter environment: with Slurm's variables.
  /// - Throws: ``InputError`` outside of a job.
  package init(
    _ words: [String], progress: [String], record: String, retries: Int, retryDelay_s: Double,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    log: @escaping @Sendable (String) -> Void
  ) throws {
    guard let job = SlurmJob(environment: environment) else {
      throw InputError(found: "no SLURM_JOB_ID", wanted: "a job of Slurm")
    }
    self.words = words
    self.progress = progress
    self.record = record
    self.retries = retries
    self.retryDelay_s = retryDelay_s
    self.job = job
    self.log = log
    slurm = Slurm(log: log)
  }

  /// The words of a command that starts a program of ours at a site.
  package static func words(_ site: SiteProfile, ranks: Int, _ arguments: [String]) -> [String] {
    RankCommand.atSite(site, ranks: ranks).words + [currentExecutable()] + arguments
  }

  /// Runs the command until it has ended well or the time limit is near.
  package func run(stop: StopRequest) async throws -> ArrayTask.End {
    let before = marks
    // Ranks that stand still end by themselves.
    let watch = LaunchWatch(
      mark: { nil }, limit_s: { .infinity }, isStopping: { stop.count > 0 }, rankWords: [])
    let status: TerminationStatus
    do {
      status = try await RankCommand(words: words).run([], stop: stop, watch: watch, onLine: log).status
    } catch {
      // Another node may have the mpirun that this one lacks.
      log("\(error)")
      status = .exited(1)
    }
    let idle = marks == before ? earlierIdleStarts + 1 : 0
    try AtomicFile.write("\(idle)\n", to: record)
    switch status {
    case .exited(0): return .done
    // scancel sends TERM; at a time limit USR1 comes before.
    case _ where stop.excludesRestart: return .stopped("terminated by a signal; submit again to resume")
    case .exited(2): return .failed(exitCode: 2, message: "the input is wrong; not restarted")
    case _ where idle > retries:
      return .failed(exitCode: 1, message: "stopped \(idle) times in a row without progress; not restarted")
    case .exited(75),
      _ where stop.count > 0:
      return await resume()
    default:
      log("failed (\(status))")
      return await resume(delay_s: retryDelay_s * Double(1 << min(max(0, idle - 1), 10)))
    }
  }

  private func resume(delay_s: Double = 0) async -> ArrayTask.End {
    .stopped(
      await slurm.restart(job, delay_s: delay_s) ? "requeued" : "the same command resumes it")
  }

  /// Sizes and times of the files that show progress.
  private var marks: [FileMark?] { progress.map { FileMark(at: $0) } }

  /// None where the record can't be read: one start more is no harm.
  private var earlierIdleStarts: Int {
    (try? String(contentsOfFile: record, encoding: .utf8)).flatMap { Int($0.prefix { $0 != "\n" }) }
      .map { min(max($0, 0), 1000) } ?? 0
  }
}

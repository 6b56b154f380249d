import Foundation
import StudyStore
import Support
import Synchronization

/// Ends this rank where nothing moves for too long: where another rank is stopped, swapped out or lost, the ones that wait
/// for it in an MPI call would wait for ever, and nobody else may be there to end them.
///
/// It is a thread of its own, that looks every second at what has been done. The rest of the job ends with the rank: mpirun and
/// srun end the ranks of a job one of which exits with an error.
package final class StallWatch: Sendable {
  private struct Settings {
    var limit_s: Double
    /// Records the end; it may hang with the disk that the run hangs on.
    var record: @Sendable (String) -> Void = { _ in }
    /// Whether the run is to stop, so that a user waits for it.
    var isStopping: @Sendable () -> Bool = { false }
    /// What the run's files show.
    var mark: @Sendable () -> RunProgressMark? = { nil }
  }

  private let settings: Mutex<Settings>
  private let isEnded = Atomic(false)
  private let exit: @Sendable (String) -> Void
  private let work: @Sendable () -> Int

  /// Seconds between two looks.
  private static let interval_s = 1.0

  /// How long a run that is to stop may go without a step, s: it is ten steps and a checkpoint away from its end.
  package static let stopLimit_s = 30.0

  /// - Parameters:
  ///   - limit_s: how long nothing may move, s.
  ///   - work: a number that grows with what this process gets done.
  ///   - exit: ends the process with a message.
  package init(
    limit_s: Double, work: @escaping @Sendable () -> Int = { WorkCounter.value },
    exit: @escaping @Sendable (String) -> Void
  ) {
    settings = Mutex(Settings(limit_s: limit_s))
    self.work = work
    self.exit = exit
  }

  /// Begins to watch.
  package func start() {
    Thread.detachNewThread { self.watch() }
  }

  /// Stops watching.
  package func end() { isEnded.store(true, ordering: .relaxed) }

  /// - Parameters:
  ///   - record: records the end of the attempt, with the reason.
  ///   - isStopping: whether the run is to stop.
  ///   - mark: what the run's files show: a rank that waits for others that write large files does not stand still.
  package func follow(
    record: @escaping @Sendable (String) -> Void, isStopping: @escaping @Sendable () -> Bool,
    mark: @escaping @Sendable () -> RunProgressMark?
  ) {
    settings.withLock {
      $0.record = record
      $0.isStopping = isStopping
      $0.mark = mark
    }
  }

  package func setLimit(_ limit_s: Double) { settings.withLock { $0.limit_s = limit_s } }

  private func watch() {
    var silence = SilenceClock(interval_s: Self.interval_s)
    var last = work()
    var mark: RunProgressMark?
    while true {
      Thread.sleep(forTimeInterval: Self.interval_s)
      guard !isEnded.load(ordering: .relaxed) else { return }
      let now = work()
      silence.look(hasChanged: now != last)
      last = now
      let settings = settings.withLock { $0 }
      // The files are looked at in the second half of the silence alone: many ranks would burden a file system.
      guard silence.silence_s >= min(settings.limit_s, Self.stopLimit_s) / 2 else {
        mark = nil
        continue
      }
      let limit_s =
        settings.limit_s > Self.stopLimit_s && settings.isStopping()
        ? stopLimit(settings.limit_s) : settings.limit_s
      guard silence.silence_s >= limit_s / 2 else { continue }
      let first = mark ?? settings.mark()
      mark = first
      guard silence.silence_s >= limit_s else { continue }
      if let first, let now = settings.mark(), now != first {
        silence.look(hasChanged: true)
        continue
      }
      return end(after: limit_s, settings)
    }
  }

  private func end(after limit_s: Double, _ settings: Settings) {
    let message = Self.message(limit_s)
    let isRecorded = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      settings.record(message)
      isRecorded.signal()
    }
    _ = isRecorded.wait(timeout: .now() + 5)
    guard !isEnded.load(ordering: .relaxed) else { return }
    exit(message)
  }

  /// Two of the longest steps, where the limit is twenty.
  private func stopLimit(_ limit_s: Double) -> Double { max(Self.stopLimit_s, limit_s / 10) }

  /// What is said of a run that stood still.
  package static func message(_ limit_s: Double) -> String {
    "no step for \(Int(limit_s.rounded())) s: a rank, its node or the disk stands still (resources.stall-limit)"
  }
}

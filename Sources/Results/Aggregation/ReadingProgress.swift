import Synchronization

/// Progress of reading a study.
package struct AggregationProgress: Sendable, Equatable {
  package var runsDone = 0
  /// Runs that this process reads.
  package var runCount = 0
  /// Of positions and orientations, unpacked.
  package var bytesRead = 0
}

/// Counts what all threads read, and reports it.
final class ReadingProgress: Sendable {
  private let state: Mutex<AggregationProgress>
  private let observer: @Sendable (AggregationProgress) -> Void

  init(runCount: Int, observer: @escaping @Sendable (AggregationProgress) -> Void) {
    state = Mutex(AggregationProgress(runCount: runCount))
    self.observer = observer
  }

  func add(bytes: Int) {
    observer(
      state.withLock {
        $0.bytesRead += bytes; return $0
      })
  }

  func finishRun() {
    observer(
      state.withLock {
        $0.runsDone += 1; return $0
      })
  }
}

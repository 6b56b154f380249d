import Foundation
import Support
import Synchronization

/// Whether the thread of MPI is in a call, in which it may wait for other ranks.
enum MPICall {
  private static let state = Atomic(false)

  @inline(__always) static func begin() { state.store(true, ordering: .relaxed) }
  @inline(__always) static func end() { state.store(false, ordering: .relaxed) }
  static var isUnderWay: Bool { state.load(ordering: .relaxed) }
}

/// A number that grows as long as a rank computes, or waits for others in MPI; one that is stopped, swapped out or hangs
/// with its disk does neither. Belongs to the thread that looks at it, whose own time does not count.
struct RankPulse {
  private var waits: UInt64 = 0

  /// Processor time that counts as work, s: a thread of MPI that wakes up now and then takes less in minutes.
  private static let unit_s = 0.01

  mutating func value() -> UInt64 {
    if MPICall.isUnderWay { waits += 1 }
    let time_s = Self.seconds(CLOCK_PROCESS_CPUTIME_ID) - Self.seconds(CLOCK_THREAD_CPUTIME_ID)
    return UInt64(max(0, time_s) / Self.unit_s) &+ UInt64(truncatingIfNeeded: WorkCounter.value) &+ waits
  }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

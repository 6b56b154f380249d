import Glibc

/// Time since a moment, on a clock that only goes forward: setting the machine's clock changes no interval.
package struct Stopwatch: Sendable {
  private var started_s = Stopwatch.now_s

  package init() {}

  package var elapsed_s: Double { Self.now_s - started_s }

  package mutating func restart() { started_s = Self.now_s }

  /// Seconds on the steady clock, whose zero means nothing. The time in which the machine sleeps does not count.
  package static var now_s: Double { seconds(CLOCK_MONOTONIC) }

  /// Seconds since the machine was booted, the time in which it slept included: processes of one boot can compare them.
  package static var sinceBoot_s: Double { seconds(CLOCK_BOOTTIME) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

/// How long nothing has changed, as seen by looking now and then.
///
/// Between two looks no more than a few intervals count: where this process itself was stopped, the others had no chance
/// to be seen either.
package struct SilenceClock: Sendable {
  /// The longest time between two looks that counts, s.
  private let most_s: Double
  private var last_s: Double
  package private(set) var silence_s = 0.0

  /// - Parameter interval_s: the planned time between two looks.
  package init(interval_s: Double, now_s: Double = Stopwatch.now_s) {
    most_s = 3 * interval_s
    last_s = now_s
  }

  /// - Parameter hasChanged: since the last look.
  package mutating func look(hasChanged: Bool, now_s: Double = Stopwatch.now_s) {
    silence_s = hasChanged ? 0 : silence_s + min(max(0, now_s - last_s), most_s)
    last_s = now_s
  }
}

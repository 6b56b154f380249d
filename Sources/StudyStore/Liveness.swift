import Foundation
import Support

extension RunState {
  /// Steps take milliseconds to seconds, and the state is written every second: a run on another machine that has been
  /// silent for longer than this may be dead, s.
  package static let heartbeatTimeout_s = 600.0

  /// Clocks of two machines may differ by this, s.
  private static let clockTolerance_s = 120.0

  /// Without a step for longer than this, a run is said to be silent, s.
  private static let remarkAfter_s = 15.0

  /// How long a run may go without a step, where it has not written a limit of its own, s.
  package static let leastStallLimit_s = 300.0

  /// Rank 0; nil where the state names none.
  package var identity: ProcessIdentity? {
    guard let host, let pid else { return nil }
    return ProcessIdentity(host: host, pid: pid, origin: process)
  }

  /// What grows as long as the run lives.
  package var pulse: RunPulse {
    RunPulse(attempt: attempt, beats: beats, step: step, heartbeat_s: heartbeat_s)
  }

  /// The state corrected by what can be seen from here. Neither a number of a process nor a clock is trusted alone: a run
  /// whose process is gone has stopped; one that has said nothing for too long, or whose last word lies in the future, is
  /// unknown.
  package func observed(
    at time: Date = Date(), sinceBoot_s: Double = Stopwatch.sinceBoot_s,
    presence: (ProcessIdentity) -> ProcessIdentity.Presence = { $0.presence() }
  ) -> RunState {
    guard state == .running else { return self }
    switch identity.map(presence) ?? .unseen {
    case .gone: return becoming(.stopped, "process \(pid ?? 0) is gone; run again to resume")
    case .alive:
      // Both moments are of the same boot; a number that is none of it is damaged.
      guard let uptime_s, (0...sinceBoot_s + 1).contains(uptime_s) else { return self }
      let silence_s = max(0, sinceBoot_s - uptime_s)
      guard silence_s <= max(stallLimit_s ?? 0, Self.leastStallLimit_s) else {
        return becoming(
          .unknown,
          "process \(pid ?? 0) stands still: no step for \(Self.text(silence_s)); run again to resume")
      }
      return saying(silence_s)
    case .unseen: return judgedByClock(time)
    }
  }

  private func judgedByClock(_ time: Date) -> RunState {
    let place = "on \(host ?? "another host")"
    guard let heartbeat_s, case let silence_s = time.timeIntervalSince1970 - heartbeat_s,
      abs(silence_s) < Self.longestAge_s
    else { return becoming(.unknown, "no time of its last step \(place); run again to resume") }
    if silence_s < -Self.clockTolerance_s {
      return becoming(
        .unknown,
        "its last step \(place) lies \(Self.text(-silence_s)) in the future: a clock is wrong; run again to resume, "
          + "which first looks whether the run moves")
    }
    if silence_s > Self.heartbeatTimeout_s {
      return becoming(.unknown, "no step for \(Self.text(silence_s)) \(place); run again to resume")
    }
    return saying(silence_s)
  }

  /// A longer time is no time: the number is damaged, s.
  private static let longestAge_s = 1e10

  private func becoming(_ phase: Phase, _ message: String) -> RunState {
    var seen = self
    seen.state = phase
    seen.message = message
    return seen
  }

  /// Says how long there was no step, where that is longer than usual.
  private func saying(_ silence_s: Double) -> RunState {
    guard silence_s > max(Self.remarkAfter_s, 3 * (longestStep_s ?? 0)) else { return self }
    var seen = self
    seen.message = ([message] + ["no step for \(Self.text(silence_s))"]).compactMap(\.self).joined(
      separator: "; ")
    // At no pace nothing is left to be told.
    seen.stepsPerSecond = nil
    return seen
  }

  /// `20 s`, `12 min`, `3 h`, `8 d`.
  private static func text(_ time_s: Double) -> String {
    switch time_s {
    case ..<120: "\(Int(time_s)) s"
    case ..<7200: "\(Int(time_s / 60)) min"
    case ..<172_800: "\(Int(time_s / 3600)) h"
    default: "\(Int(time_s / 86400)) d"
    }
  }
}

/// What a run's state shows of its progress; two looks that differ prove that the run lives.
package struct RunPulse: Equatable, Sendable {
  package var attempt: Int
  package var beats: Int?
  package var step: Int
  package var heartbeat_s: Double?
}

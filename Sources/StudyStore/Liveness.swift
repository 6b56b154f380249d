import Foundation
import Glibc
import Support

extension RunState {
  /// A running run writes a heartbeat every second or so; a gap longer than this is reported, s.
  package static let heartbeatTimeout_s = 600.0

  /// The state corrected by what can be seen from this host: a run whose process is gone has stopped, and one on
  /// another host without a heartbeat is unknown.
  package func observed(
    at time: Date = Date(), host: String = hostName(), isAlive: (Int) -> Bool = isProcessAlive
  ) -> RunState {
    guard state == .running else { return self }
    var seen = self
    if self.host == host, let pid {
      if !isAlive(pid) {
        seen.state = .stopped
        seen.message = "process \(pid) is gone; run again to resume"
        return seen
      }
    }
    if let heartbeat_s, time.timeIntervalSince1970 - heartbeat_s > Self.heartbeatTimeout_s {
      let minutes = Int((time.timeIntervalSince1970 - heartbeat_s) / 60)
      if self.host != host { seen.state = .unknown }
      seen.message = "no heartbeat for \(minutes) min"
    }
    return seen
  }
}

/// Whether a process of this number is running on this machine; a zombie is not.
package func isProcessAlive(_ pid: Int) -> Bool {
  guard pid > 0, let number = pid_t(exactly: pid), kill(number, 0) == 0 || errno == EPERM else {
    return false
  }
  guard let stat = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return true }
  // "pid (name) state …", where the name may hold anything, parentheses too.
  let text = String(decoding: stat, as: UTF8.self)
  guard let end = text.lastIndex(of: ")") else { return true }
  return text[end...].dropFirst(2).first != "Z"
}

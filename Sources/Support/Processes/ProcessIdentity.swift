import Foundation
import Glibc

/// A process, so that it can't be mistaken for a later one with the same number.
package struct ProcessIdentity: Equatable, Hashable, Sendable {
  /// What tells a process from others of its number; a record of an older version has none.
  package struct Origin: Codable, Equatable, Hashable, Sendable {
    /// Of the process, in clock ticks since the machine was booted.
    package var start: UInt64
    /// Of the kernel that it runs on.
    package var boot: String
    /// Of the machine; empty where it has no number.
    package var machine: String
    /// The space in which the process's number counts: each container has its own.
    package var space: String

    package init(start: UInt64, boot: String, machine: String, space: String) {
      self.start = start
      self.boot = boot
      self.machine = machine
      self.space = space
    }
  }

  /// What can be seen of a process from here.
  package enum Presence: Equatable, Sendable {
    case alive
    case gone
    /// It is on another machine, or it can't be told from another process: only what it writes can tell.
    case unseen
  }

  package var host: String
  package var pid: Int
  package var origin: Origin?

  package init(host: String, pid: Int, origin: Origin?) {
    self.host = host
    self.pid = pid
    self.origin = origin
  }

  /// This process.
  package static let current: ProcessIdentity = {
    let pid = Int(getpid())
    return ProcessIdentity(host: hostName(), pid: pid, origin: origin(of: pid))
  }()

  /// Nil where /proc does not show the process.
  package static func origin(of pid: Int) -> Origin? {
    guard let start = ProcessTable.entry(of: pid)?.start, let boot = Place.here.boot else { return nil }
    return Origin(start: start, boot: boot, machine: Place.here.machine, space: Place.here.space)
  }

  /// Looks for the process.
  package func presence() -> Presence {
    guard host == Place.here.host else { return .unseen }
    if let origin, let boot = Place.here.boot {
      guard origin.boot == boot else {
        // Before the last boot, unless it is another machine of the same name.
        return !origin.machine.isEmpty && origin.machine == Place.here.machine ? .gone : .unseen
      }
      guard origin.space == Place.here.space else { return .unseen }
    }
    guard pid > 0, let number = pid_t(exactly: pid) else { return .gone }
    guard kill(number, 0) == 0 || errno == EPERM else { return .gone }
    // Some machines hide the processes of others.
    guard let entry = ProcessTable.entry(of: pid) else { return .unseen }
    if entry.hasEnded { return .gone }
    if let origin { return origin.start == entry.start ? .alive : .gone }
    // An older version wrote the number alone: another program is not that process, and this program may be another.
    return entry.name == ProcessTable.entry(of: Int(getpid()))?.name ? .unseen : .gone
  }
}

/// Where this process is.
private struct Place {
  var host: String
  var boot: String?
  var machine: String
  var space: String

  static let here = Place(
    host: hostName(), boot: line("/proc/sys/kernel/random/boot_id"),
    machine: line("/etc/machine-id") ?? "",
    space: (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? "")

  /// Nil for an empty file or none.
  private static func line(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    return text.isEmpty ? nil : text
  }
}

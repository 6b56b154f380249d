import Foundation
import TestSupport
import Testing

/// A disk of a few MB that only root can make.
final class SmallDisk {
  let folder: Folder
  let isMounted: Bool

  /// - Parameter size: in the syntax of mount.
  init(size: String = "1m") throws {
    folder = try Folder()
    isMounted =
      getuid() == 0 && Self.call("mount", ["-t", "tmpfs", "-o", "size=\(size)", "tmpfs", folder.path])
  }

  deinit { if isMounted { _ = Self.call("umount", ["-l", folder.path]) } }

  func grow() throws { try #require(Self.call("mount", ["-o", "remount,size=64m", folder.path])) }

  private static func call(_ command: String, _ arguments: [String]) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  static let isPossible = (try? SmallDisk())?.isMounted ?? false
}

extension Requirement {
  /// Whether this process may mount a small disk.
  static let smallDisk = Requirement {
    SmallDisk.isPossible ? nil : "a small disk can't be mounted here: run the tests as root"
  }
}

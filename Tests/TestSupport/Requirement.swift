import Foundation
import Testing

/// Something outside of the package that a test needs.
///
/// A test whose requirement is missing fails with the reason: a skipped test would pass unnoticed.
public struct Requirement: Sendable {
  /// What is missing, with the remedy; nil where all is there.
  let missing: @Sendable () -> String?

  public init(missing: @escaping @Sendable () -> String?) { self.missing = missing }

  /// A Python with the packages of `scripts/requirements.txt`.
  public static let python = Requirement {
    Python.path == nil ? "PADDLEWHEEL_PYTHON is not set (scripts/test sets it)" : nil
  }

  /// LAMMPS: `PADDLEWHEEL_LAMMPS`, or `lmp` on PATH.
  public static let lammps = Requirement {
    LAMMPS.path == nil
      ? "lmp is not on PATH and PADDLEWHEEL_LAMMPS is not set" : nil
  }

  /// gnuplot: `PADDLEWHEEL_GNUPLOT`, or on PATH.
  public static let gnuplot = Requirement {
    findOnPath(ProcessInfo.processInfo.environment["PADDLEWHEEL_GNUPLOT"] ?? "gnuplot") == nil
      ? "gnuplot is not on PATH and PADDLEWHEEL_GNUPLOT is not set" : nil
  }

  public static func program(_ name: String) -> Requirement {
    Requirement { findOnPath(name) == nil ? "\(name) is not on PATH" : nil }
  }

  /// Slurm's daemons, and `PADDLEWHEEL_CLUSTER`, a folder for the clusters that tests start.
  public static let cluster = Requirement {
    guard ProcessInfo.processInfo.environment["PADDLEWHEEL_CLUSTER"] != nil else {
      return "PADDLEWHEEL_CLUSTER, a folder for clusters, is not set (scripts/test sets it)"
    }
    return findOnPath("/usr/sbin/slurmctld") == nil && findOnPath("slurmctld") == nil
      ? "there is no slurmctld" : nil
  }

  /// A folder of data outside of the repository, named by an environment variable alone.
  public static func data(_ name: String) -> Requirement {
    Requirement {
      guard let path = ProcessInfo.processInfo.environment[name] else { return "\(name) is not set" }
      return FileManager.default.fileExists(atPath: path) ? nil : "\(name): there is no \(path)"
    }
  }
}

public enum LAMMPS {
  /// `PADDLEWHEEL_LAMMPS`, or `lmp` on PATH.
  public static let path = findOnPath(ProcessInfo.processInfo.environment["PADDLEWHEEL_LAMMPS"] ?? "lmp")
}

/// Fails the test where a requirement is missing.
public struct Needs: TestTrait, SuiteTrait, TestScoping {
  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  let requirements: [Requirement]
  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    for requirement in requirements {
      if let missing = requirement.missing() { throw Missing(description: missing) }
    }
    try await function()
  }
}

extension Trait where Self == Needs {
  /// Requirements of a test or of all tests of a suite.
  public static func needs(_ requirements: Requirement...) -> Needs { Needs(requirements: requirements) }
}

/// The path of a program: a name is looked for on PATH, a path must be executable.
public func findOnPath(_ name: String) -> String? {
  if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
  let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
  return path.split(separator: ":").map { "\($0)/\(name)" }.first {
    FileManager.default.isExecutableFile(atPath: $0)
  }
}

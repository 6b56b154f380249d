import Foundation

/// The folders of an installed program, as `scripts/package` lays them out:
///
///     bin/paddlewheel                                starts one of the variants
///     libexec/paddlewheel/x86-64-v3/paddlewheel      the program, compiled for a kind of processors
///     lib/paddlewheel                                libraries for MPI
package struct Installation: Equatable, Sendable {
  /// The folder that holds bin, lib and libexec.
  package let root: String
  /// The kind of processors, `x86-64-v3`.
  package let variant: String

  /// The command that starts the variant that fits a processor.
  package var launcher: String { "\(root)/bin/paddlewheel" }
  package var libraries: String { "\(root)/lib/paddlewheel" }

  /// - Parameter program: the path of the program that runs.
  /// - Returns: nil where it is no variant of an installation: after `swift build`, say.
  package init?(program: String) {
    let parts = program.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count > 4, parts.suffix(4).prefix(2) == ["libexec", "paddlewheel"] else { return nil }
    root = parts.dropLast(4).joined(separator: "/")
    variant = String(parts[parts.count - 2])
  }

  /// That of the program that runs.
  package static let ofThisProgram = Installation(program: runningProgram())
}

/// The path of the running program, as it was called where /proc does not show it.
package func runningProgram() -> String {
  (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}

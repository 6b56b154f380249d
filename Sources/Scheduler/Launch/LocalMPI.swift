import EngineSocket
import Foundation

extension MPILauncher {
  /// Runs on this machine: `mpirun -np N paddlewheel simulate DIR INDEX`.
  package static let local = MPILauncher { local(ranks: $0) }

  static func local(ranks: Int) -> RankCommand {
    // Two runs at once would be bound to the same cores. With shared memory alone, Open MPI starts in a third of the time.
    var command = RankCommand(words: [
      "mpirun", "-np", String(ranks), "--bind-to", "none", "--mca", "pml", "ob1", "--mca", "btl",
      "self,vader",
    ])
    for name in ClientProcess.searchPaths {
      command.environment[.init(stringLiteral: ClientProcess.givenPrefix + name)] = .some(
        ProcessInfo.processInfo.environment[name] ?? "")
    }
    if ranks > ProcessInfo.processInfo.activeProcessorCount {
      command.environment["OMPI_MCA_rmaps_base_oversubscribe"] = "1"
    }
    return command
  }
}

/// The path of the running program; as it was called where /proc does not show it.
package func currentExecutable() -> String {
  (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}

import EngineSocket
import Foundation
import Runner
import Subprocess

extension MPILauncher {
  /// Runs on this machine: `mpirun -np N paddlewheel simulate DIR INDEX`.
  package static let local = MPILauncher { local(in: $0) }

  static func local(ranks: Int) -> RankCommand { local(in: LaunchPlace(ranks: ranks)) }

  /// Ranks bind themselves to the cores of the place (``RankBinding``).
  static func local(in place: LaunchPlace) -> RankCommand {
    let ranks = place.ranks
    // mpirun would bind two runs to the same cores. With shared memory alone, Open MPI starts in a third of the time.
    var command = RankCommand(words: [
      "mpirun", "-np", String(ranks), "--bind-to", "none", "--mca", "pml", "ob1", "--mca", "btl",
      "self,vader",
    ])
    for name in ClientProcess.searchPaths {
      command.environment[.init(stringLiteral: ClientProcess.givenPrefix + name)] = .some(
        ProcessInfo.processInfo.environment[name] ?? "")
    }
    let isCrowded = ranks > ProcessInfo.processInfo.activeProcessorCount
    if isCrowded { command.environment["OMPI_MCA_rmaps_base_oversubscribe"] = "1" }
    let variable = Environment.Key(stringLiteral: RankBinding.variable)
    command.environment[variable] = .some(place.cores.map { RankBinding(cores: $0).text })
    // A rank that waits for others of its run lets those of another run have the core that it shares.
    if isCrowded || (place.cores == nil && ranks > 1) {
      command.environment["OMPI_MCA_mpi_yield_when_idle"] = "1"
    }
    return command
  }
}

/// The path of the running program; as it was called where /proc does not show it.
package func currentExecutable() -> String {
  (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}

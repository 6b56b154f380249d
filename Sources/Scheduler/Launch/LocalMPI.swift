import EngineSocket
import Foundation
import MPI
import Runner
import Subprocess
import Support

extension MPILauncher {
  /// Runs on this machine: `mpirun -np N paddlewheel simulate DIR INDEX`. Where MPI is not linked, a single rank needs no mpirun.
  package static let local = MPILauncher { local(in: $0) }

  static func local(ranks: Int) -> RankCommand { local(in: LaunchPlace(ranks: ranks)) }

  /// Ranks bind themselves to the cores of the place (``RankBinding``).
  static func local(in place: LaunchPlace) -> RankCommand {
    let ranks = place.ranks
    let isAlone = ranks == 1 && !MPILibrary.isBuiltIn
    var command = RankCommand(words: isAlone ? [] : MPIRun.installed.words(ranks: ranks))
    for name in ClientProcess.searchPaths {
      command.environment[.init(stringLiteral: ClientProcess.givenPrefix + name)] = .some(
        ProcessInfo.processInfo.environment[name] ?? "")
    }
    let isCrowded = ranks > ProcessInfo.processInfo.activeProcessorCount
    if isCrowded {
      command.environment["OMPI_MCA_rmaps_base_oversubscribe"] = "1"
      command.environment["PRTE_MCA_rmaps_default_mapping_policy"] = ":oversubscribe"
    }
    let variable = Environment.Key(stringLiteral: RankBinding.variable)
    command.environment[variable] = .some(place.cores.map { RankBinding(cores: $0).text })
    // A rank that waits for others of its run lets those of another run have the core that it shares.
    if isCrowded || (place.cores == nil && ranks > 1) {
      command.environment["OMPI_MCA_mpi_yield_when_idle"] = "1"
    }
    return command
  }
}

/// The command that starts this program: for an installed one, that which looks at the processor first, as the ranks may run
/// on another machine.
package func currentExecutable() -> String {
  Installation.ofThisProgram.map(\.launcher) ?? runningProgram()
}

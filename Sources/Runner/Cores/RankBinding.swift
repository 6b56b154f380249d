import CCores
import Foundation

/// The cores that a launch has to itself, one for each of its ranks on this machine, as whoever starts the ranks tells them:
/// every rank binds itself, so that no option of one MPI library is needed.
package struct RankBinding: Equatable, Sendable {
  /// The environment variable: cores of the ranks in their order, processors of one core joined: `0+4,1+5`.
  package static let variable = "PADDLEWHEEL_CORES"

  package var cores: [MachineCore]

  package init(cores: [MachineCore]) { self.cores = cores }

  /// Nil for a text of another form.
  package init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { core in
      core.split(separator: "+", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    }
    guard !text.isEmpty, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (0..<65536).contains($0) } })
    else {
      return nil
    }
    cores = parts.map { MachineCore(processors: $0) }
  }

  package var text: String {
    cores.map { $0.processors.map(String.init).joined(separator: "+") }.joined(separator: ",")
  }

  /// Variables in which Open MPI, MPICH and Slurm tell a rank its number among those of its machine.
  private static let localRanks = [
    "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID", "PMI_RANK",
  ]

  /// The processors of a rank: those of its core, or of all where its number is not known.
  package func processors(environment: [String: String]) -> [Int] {
    let rank = Self.localRanks.lazy.compactMap { environment[$0].flatMap { Int($0) } }.first
    if let rank, cores.indices.contains(rank) { return cores[rank].processors }
    return cores.flatMap(\.processors)
  }

  /// Binds this process as its environment says; before its memory is used, which lies where its core is.
  ///
  /// Where the kernel refuses, the rank runs unbound: slower, with the same results.
  package static func bindThisProcess(environment: [String: String] = ProcessInfo.processInfo.environment) {
    guard let binding = environment[variable].flatMap({ RankBinding($0) }) else { return }
    let numbers = binding.processors(environment: environment).map(Int32.init)
    // The threads that are there already, this one among them.
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    for thread in threads.compactMap({ Int32($0) }) { _ = pw_bind(thread, numbers, Int32(numbers.count)) }
    if threads.isEmpty { _ = pw_bind(0, numbers, Int32(numbers.count)) }
  }
}

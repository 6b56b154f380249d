import Foundation
import MPI
import Manifest
import StudyStore
import Support

/// The ranks among which `mpirun paddlewheel aggregate DIR` divides the runs. A process started without mpirun is
/// the only rank and does not initialise MPI.
package final class AggregationRanks {
  private let communicator: Communicator?

  /// Initialises MPI where the process was started with other ranks.
  /// - Throws: `MPIError`.
  package init() throws {
    communicator = MPISession.isLaunched(ProcessInfo.processInfo.environment) ? try MPISession.start() : nil
  }

  /// A rank may give no sign of life for as long as a run of the study may go without a step.
  package func follow(_ study: StudyDirectory) {
    guard let limit_s = study.manifest.simulated?.resources.stallLimit_s else { return }
    MPISession.setStallLimit(StallLimit(limit_s: limit_s, name: "resources.stall-limit"))
  }

  /// Whether this process computes the results from all readings.
  package var isRoot: Bool { communicator?.isRoot ?? true }

  private var rank: Int { communicator?.rank ?? 0 }
  private var count: Int { communicator?.size ?? 1 }

  /// Cores of this machine for each of the ranks on it.
  var threads: Int {
    let environment = ProcessInfo.processInfo.environment
    let here = ["OMPI_COMM_WORLD_LOCAL_SIZE", "MPI_LOCALNRANKS"].compactMap {
      environment[$0].flatMap { Int($0) }
    }
    return max(1, ProcessInfo.processInfo.activeProcessorCount / max(1, here.first ?? count))
  }

  /// Runs the same work on every rank; an error aborts all of them and is printed once.
  package func together<T>(_ body: () throws -> T) throws -> T {
    guard let communicator else { return try body() }
    return communicator.orAbort(failure: {
      JobFailure(message: "\($0)", exitCode: ($0 as? any ExitingError)?.exitCode ?? 1)
    }) { try body() }
  }

  /// The same numbers on every rank, as the first has them.
  /// - Throws: `MPIError`.
  func agreed(_ numbers: [Int]) throws -> [Int] {
    guard let communicator, count > 1 else { return numbers }
    let length = try communicator.broadcast([numbers.count])[0]
    let own = isRoot ? numbers : [Int](repeating: 0, count: length)
    return length == 0 ? [] : try communicator.broadcast(own)
  }

  /// The runs that this process reads, of those that are to be read: the r-th, the (r + N)-th, …
  func share(of runs: [Int]) -> [Int] { stride(from: rank, to: runs.count, by: count).map { runs[$0] } }

  /// Runs that each rank reads before rank 0 gathers the results.
  private static let batch = 32

  /// Every rank reads its share of the runs.
  /// - Parameters:
  ///   - runs: in ascending order, the same on all ranks.
  ///   - read: reads some runs and passes the results on in the order given.
  ///   - take: is called on rank 0 with the results of all runs in their order. MPI is finalised after the last.
  func read(
    _ all: [Int], read: ([Int], @escaping (RunResult, Int) throws -> Void) throws -> Void,
    take: @escaping (RunResult, Int) throws -> Void
  ) throws {
    guard let communicator, count > 1 else {
      MPISession.end()
      return try read(all, take)
    }
    try together {
      for first in stride(from: 0, to: all.count, by: Self.batch * count) {
        let runs = Array(all[first..<min(first + Self.batch * count, all.count)])
        let own = OwnResults()
        // A batch begins with a run of the first rank.
        try read(share(of: runs)) { result, run in own.byRun[run] = result }
        for run in runs {
          let result = own.byRun.removeValue(forKey: run)
          // Rank 0 does not send to itself.
          let bytes = try isRoot ? [] : result.map { [UInt8](try ResultCoding.encoder.encode($0)) } ?? []
          let sent = try communicator.gather(bytes).values
          guard isRoot else { continue }
          try take(try result ?? ResultCoding.decoder.decode(RunResult.self, from: Data(sent)), run)
        }
      }
      MPISession.end()
    }
  }

  /// This rank's results of a batch.
  private final class OwnResults { var byRun: [Int: RunResult] = [:] }
}

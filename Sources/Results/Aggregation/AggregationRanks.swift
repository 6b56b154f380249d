import Foundation
import MPI
import Support

/// The ranks among which `mpirun paddlewheel aggregate DIR` deals the runs. A process that was started by
/// itself is the only rank, and MPI stays unstarted.
package final class AggregationRanks {
  private let communicator: Communicator?

  /// Joins the other ranks where the process was started with some.
  /// - Throws: `MPIError`.
  package init() throws {
    communicator = Self.isLaunched(ProcessInfo.processInfo.environment) ? try MPISession.start() : nil
  }

  /// The launcher tells its processes by variables: Open MPI's mpirun by the first, Slurm's and others'
  /// by PMI or PMIx.
  static func isLaunched(_ environment: [String: String]) -> Bool {
    for name in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE"] {
      if let size = environment[name].flatMap({ Int($0) }) { return size > 1 }
    }
    return environment["PMIX_RANK"] != nil
  }

  /// Whether this process makes the results from what all have read.
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

  /// Does what every rank does alike; an error ends them all, said once.
  package func together<T>(_ body: () throws -> T) throws -> T {
    guard let communicator else { return try body() }
    return communicator.orAbort(failure: {
      JobFailure(message: "\($0)", exitCode: ($0 as? any ExitingError)?.exitCode ?? 1)
    }) { try body() }
  }

  /// The runs that this process reads, of so many: r, r + N, …
  func share(of count: Int) -> [Int] { Array(stride(from: rank, to: count, by: self.count)) }

  /// Runs that each rank reads before rank 0 takes what all have read.
  private static let batch = 32

  /// Every rank reads its share of the runs.
  /// - Parameter read: reads some runs and hands the outcomes on in the order given.
  /// - Parameter take: gets the outcomes of all runs in their order, on rank 0 only. MPI has ended after the last.
  func outcomes(
    of runCount: Int, read: ([Int], @escaping (RunResult, Int) throws -> Void) throws -> Void,
    take: @escaping (RunResult, Int) throws -> Void
  ) throws {
    guard let communicator, count > 1 else {
      MPISession.end()
      return try read(Array(0..<runCount), take)
    }
    try together {
      for first in stride(from: 0, to: runCount, by: Self.batch * count) {
        let runs = first..<min(first + Self.batch * count, runCount)
        let own = Outcomes()
        try read(runs.filter { $0 % count == rank }) { outcome, run in own.byRun[run] = outcome }
        for run in runs {
          let outcome = own.byRun.removeValue(forKey: run)
          // What rank 0 has read does not travel.
          let bytes = try isRoot ? [] : outcome.map { [UInt8](try Self.encoder.encode($0)) } ?? []
          let sent = try communicator.gather(bytes).values
          guard isRoot else { continue }
          try take(try outcome ?? Self.decoder.decode(RunResult.self, from: Data(sent)), run)
        }
      }
      MPISession.end()
    }
  }

  /// Of a batch.
  private final class Outcomes { var byRun: [Int: RunResult] = [:] }

  /// JSON gives every number back to the last bit.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }

  private static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }
}

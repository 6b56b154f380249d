import Foundation
import MPI

/// The ranks among which `mpirun paddlewheel aggregate DIR` deals the runs. A process that was started by
/// itself is the only rank, and MPI stays unstarted.
public final class AggregationRanks {
  private let communicator: Communicator?

  /// Joins the other ranks where the process was started with some.
  /// - Throws: `MPIError`.
  public init() throws {
    communicator = Self.isLaunched(ProcessInfo.processInfo.environment) ? try .world() : nil
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
  public var isRoot: Bool { communicator?.isRoot ?? true }

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
  public func together<T>(_ body: () throws -> T) throws -> T {
    do { return try body() } catch {
      guard let communicator else { throw error }
      communicator.abort("\(error)", code: (error as? any ExitingError)?.exitCode ?? 1)
    }
  }

  /// Every rank reads its share of the runs: r, r + N, …
  /// - Returns: the outcomes of all, in the order of the runs, on rank 0; nothing elsewhere. MPI has ended then.
  func outcomes(
    of runs: [RunSpecification], read: ([RunSpecification]) -> [RunOutcome]
  ) throws -> [RunOutcome] {
    guard let communicator, count > 1 else {
      Communicator.finalize()
      return read(runs)
    }
    return try together {
      let own = read(stride(from: rank, to: runs.count, by: count).map { runs[$0] })
      var all: [RunOutcome] = []
      for index in runs.indices {
        let isOwn = index % count == rank
        let outcome = isOwn ? own[index / count] : nil
        // What rank 0 has read does not travel.
        let bytes = try isRoot ? [] : outcome.map { [UInt8](try Self.encoder.encode($0)) } ?? []
        let sent = try communicator.gather(bytes).values
        guard isRoot else { continue }
        all.append(try outcome ?? Self.decoder.decode(RunOutcome.self, from: Data(sent)))
      }
      Communicator.finalize()
      return all
    }
  }

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

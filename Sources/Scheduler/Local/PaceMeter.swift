import Foundation
import Manifest
import Runner
import StudyStore
import Support

/// Measures the pace of a run in some seconds, by copies of it that go side by side as runs of the study will.
package struct PaceMeter: Sendable {
  /// Of the study, or of a manifest that has none yet; absolute, for a name with a hyphen in front would be taken for an option.
  let path: String
  let pool: CorePool
  let stop: StopRequest
  /// Of each measurement, after a relaxation of at most as long.
  let seconds: Double

  package init(path: String, pool: CorePool, stop: StopRequest, seconds: Double = 2) {
    self.path = absolutePath(path, from: FileManager.default.currentDirectoryPath)
    self.pool = pool
    self.stop = stop
    self.seconds = seconds
  }

  /// - Parameters:
  ///   - jobs: copies at a time, as far as cores are free for them.
  /// - Returns: nil where it can't run on so many ranks.
  /// - Throws: ``StoppedError`` where the user has asked to stop.
  package func measure(_ run: RunSpecification, ranks: Int, jobs: Int) async throws -> PaceCurve.Point? {
    var leases: [CoreLease] = []
    while leases.count < jobs, let lease = pool.take(ranks) { leases.append(lease) }
    defer { for lease in leases { lease.end() } }
    // Where all cores are those of others the pace is the one that is left beside them.
    let places =
      leases.isEmpty
      ? [LaunchPlace(ranks: ranks)] : leases.map { LaunchPlace(ranks: ranks, cores: $0.cores) }
    let paces = await withTaskGroup(of: Double?.self) { group in
      for place in places {
        group.addTask {
          // The measurement of a run that can't start is none; the run itself will say why.
          (try? await Self.benchmark(path, run: run, place: place, seconds: seconds, stop: stop))?
            .stepsPerSecond
        }
      }
      return await group.reduce(into: [Double?]()) { $0.append($1) }
    }
    if stop.count > 0 {
      throw StoppedError("stopped before the first run; the same command starts the study")
    }
    let known = paces.compactMap { $0 }
    guard known.count == places.count, known.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    return PaceCurve.Point(
      ranks: ranks, jobs: places.count, stepsPerSecond: known.reduce(0, +) / Double(known.count))
  }

  /// The pace of one copy.
  /// - Throws: ``RunFailure`` with what its ranks have printed.
  static func benchmark(
    _ path: String, run: RunSpecification, place: LaunchPlace, seconds: Double, stop: StopRequest
  ) async throws -> PaceMeasurement {
    let lines = LineTail()
    let status = try await MPILauncher.local(in: place).run(
      [currentExecutable(), "pace", path, String(run.index), "--seconds", String(seconds)], stop: stop,
      watch: .within(1800)
    ) { lines.append($0) }.status
    guard status.isSuccess, let json = lines.last,
      let pace = try? JSONDecoder().decode(PaceMeasurement.self, from: Data(json.utf8))
    else { throw RunFailure("the benchmark of \(run.directoryName) failed: \(lines.text)") }
    return pace
  }
}

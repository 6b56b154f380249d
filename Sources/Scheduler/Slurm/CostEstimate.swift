import Foundation
import Manifest
import Runner
import StudyStore
import Support

/// What a study's remaining steps cost, from a pace that was measured.
package struct CostEstimate: Sendable {
  /// Atoms times steps per second of one core.
  package var atomStepsPerSecond: Double
  /// Where that comes from.
  package var source: String
  /// A checkpoint of the largest run, s.
  package var checkpoint_s: Double?
  /// Wall time that each run still needs, s, by index.
  package var times_s: [Int: Double] = [:]

  package init(atomStepsPerSecond: Double, source: String, checkpoint_s: Double? = nil) {
    self.atomStepsPerSecond = atomStepsPerSecond
    self.source = source
    self.checkpoint_s = checkpoint_s
  }

  package func coreHours(ranks: Int) -> Double { times_s.values.reduce(0, +) * Double(ranks) / 3600 }
  package var longest_s: Double { times_s.values.max() ?? 0 }

  mutating func count(_ run: RunSpecification, state: RunState, atoms: Int, ranks: Int) {
    let steps = Double(max(0, run.manifest.steps - state.step))
    times_s[run.index] = steps * Double(atoms) / (atomStepsPerSecond * Double(ranks))
  }
}

extension CostEstimate {
  /// The slowest pace that the study's own runs had; nil where none has run.
  static func measured(in study: StudyDirectory, atoms: (RunSpecification) -> Int?) -> CostEstimate? {
    var slowest: CostEstimate?
    for run in study.runs {
      let state = study.state(of: run.index)
      guard let pace = state.stepsPerSecond, pace > 0, let ranks = state.ranks, let atoms = atoms(run) else {
        continue
      }
      let perCore = pace * Double(atoms) / Double(ranks)
      let checkpoint_s = [slowest?.checkpoint_s, state.checkpoint_s].compactMap { $0 }.max()
      if perCore < slowest?.atomStepsPerSecond ?? .infinity {
        slowest = CostEstimate(atomStepsPerSecond: perCore, source: "the pace of \(run.directoryName)")
      }
      slowest?.checkpoint_s = checkpoint_s
    }
    return slowest
  }
}

extension CostEstimate {
  /// The pace of a study's own runs, or else of a few seconds on one core of this machine.
  /// - Parameter manifest: or the study's directory: what the benchmark reads.
  /// - Throws: ``RunFailure`` where the benchmark fails.
  package static func measured(
    _ study: StudyDirectory, manifest: String, run: RunSpecification, atoms: (RunSpecification) -> Int?
  ) async throws -> CostEstimate {
    if let own = measured(in: study, atoms: atoms) { return own }
    return try await benchmark(manifest, run: run)
  }

  private static func benchmark(_ path: String, run: RunSpecification) async throws -> CostEstimate {
    let lines = LineTail()
    let status = try await MPILauncher.local(ranks: 1).run(
      [currentExecutable(), "pace", path, String(run.index)], stop: StopRequest()
    ) { lines.append($0) }
    guard status.isSuccess, let json = lines.last,
      let pace = try? JSONDecoder().decode(PaceMeasurement.self, from: Data(json.utf8))
    else { throw RunFailure("the benchmark of \(run.directoryName) failed: \(lines.text)") }
    return CostEstimate(
      atomStepsPerSecond: pace.stepsPerSecond * Double(pace.atoms) / Double(pace.ranks),
      source: String(
        format: "%.1f steps/s of %d atoms, measured on one core of this machine", pace.stepsPerSecond,
        pace.atoms),
      // Ranks agree on one every ten steps; writing takes about as long as gathering, or longer.
      checkpoint_s: 3 * pace.checkpoint_s + 10 / pace.stepsPerSecond)
  }
}

import Foundation
import Manifest
import Runner
import StudyStore
import Support

/// The cost of a study's remaining steps, from a measured pace.
package struct CostEstimate: Sendable {
  /// Atom-steps per second of one core.
  package var atomStepsPerSecond: Double
  /// How the pace was measured, for the user.
  package var source: String
  /// Time of a checkpoint of the largest run, s.
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
  /// The slowest pace of the study's own runs; nil where none has run.
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
  /// The pace of a study's own runs, or else of a short benchmark on one core of this machine.
  /// - Parameter manifest: the path of the manifest or of the study, for the benchmark.
  /// - Throws: ``RunFailure`` where the benchmark fails.
  package static func measured(
    _ study: StudyDirectory, manifest: String, run: RunSpecification, atoms: (RunSpecification) -> Int?
  ) async throws -> CostEstimate {
    if let own = measured(in: study, atoms: atoms) { return own }
    // The program is started anew: a name with a hyphen in front would be taken for an option.
    return try await benchmark(
      absolutePath(manifest, from: FileManager.default.currentDirectoryPath), run: run)
  }

  private static func benchmark(_ path: String, run: RunSpecification) async throws -> CostEstimate {
    let pace = try await PaceMeter.benchmark(
      path, run: run, place: LaunchPlace(ranks: 1), seconds: 3, stop: StopRequest())
    return CostEstimate(
      atomStepsPerSecond: pace.stepsPerSecond * Double(pace.atoms) / Double(pace.ranks),
      source: String(
        format: "%.1f steps/s of %d atoms, measured on one core of this machine", pace.stepsPerSecond,
        pace.atoms),
      // The ranks agree on a checkpoint every ten steps; writing is taken to last twice as long as gathering.
      checkpoint_s: 3 * pace.checkpoint_s + 10 / pace.stepsPerSecond)
  }
}

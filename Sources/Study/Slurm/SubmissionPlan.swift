import Foundation

/// What a submission is going to send, and why some runs are not in it.
public struct SubmissionPlan: Sendable {
  public var runs: [Int]
  /// Runs left out other than those that are done, with the reason.
  public var leftOut: [Int: String]
  public var done: Int
  public var cost: CostEstimate
  public var site: SiteProfile
  public var ranks: Int
  /// Before the time limit, s.
  public var margin_s: Double
  /// The elements of each array.
  public var arraySize: Int

  /// The runs of each array and what is to be subtracted from their index there.
  var parts: [(offset: Int, runs: [Int])] {
    var parts: [(offset: Int, runs: [Int])] = []
    for run in runs {
      let offset = run / arraySize * arraySize
      if parts.last?.offset == offset {
        parts[parts.count - 1].runs.append(run)
      } else {
        parts.append((offset, [run]))
      }
    }
    return parts
  }

  /// Adds up the time that the runs still need.
  /// - Parameter sizes: atoms of each run.
  public mutating func count(_ study: StudyDirectory, sizes: [Int?]) {
    for index in runs {
      guard sizes.indices.contains(index), let atoms = sizes[index] else { continue }
      cost.count(study.runs[index], state: study.state(of: index), atoms: atoms, ranks: ranks)
    }
  }

  /// Elements of each array that may run at once.
  var throttle: Int? { site.maxRunning.map { max(1, $0 / max(1, parts.count)) } }
}

/// What a study's remaining steps cost, from a pace that was measured.
public struct CostEstimate: Sendable {
  /// Atoms times steps per second of one core.
  public var atomStepsPerSecond: Double
  /// Where that comes from.
  public var source: String
  /// A checkpoint of the largest run, s.
  public var checkpoint_s: Double?
  /// Wall time that each run still needs, s, by index.
  public var times_s: [Int: Double] = [:]

  public init(atomStepsPerSecond: Double, source: String, checkpoint_s: Double? = nil) {
    self.atomStepsPerSecond = atomStepsPerSecond
    self.source = source
    self.checkpoint_s = checkpoint_s
  }

  public func coreHours(ranks: Int) -> Double { times_s.values.reduce(0, +) * Double(ranks) / 3600 }
  public var longest_s: Double { times_s.values.max() ?? 0 }

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

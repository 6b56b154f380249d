import StudyStore
import Support

/// The longest time between two steps of an attempt, and how long it may hence go without one.
struct StepPace: Sendable {
  /// The manifest's `resources.stall-limit`, s; nil for the one that follows from the steps.
  private let limit_s: Double?
  /// Of the limit that follows from the steps.
  private let least_s: Double
  private var sinceStep: Stopwatch?
  /// Checkpoints included, s; 0 before the second step.
  private(set) var longest_s = 0.0

  /// - Parameter least_s: how long a single step may take, as far as that is known.
  init(limit_s: Double?, least_s: Double = 0) {
    self.limit_s = limit_s
    self.least_s = max(RunState.leastStallLimit_s, least_s)
  }

  /// How long the attempt may go without a step, s.
  var stallLimit_s: Double { limit_s ?? max(least_s, 20 * longest_s) }

  /// Counts a step.
  /// - Returns: whether it was the longest so far.
  mutating func step() -> Bool {
    WorkCounter.advance()
    defer { sinceStep = Stopwatch() }
    guard let time_s = sinceStep?.elapsed_s, time_s > longest_s else { return false }
    longest_s = time_s
    return true
  }
}

/// The threads and memory that reading one run may use.
///
/// Bytes for a run of n frames: the paths of the ions being read, `pathBytes` or the 12 n of one ion if that is
/// more; 100 n for sums, the reference path, steps and times; 110 n for each thread. The curves, 16 n, are kept.
struct ReadBudget: Sendable, Equatable {
  var threads = 1
  var pathBytes = 256 << 20

  /// For a process that reads a study, bytes.
  static let memory = 900 << 20

  /// Divides threads and memory among runs that are read at once.
  /// - Parameter frames: of the longest run.
  /// - Returns: how many runs to read at once, and the budget of each.
  static func divide(threads: Int, runs: Int, frames: Int, memory: Int = memory) -> (
    runs: Int, budget: ReadBudget
  ) {
    // A finished record stores 21 ions together: reading fewer at a time would unpack them more than once.
    let paths = max(16 << 20, min(256 << 20, 21 * 12 * frames))
    var atOnce = 1
    var each = 1
    // As many threads as fit, preferably in different runs rather than in one.
    for n in 1...max(1, min(threads, runs)) {
      let fitting = (memory / n - paths - 100 * frames) / max(1, 110 * frames)
      let own = min(threads / n, fitting)
      if own >= 1, n * own >= atOnce * each { (atOnce, each) = (n, own) }
    }
    let left = memory / atOnce - (100 + 110 * each) * frames
    return (atOnce, ReadBudget(threads: each, pathBytes: max(16 << 20, min(256 << 20, left))))
  }
}

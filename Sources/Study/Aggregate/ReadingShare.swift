/// What of the machine the reading of one run may use.
///
/// Memory of a run with n frames: the paths of the ions at hand, `pathBytes` or the 12 n of one ion if that is
/// more; 32 n for sums, 24 n for the reference path while it is taken; 110 n for each thread. What is left of
/// it afterwards are the curves, 16 n.
struct ReadingShare: Sendable, Equatable {
  var threads = 1
  var pathBytes = 256 << 20

  /// For a process that reads a study, bytes.
  static let memory = 900 << 20

  /// Shares the threads and the memory among runs that are read at once.
  /// - Parameter frames: of the longest run.
  /// - Returns: how many runs to read at once, and the share of each.
  static func divide(threads: Int, runs: Int, frames: Int, memory: Int = memory) -> (
    runs: Int, share: ReadingShare
  ) {
    func needed(threads: Int) -> Int { (56 + 110 * threads) * frames + max(16 << 20, 12 * frames) }
    var atOnce = max(1, min(threads, runs))
    while atOnce > 1, atOnce * needed(threads: 1) > memory { atOnce -= 1 }
    var each = max(1, threads / atOnce)
    while each > 1, atOnce * needed(threads: each) > memory { each -= 1 }
    let left = memory / atOnce - (56 + 110 * each) * frames
    return (atOnce, ReadingShare(threads: each, pathBytes: max(16 << 20, min(256 << 20, left))))
  }
}

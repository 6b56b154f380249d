import Foundation
import Support

/// The processes that a launch has started on this machine.
package struct RankProcesses {
  /// The command that starts the ranks: mpirun or srun.
  let root: Int
  /// Words that the command line of a rank ends with.
  let rankWords: [String]
  /// Every process seen so far.
  private var known: [Int: ProcessTable.Entry] = [:]
  /// Those of them that are ranks.
  private var ranks: Set<Int> = []

  package init(root: Int, rankWords: [String]) {
    self.root = root
    self.rankWords = rankWords
  }

  /// What the processes below the command have computed at the last look, in clock ticks: where all are stopped it stays.
  package private(set) var work: UInt64 = 0

  /// Looks at the processes.
  /// - Returns: whether a rank has ended, while the command still runs.
  package mutating func look(_ entries: [ProcessTable.Entry] = ProcessTable.recent(within_s: 0.15)) -> Bool {
    let living = ProcessTable.descendants(of: root, in: entries)
    for entry in living where known[entry.pid]?.start != entry.start {
      known[entry.pid] = entry
      if !rankWords.isEmpty, ProcessTable.words(of: entry.pid).suffix(rankWords.count) == rankWords[...] {
        ranks.insert(entry.pid)
      }
    }
    work = living.reduce(0) { $0 &+ $1.work }
    let now = Dictionary(entries.map { ($0.pid, $0) }) { first, _ in first }
    guard let command = now[root], !command.hasEnded else { return false }
    return ranks.contains { pid in
      guard let entry = now[pid], entry.start == known[pid]?.start else { return true }
      return entry.hasEnded
    }
  }

  /// Kills the ranks that the command has left behind when it ended, as it was killed. They get a moment to end by
  /// themselves, as Open MPI's do.
  package func endLeftRanks() async {
    func left() -> [Int] {
      ranks.filter {
        ProcessTable.entry(of: $0).map { $0.start == known[$0.pid]?.start && !$0.hasEnded } ?? false
      }
    }
    for _ in 0..<20 where !left().isEmpty {
      // Cancelled where the launch is: then at once.
      try? await Task.sleep(for: .milliseconds(100))
    }
    for pid in left() {
      if let number = pid_t(exactly: pid), number > 1 { Foundation.kill(number, SIGKILL) }
    }
  }

  /// Kills what is left of them, the command first. A number that another process has by now is left alone.
  package func kill() {
    let root = pid_t(exactly: root) ?? 0
    if root > 0 { Foundation.kill(root, SIGKILL) }
    for (pid, entry) in known where ProcessTable.entry(of: pid)?.start == entry.start {
      if let number = pid_t(exactly: pid), number > 1 { Foundation.kill(number, SIGKILL) }
    }
  }
}

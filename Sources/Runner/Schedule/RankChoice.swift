/// Chooses the ranks of runs so that all of them end soonest.
package struct RankChoice {
  private let cores: Int
  private let jobs: RunSchedule.Jobs

  package init(cores: Int, jobs: RunSchedule.Jobs) {
    self.cores = cores
    self.jobs = jobs
  }

  /// A larger number of ranks has to gain this much, for a measured pace is uncertain.
  private static let leastGain = 0.02
  private static let mostWidened = 100

  /// The ranks of every run, by its index; those that are decided stay.
  package func choose(_ work: [Workload]) -> [Int: Int] {
    var best = (ranks: ranks(work, 1), time_s: Double.infinity)
    for count in candidates(work.count) {
      var next = (ranks: ranks(work, count), time_s: 0.0)
      next.time_s = time_s(work, next.ranks)
      // The last runs have cores for which no others are left; of many runs they are a small part.
      if work.count <= Self.mostWidened { next = widened(work, next) }
      if next.time_s < best.time_s * (1 - Self.leastGain) { best = next }
    }
    return best.ranks
  }

  /// Widens again and again, as long as that gains enough.
  private func widened(_ work: [Workload], _ first: (ranks: [Int: Int], time_s: Double)) -> (
    ranks: [Int: Int], time_s: Double
  ) {
    var best = first
    for _ in 0..<20 {
      guard let next = widened(work, best.ranks, below: best.time_s * (1 - Self.leastGain)) else { break }
      best = next
    }
    return best
  }

  /// Gives more ranks to the runs of the last wave, or to the one that ends last.
  /// - Returns: nil where nothing ends earlier than `limit_s`.
  private func widened(_ work: [Workload], _ ranks: [Int: Int], below limit_s: Double) -> (
    [Int: Int], Double
  )? {
    let table = RunTimetable(work, ranks: ranks, cores: cores, jobs: jobs)
    guard let last = table.entries.max(by: { $0.end_s < $1.end_s }) else { return nil }
    let open = Dictionary(uniqueKeysWithValues: work.filter { $0.ranks == nil }.map { ($0.run, $0) })
    let wave = table.entries.filter { $0.start_s >= last.start_s }.map(\.run)
    var best: (ranks: [Int: Int], time_s: Double)?
    for runs in [[last.run], wave] {
      for count in candidates(work.count) {
        var next = ranks
        for run in runs {
          guard let item = open[run], count > ranks[run] ?? 1 else { continue }
          next[run] = min(count, item.mostRanks)
        }
        guard next != ranks else { continue }
        let next_s = time_s(work, next)
        if next_s < min(limit_s, best?.time_s ?? .infinity) { best = (next, next_s) }
      }
    }
    return best
  }

  private func ranks(_ work: [Workload], _ count: Int) -> [Int: Int] {
    Dictionary(uniqueKeysWithValues: work.map { ($0.run, $0.ranks ?? min(count, $0.mostRanks)) })
  }

  private func time_s(_ work: [Workload], _ ranks: [Int: Int]) -> Double {
    RunTimetable(work, ranks: ranks, cores: cores, jobs: jobs).end_s
  }

  /// Numbers of ranks that are tried, rising: all of a small machine; of a large one the whole parts of it, and steps of a
  /// third to a half between them.
  package func candidates(_ runs: Int) -> [Int] {
    let most: Int
    switch jobs {
    case .automatic: most = cores
    case .atMost(let jobs): most = max(1, cores / max(1, min(jobs, max(1, runs))))
    }
    guard most > 16 else { return Array(1...max(1, most)) }
    var numbers: Set<Int> = []
    for part in 1...most { numbers.insert(most / part) }
    var power = 1
    while power <= most {
      numbers.insert(power)
      if power * 3 / 2 <= most { numbers.insert(max(1, power * 3 / 2)) }
      power *= 2
    }
    return numbers.sorted()
  }
}

import StudyStore

/// What a run still has to do, and how fast it goes.
package struct Workload: Equatable, Sendable {
  package var run: Int
  /// That are left.
  package var steps: Int
  package var curve: PaceCurve
  /// As the user or an earlier start of the study has decided; nil where they are to be chosen.
  package var ranks: Int?
  /// The most that its system can be divided into, as far as known.
  package var mostRanks = Int.max

  package init(run: Int, steps: Int, curve: PaceCurve, ranks: Int? = nil) {
    self.run = run
    self.steps = steps
    self.curve = curve
    self.ranks = ranks
  }

  /// Wall time on a number of ranks, s; where no pace is known a number that grows with the steps.
  package func time_s(_ ranks: Int) -> Double {
    Double(max(steps, 1)) / (curve.stepsPerSecond(ranks: max(1, ranks)) ?? 1)
  }
}

/// When runs end that start one after the other on the cores of a machine, each as soon as there are cores for it.
package struct RunTimetable {
  package struct Entry: Equatable {
    package var run: Int
    package var start_s: Double
    package var end_s: Double
  }

  /// In the order in which they start: the longest first.
  package let entries: [Entry]

  package var end_s: Double { entries.lazy.map(\.end_s).max() ?? 0 }

  /// - Parameters:
  ///   - ranks: by the run's index.
  ///   - cores: of the machine.
  package init(_ work: [Workload], ranks: [Int: Int], cores: Int, jobs: RunSchedule.Jobs) {
    let items = work.map { (run: $0.run, ranks: ranks[$0.run] ?? 1, time_s: $0.time_s(ranks[$0.run] ?? 1)) }
    self.init(items.sorted { ($0.time_s, $1.run) > ($1.time_s, $0.run) }, cores: cores, jobs: jobs)
  }

  /// - Parameter items: in the order in which they start.
  package init(_ items: [(run: Int, ranks: Int, time_s: Double)], cores: Int, jobs: RunSchedule.Jobs) {
    var free = [Double](repeating: 0, count: max(1, cores))
    // A number that the user has said goes in any case, cores or not.
    var slots: [Double]
    let sharesCores: Bool
    switch jobs {
    case .automatic: (slots, sharesCores) = ([], false)
    case .atMost(let most):
      (slots, sharesCores) = ([Double](repeating: 0, count: max(1, min(most, items.count))), true)
    }
    var last_s = 0.0
    var entries: [Entry] = []
    for item in items {
      let needed = min(max(1, item.ranks), free.count)
      var start_s = max(last_s, sharesCores ? 0 : free[needed - 1])
      if let slot = slots.first {
        start_s = max(start_s, slot)
        slots.removeFirst()
        Self.insert(start_s + item.time_s, into: &slots)
      }
      let end_s = start_s + item.time_s
      if !sharesCores {
        free.removeFirst(needed)
        for _ in 0..<needed { Self.insert(end_s, into: &free) }
      }
      last_s = start_s
      entries.append(Entry(run: item.run, start_s: start_s, end_s: end_s))
    }
    self.entries = entries
  }

  private static func insert(_ time_s: Double, into times: inout [Double]) {
    var (low, high) = (0, times.count)
    while low < high {
      let middle = (low + high) / 2
      if times[middle] < time_s { low = middle + 1 } else { high = middle }
    }
    times.insert(time_s, at: low)
  }
}

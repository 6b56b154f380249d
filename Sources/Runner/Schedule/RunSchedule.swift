/// Which runs start on this machine: in what order, on how many ranks, and how many at a time.
package struct RunSchedule: Equatable, Sendable {
  /// How many runs go at a time.
  package enum Jobs: Equatable, Sendable {
    /// As many as there are cores for.
    case automatic
    case atMost(Int)
  }

  /// Indices of the runs, in the order in which they start.
  package var order: [Int]
  /// By the run's index; one for those without.
  package var ranks: [Int: Int]
  package var jobs: Jobs
  /// Runs whose ranks are few, and which may need the whole machine: a program behind a socket computes their forces.
  package var alone: Set<Int>

  package init(order: [Int], ranks: [Int: Int] = [:], jobs: Jobs = .automatic, alone: Set<Int> = []) {
    self.order = order
    self.ranks = ranks
    self.jobs = jobs
    self.alone = alone
  }

  package func ranks(of run: Int) -> Int { ranks[run] ?? 1 }

  /// Whether a further run may start.
  /// - Parameter going: indices of the runs that go.
  package func allows(_ run: Int, beside going: some Collection<Int>) -> Bool {
    switch jobs {
    case .atMost(let most): going.count < most
    case .automatic:
      going.isEmpty || (!alone.contains(run) && going.allSatisfy { !alone.contains($0) })
    }
  }
}

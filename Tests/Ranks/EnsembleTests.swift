import Foundation
import RankCheckResults
import RankChecks
import Testing

extension Ranks {
  /// All ensembles in one job for each number of ranks.
  @Suite struct EnsembleTests {
    private static let rankCounts = [1, 2, 4, 6]

    /// 50 steps of every ensemble, by number of ranks, in the order of `EnsembleCase.all`.
    private static let trajectories: Result<[Int: [RankCheckResult]], any Error> = Result {
      let start = try thermalStructure(papersCell)
      let checks = EnsembleCase.all.map { ensemble in
        [start, "precision=double", "accuracy=1e-5", "skin=0.3"] + ensemble.hold + [
          "velocities=600:1", "run=\(ensemble.integrator):50:\(ensemble.timestep_fs):50",
        ]
      }
      var results: [Int: [RankCheckResult]] = [:]
      for ranks in rankCounts { results[ranks] = try rankChecks(ranks: ranks, checks) }
      return results
    }

    /// The same trajectory on 1, 2, 4 and 6 ranks. Double precision and 50 steps of trajectories that diverge
    /// slowly give rounding of 1e-14 Å; 1e-9 Å is still far below any physical effect. The skin is thin, so
    /// that lists are rebuilt and molecules migrate.
    @Test(arguments: EnsembleCase.all.indices)
    func trajectoryDoesNotDependOnRanks(_ index: Int) throws {
      let name = EnsembleCase.all[index].description
      let results = try Self.trajectories.get()
      let one = try #require(results[1]?[index])
      for ranks in Self.rankCounts.dropFirst() {
        let found = try #require(results[ranks]?[index])
        let apart = zip(one.positions, found.positions).map { abs($0 - $1) }.max() ?? .infinity
        #expect(apart < 1e-9, "\(name), \(ranks) ranks")
        #expect(abs(one.volume_A3 - found.volume_A3) < 1e-9 * one.volume_A3, "\(name), \(ranks) ranks")
        #expect(abs(one.conserved - found.conserved) < 1e-10 * abs(one.conserved), "\(name), \(ranks) ranks")
      }
    }

    /// Runs of 80 steps, and those that resume from a file of step 37: on the same number of ranks, and on
    /// three.
    private struct Continued {
      var whole: [RankCheckResult]
      var same: [RankCheckResult]
      var other: [RankCheckResult]
    }

    private static let continued: Result<Continued, any Error> = Result {
      try withTemporaryFolder { folder in
        let start = try thermalStructure(papersCell)
        var (whole, rest): ([[String]], [[String]]) = ([], [])
        for (index, ensemble) in EnsembleCase.all.enumerated() {
          let saved = folder.appendingPathComponent("saved-\(index)").path
          let system = [start, "skin=0.3", "precision=double"] + ensemble.hold
          func run(_ integrator: String, _ steps: Int) -> String {
            "run=\(integrator):\(steps):\(ensemble.timestep_fs)"
          }
          let begin = system + ["velocities=600:1", run(ensemble.integrator, 37)]
          whole.append(begin + ["save=\(saved)", run("same", 43)])
          // Takes no step: creates the integrator whose state the file holds.
          rest.append(system + [run(ensemble.integrator, 0), "load=\(saved)", run("same", 43)])
        }
        let onTwo = try rankChecks(ranks: 2, whole)
        // In a job of its own: nothing of the first process may be needed.
        return Continued(
          whole: onTwo, same: try rankChecks(ranks: 2, rest), other: try rankChecks(ranks: 3, rest))
      }
    }

    /// Stopped after 37 of 80 steps and resumed from a file: bit for bit on the same number of ranks, to
    /// rounding on another number.
    @Test(arguments: EnsembleCase.all.indices)
    func resumedRunIsTheWholeRun(_ index: Int) throws {
      let name: Comment = "\(EnsembleCase.all[index].description)"
      let results = try Self.continued.get()
      let (whole, same, other) = (results.whole[index], results.same[index], results.other[index])
      #expect(same.positions == whole.positions, name)
      #expect(same.velocities == whole.velocities, name)
      #expect(same.volume_A3 == whole.volume_A3, name)
      #expect(same.conserved == whole.conserved, name)
      #expect(relativeDifference(whole.positions, other.positions) < 1e-11, name)
      #expect(abs(other.conserved - whole.conserved) < 1e-10 * abs(whole.conserved), name)
    }
  }
}

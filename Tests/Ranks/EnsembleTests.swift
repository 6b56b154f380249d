import Foundation
import RankChecks
import Testing

extension Ranks {
  @Suite struct EnsembleTests {
    /// 50 steps of every ensemble on 1, 2, 4 and 6 ranks. Double precision and 50 steps of a motion whose
    /// neighbouring paths part slowly leave rounding of 1e-14 Å; 1e-9 Å is still far below any physics. The
    /// skin is thin, so that lists are built and molecules migrate on the way.
    @Test(arguments: EnsembleCase.all)
    func trajectoryDoesNotDependOnRanks(_ ensemble: EnsembleCase) throws {
      try withTemporaryFolder { folder in
        let commands =
          [
            try thermalStructure(papersCell, in: folder), "precision=double", "accuracy=1e-5", "skin=0.3",
          ] + ensemble.hold + [
            "velocities=600:1", "run=\(ensemble.integrator):50:\(ensemble.timestep_fs):50",
          ]
        let one = try rankCheck(ranks: 1, commands)
        for ranks in [2, 4, 6] {
          let found = try rankCheck(ranks: ranks, commands)
          let apart = zip(one.positions, found.positions).map { abs($0 - $1) }.max() ?? .infinity
          #expect(apart < 1e-9, "\(ranks) ranks")
          #expect(abs(one.volume_A3 - found.volume_A3) < 1e-9 * one.volume_A3, "\(ranks) ranks")
          #expect(abs(one.conserved - found.conserved) < 1e-10 * abs(one.conserved), "\(ranks) ranks")
        }
      }
    }

    /// Stopped after 37 of 80 steps, gone on with from a file: bit for bit on as many ranks, to rounding on
    /// another number.
    @Test(arguments: EnsembleCase.all)
    func resumedRunIsTheWholeRun(_ ensemble: EnsembleCase) throws {
      try withTemporaryFolder { folder in
        let saved = folder.appendingPathComponent("saved").path
        let system =
          [try thermalStructure(papersCell, in: folder), "skin=0.3", "precision=double"] + ensemble.hold
        func run(_ integrator: String, _ steps: Int) -> String {
          "run=\(integrator):\(steps):\(ensemble.timestep_fs)"
        }
        let begin = system + ["velocities=600:1", run(ensemble.integrator, 37)]
        let whole = try rankCheck(ranks: 2, begin + ["save=\(saved)", run("same", 43)])
        // Takes no step: makes the integrator whose state the file holds.
        let continued = system + [run(ensemble.integrator, 0), "load=\(saved)", run("same", 43)]
        let same = try rankCheck(ranks: 2, continued)
        #expect(same.positions == whole.positions)
        #expect(same.velocities == whole.velocities)
        #expect(same.volume_A3 == whole.volume_A3)
        #expect(same.conserved == whole.conserved)
        let other = try rankCheck(ranks: 3, continued)
        #expect(relativeDifference(whole.positions, other.positions) < 1e-11)
        #expect(abs(other.conserved - whole.conserved) < 1e-10 * abs(whole.conserved))
      }
    }
  }
}

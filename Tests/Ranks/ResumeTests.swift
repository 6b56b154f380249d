import Foundation
import RankChecks
import Testing

extension Ranks {
  @Suite struct ResumeTests {
    private static let system = [
      na2b12h12, papersCell, "precision=double", "skin=0.4", "relax=0.5", "velocities=900:1",
    ]

    /// A run through a snapshot in between is the whole run, bit for bit on the same ranks.
    @Test(arguments: [1, 2, 3], ["nve", "nhc,600,0.05", "langevin,600,10,5"])
    func splitRunIsTheWholeRun(_ ranks: Int, _ integrator: String) throws {
      let whole = try rankCheck(ranks: ranks, Self.system + ["run=\(integrator):120:1"])
      let split = try rankCheck(
        ranks: ranks,
        Self.system + ["run=\(integrator):53:1", "snapshot=", "run=same:60:1", "snapshot=", "run=same:7:1"])
      #expect(split == whole)
    }

    /// On another number of ranks to rounding, which 30 fs of motion amplify a little.
    @Test(arguments: [(2, 3), (3, 1), (1, 4)], ["nhc,600,0.05", "langevin,600,10,5"])
    func resumedRunDoesNotDependOnRanks(_ ranks: (before: Int, after: Int), _ integrator: String) throws {
      try withTemporaryFolder { folder in
        let file = folder.appendingPathComponent("snapshot.json").path
        _ = try rankCheck(ranks: ranks.before, Self.system + ["run=\(integrator):60:1", "save=\(file)"])
        // One step sets the integrator up; the snapshot then replaces all that it did.
        let resume = Self.system + ["run=\(integrator):1:1", "load=\(file)", "run=same:30:1"]
        let same = try rankCheck(ranks: ranks.before, resume)
        let other = try rankCheck(ranks: ranks.after, resume)
        #expect(relativeDifference(same.forces, other.forces) < 1e-9)
        #expect(relativeDifference(same.positions, other.positions) < 1e-11)
        #expect(relativeDifference(same.velocities, other.velocities) < 1e-9)
        #expect(abs(same.conserved - other.conserved) < 1e-10 * abs(same.conserved))
        let whole = try rankCheck(ranks: ranks.before, Self.system + ["run=\(integrator):90:1"])
        #expect(whole.forces == same.forces && whole.positions == same.positions)
        #expect(whole.conserved == same.conserved)
      }
    }
  }
}

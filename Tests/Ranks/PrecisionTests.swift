import Foundation
import RankChecks
import Testing

extension Ranks {
  @Suite struct PrecisionTests {
    /// Mixed precision beside double, on any number of ranks, of cells in thermal motion: one with three types
    /// of atom, one with five. Single precision has 6e-8, and some 300 pairs of either sign make up a force;
    /// 1e-5 of the r.m.s. force is a tenth of what is promised.
    @Test(arguments: ["na2b12h12-bcc:1,1,0,-1,1,0,0,0,2", "o-nbh:1,1,1"])
    func mixedForcesAreThoseOfDouble(_ system: String) throws {
      let parts = system.split(separator: ":")
      try withTemporaryFolder { folder in
        let path = folder.appendingPathComponent("start.extxyz").path
        _ = try rankCheck(
          ranks: 1,
          [
            "structure=\(parts[0])", "supercell=\(parts[1])", "relax=0.1", "velocities=600:3",
            "run=langevin,600,10,4:200:1", "structure-out=\(path)",
          ])
        let double = try rankCheck(ranks: 1, ["structure=\(path)", "precision=double"])
        let alone = try rankCheck(ranks: 1, ["structure=\(path)", "precision=mixed"])
        #expect(relativeDifference(double.forces, alone.forces) < 1e-5)
        #expect(abs(alone.potential - double.potential) < 1e-6 * abs(double.potential))
        #expect(relativeDifference(double.virial, alone.virial) < 1e-5)
        for ranks in [2, 3, 4] {
          let found = try rankCheck(ranks: ranks, ["structure=\(path)", "precision=mixed"])
          #expect(relativeDifference(alone.forces, found.forces) < 1e-5, "\(ranks) ranks")
        }
      }
    }

    /// What a pruned list leaves out adds zero: how far it is pruned, and so when, does not change a bit.
    @Test(arguments: [1, 2]) func pruningChangesNothing(_ ranks: Int) throws {
      func run(_ margin: String) throws -> RankCheckResult {
        try rankCheck(
          ranks: ranks,
          [
            na2b12h12, papersCell, "skin=2", "margin=\(margin)", "relax=0.5", "velocities=600:1",
            "run=nhc,600,0.1:80:1:20",
          ])
      }
      let tight = try run("0.1")
      #expect(try run("0.7") == tight)
      #expect(try run("2") == tight)
    }

    /// With a skin as thin as a step is long, steps find that their lists were too old, and are repeated with
    /// new ones: the motion equals that with a thick skin, to rounding.
    @Test(arguments: ["nve", "nhc,600,0.05", "nhc,600,0.05+mtk,full,0,0.5"])
    func stepsWithOldListsAreRepeated(_ integrator: String) throws {
      func run(_ skin: String) throws -> RankCheckResult {
        try rankCheck(
          ranks: 2,
          [
            na2b12h12, papersCell, "precision=double", "skin=\(skin)", "relax=0.5", "velocities=900:1",
            "run=\(integrator):40:0.5",
          ])
      }
      let thin = try run("0.06")
      let thick = try run("2")
      #expect(thin.dangerousBuilds > 0)
      #expect(thick.dangerousBuilds == 0)
      #expect(relativeDifference(thick.positions, thin.positions) < 1e-11)
      #expect(relativeDifference(thick.velocities, thin.velocities) < 1e-9)
      #expect(abs(thin.conserved - thick.conserved) < 1e-9 * abs(thick.conserved))
    }
  }
}

import Foundation
import RankChecks
import Testing

extension Ranks {
  @Suite struct PrecisionTests {
    /// Mixed against double precision, on any number of ranks, for cells in thermal motion: one with three
    /// atom types, one with five. Single precision has 6e-8, and some 300 pairs of either sign make up a
    /// force; 1e-5 of the r.m.s. force is a tenth of the specified error.
    @Test(arguments: ["na2b12h12-bcc:1,1,0,-1,1,0,0,0,2", "o-nbh:1,1,1"])
    func mixedForcesAreThoseOfDouble(_ system: String) throws {
      let parts = system.split(separator: ":")
      let start = try thermalStructure("supercell=\(parts[1])", of: "structure=\(parts[0])")
      let found = try rankChecks(ranks: 1, [[start, "precision=double"], [start, "precision=mixed"]])
      let (double, alone) = (found[0], found[1])
      #expect(relativeDifference(double.forces, alone.forces) < 1e-5)
      #expect(abs(alone.potential - double.potential) < 1e-6 * abs(double.potential))
      #expect(relativeDifference(double.virial, alone.virial) < 1e-5)
      for ranks in [2, 3, 4] {
        let found = try rankCheck(ranks: ranks, [start, "precision=mixed"])
        #expect(relativeDifference(alone.forces, found.forces) < 1e-5, "\(ranks) ranks")
      }
    }

    /// The pairs that a pruned list omits contribute zero: how far and when it is pruned does not change a
    /// bit.
    @Test(arguments: [1, 2]) func pruningChangesNothing(_ ranks: Int) throws {
      let start = try thermalStructure(papersCell)
      let found = try rankChecks(
        ranks: ranks,
        ["0.1", "0.7", "2"].map {
          [start, "skin=2", "margin=\($0)", "velocities=600:1", "run=nhc,600,0.1:80:1:20"]
        })
      #expect(found[1] == found[0])
      #expect(found[2] == found[0])
    }

    /// With a skin as thin as the motion in a step, steps detect that their lists were too old and are
    /// repeated with new ones: the trajectory equals that with an ample skin, to rounding.
    @Test func stepsWithOldListsAreTakenAgain() throws {
      let integrators = ["nve", "nhc,600,0.05", "nhc,600,0.05+mtk,full,0,0.5"]
      let start = try thermalStructure(papersCell)
      let found = try rankChecks(
        ranks: 2,
        integrators.flatMap { integrator in
          ["0.06", "2"].map {
            [start, "precision=double", "skin=\($0)", "velocities=900:1", "run=\(integrator):40:0.5"]
          }
        })
      for (index, integrator) in integrators.enumerated() {
        let (thin, thick) = (found[2 * index], found[2 * index + 1])
        #expect(thin.dangerousBuilds > 0, "\(integrator)")
        #expect(thick.dangerousBuilds == 0, "\(integrator)")
        #expect(relativeDifference(thick.positions, thin.positions) < 1e-11, "\(integrator)")
        #expect(relativeDifference(thick.velocities, thin.velocities) < 1e-9, "\(integrator)")
        #expect(abs(thin.conserved - thick.conserved) < 1e-9 * abs(thick.conserved), "\(integrator)")
      }
    }
  }
}

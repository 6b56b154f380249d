import Foundation
import RankChecks
import TestSupport
import Testing

extension Ranks {
  /// A machine-learned potential on several ranks, with random parameters.
  @Suite struct NEPRankTests {
    private func withModel(_ body: (String) throws -> Void) throws {
      try withTemporaryFolder { folder in
        let path = folder.appendingPathComponent("nep.txt")
        var small = SmallNEP(["H", "Na", "B"])
        small.zbl = "0.8 1.6"
        small.depth_eV = 0.1
        try Data(small.text.utf8).write(to: path)
        try body("nep=\(path.path)")
      }
    }

    /// A thin skin, so that lists are rebuilt and molecules migrate; to 1e-9 of the r.m.s. force, where
    /// rounding in double precision gives some 1e-13.
    @Test(arguments: [papersCell, "supercell=1,1,1"])
    func dynamicsDoNotDependOnRanks(_ supercell: String) throws {
      try withModel { model in
        let start = [na2b12h12, supercell, model, "precision=double", "skin=0.2"]
        let checks = [start, start + ["velocities=600:1", "run=nve:40:0.5"]]
        let one = try rankChecks(ranks: 1, checks)
        #expect(relativeDifference(one[0].forces, one[1].forces) > 0.01)
        #expect(one[0].rmsForce > 0.01)
        for ranks in [2, 3, 4] {
          let found = try rankChecks(ranks: ranks, checks)
          let (still, moved) = (found[0], found[1])
          #expect(relativeDifference(one[0].forces, still.forces) < 1e-9, "\(ranks) ranks")
          #expect(abs(still.potential - one[0].potential) < 1e-11 * abs(one[0].potential), "\(ranks) ranks")
          #expect(relativeDifference(one[0].virial, still.virial) < 1e-9, "\(ranks) ranks")
          #expect(relativeDifference(one[1].forces, moved.forces) < 1e-8, "\(ranks) ranks")
          #expect(relativeDifference(one[1].positions, moved.positions) < 1e-11, "\(ranks) ranks")
        }
      }
    }

    /// Single precision: to its own 1e-7 or so, amplified by sums with signs.
    @Test func mixedForcesDoNotDependOnRanks() throws {
      try withModel { model in
        let start = [na2b12h12, papersCell, model]
        let one = try rankCheck(ranks: 1, start)
        for ranks in [2, 4] {
          let found = try rankCheck(ranks: ranks, start)
          #expect(relativeDifference(one.forces, found.forces) < 1e-5, "\(ranks) ranks")
          #expect(abs(found.potential - one.potential) < 1e-6 * abs(one.potential), "\(ranks) ranks")
        }
      }
    }

    /// Bit for bit through a snapshot, at constant pressure too, where the halo follows the cell.
    @Test(arguments: [1, 3])
    func splitRunIsTheWholeRun(_ ranks: Int) throws {
      try withModel { model in
        let system = [na2b12h12, papersCell, model, "skin=0.4", "velocities=600:1"]
        let integrators = ["langevin,600,10,5", "nhc,600,0.05+mtk,full,0.5,0.3"]
        let found = try rankChecks(
          ranks: ranks,
          integrators.flatMap { integrator in
            [
              system + ["run=\(integrator):60:0.5"],
              system + ["run=\(integrator):23:0.5", "snapshot=", "run=same:37:0.5"],
            ]
          })
        for (index, integrator) in integrators.enumerated() {
          #expect(found[2 * index + 1] == found[2 * index], "\(integrator)")
        }
      }
    }

    /// A model over the classical potential by itself and in long steps, whose reference is the classical potential.
    @Test(arguments: ["run=nve:40:0.5", "run=nve*4:10:2", "run=nhc,600,0.05+mtk,full,0.5,0.3*4:10:2"])
    func correctionDoesNotDependOnRanks(_ run: String) throws {
      try withModel { model in
        for reference in [["base=yes"], ["reference=classical:2"], ["base=yes", "reference=classical:2"]] {
          // The pairs of the short-ranged model alone have no long steps.
          if reference == ["base=yes"], run.contains("*"), run.contains("mtk") { continue }
          let start = [na2b12h12, "supercell=1,1,1", model, "precision=double", "skin=0.3", "accuracy=1e-7"]
          let check = [start + reference + ["velocities=600:1", run]]
          let one = try rankChecks(ranks: 1, check)[0]
          #expect(one.rmsForce > 0.01)
          for ranks in [2, 4] {
            let found = try rankChecks(ranks: ranks, check)[0]
            let place = "\(reference) on \(ranks) ranks"
            #expect(relativeDifference(one.forces, found.forces) < 1e-7, "\(place)")
            #expect(relativeDifference(one.positions, found.positions) < 1e-10, "\(place)")
            #expect(relativeDifference(one.virial, found.virial) < 1e-7, "\(place)")
          }
        }
      }
    }

    /// Bit for bit through a snapshot on several ranks.
    @Test(arguments: [1, 2])
    func splitLongStepsAreTheWholeRun(_ ranks: Int) throws {
      try withModel { model in
        let system = [
          na2b12h12, papersCell, model, "base=yes", "reference=classical:2", "skin=0.6", "velocities=600:1",
        ]
        let found = try rankChecks(
          ranks: ranks,
          [
            system + ["run=nhc,600,0.05+mtk,full,0.5,0.3*4:30:2"],
            system + ["run=nhc,600,0.05+mtk,full,0.5,0.3*4:13:2", "snapshot=", "run=same:17:2"],
          ])
        #expect(found[1] == found[0])
      }
    }
  }
}

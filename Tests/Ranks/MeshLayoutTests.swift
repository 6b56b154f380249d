import RankCheckResults
import RankChecks
import Testing

extension Ranks {
  @Suite struct MeshLayoutTests {
    /// A mesh that no number of ranks but 1 divides evenly, and with fewer planes than there are ranks.
    private static let system = [na2b12h12, papersCell, "precision=double", "ewald=0.35,11,13,9,5"]

    private static let layouts: [(ranks: Int, parts: [String])] = [
      (1, ["1,1"]), (2, ["2,1", "1,2"]), (3, ["3,1", "1,3", "1,2"]), (4, ["2,2", "4,1"]),
      (6, ["3,2", "2,3"]),
      (8, ["2,4", "8,1"]), (12, ["3,4", "1,12", "12,1"]),
    ]

    /// However the mesh is divided, forces, energy and virial are those of one rank, to rounding. The messages are those
    /// that the layout needs: with every rank's region covering all planes and rows of so small a cell, one to each owner
    /// and one from it, and those of the transposes there and back.
    @Test func forcesDoNotDependOnTheLayout() throws {
      let one = try rankCheck(ranks: 1, Self.system)
      #expect(one.meshMessages == [0] && one.meshBytes == [0])
      for (ranks, parts) in Self.layouts {
        let found = try rankChecks(ranks: ranks, parts.map { Self.system + ["mesh=\($0)"] })
        for (layout, found) in zip(parts, found) {
          let name: Comment = "\(layout) on \(ranks) ranks"
          #expect(found.meshLayout.map { "\($0)" }.joined(separator: ",") == layout, name)
          #expect(relativeDifference(one.forces, found.forces) < 1e-13, name)
          #expect(relativeDifference(one.virial, found.virial) < 1e-12, name)
          #expect(abs(found.coulomb - one.coulomb) < 1e-13 * abs(one.coulomb), name)
          #expect(found.meshMessages.max() ?? 0 <= mostMessages(found), name)
        }
      }
    }

    private func mostMessages(_ found: RankCheckResult) -> Int {
      let (a, b) = (found.meshLayout[0], found.meshLayout[1])
      return (a * b - 1) + (found.ranks - 1) + 2 * (a - 1) + 2 * (b - 1)
    }

    /// In single precision too, and the same bits in a second run.
    @Test func aSecondRunHasTheSameBits() throws {
      let start = [na2b12h12, papersCell, "velocities=600:1", "run=nve:5:1"]
      let checks = ["2,2", "1,3"].map { start + ["mesh=\($0)"] }
      let first = try rankChecks(ranks: 4, checks)
      #expect(try rankChecks(ranks: 4, checks) == first)
      #expect(relativeDifference(first[0].forces, first[1].forces) < 1e-4)
    }

    /// Pencils send to fewer ranks than slabs of the same mesh, whatever the machine.
    @Test func pencilsSendFewerMessages() throws {
      let found = try rankChecks(
        ranks: 8, ["8,1", "4,2"].map { [na2b12h12, "supercell=2,2,2", "mesh=\($0)"] })
      let most = found.map { $0.meshMessages.max() ?? 0 }
      #expect(most[1] < most[0], "\(most)")
    }

    @Test func aLayoutOfMoreRanksIsRefused() throws {
      let finished = try launchRankCheck(
        ranks: 2, Self.system + ["mesh=2,2", "relax=1"], timeout_s: 120)
      #expect(finished.code == 1)
      #expect(finished.error.contains("a mesh of 11×13×9 points can't be divided into 2×2 parts on 2 ranks"))
    }
  }
}

import Foundation
import RankCheckResults
import RankChecks
import Testing

extension Ranks {
  @Suite struct InvarianceTests {
    private static let double = ["precision=double", "accuracy=1e-5"]

    /// The same forces, energies and ten steps on any number of ranks: to 1e-9 of the r.m.s. force, where
    /// rounding in double precision gives some 1e-13. The skin is thin, so that molecules migrate and lists
    /// are rebuilt within the ten steps.
    @Test(arguments: [papersCell, "supercell=2,2,2"])
    func dynamicsDoNotDependOnRanks(_ supercell: String) throws {
      let start = Self.double + [try thermalStructure(supercell), "skin=0.2"]
      let checks = [start, start + ["velocities=600:1", "run=nve:10:1"]]
      let one = try rankChecks(ranks: 1, checks)
      #expect(relativeDifference(one[0].forces, one[1].forces) > 0.01)
      for ranks in [2, 3, 4, 8] {
        let found = try rankChecks(ranks: ranks, checks)
        expectSame(still: found[0], moved: found[1], one, ranks: ranks)
      }
    }

    private func expectSame(
      still: RankCheckResult, moved: RankCheckResult, _ one: [RankCheckResult], ranks: Int
    ) {
      let name: Comment = "\(ranks) ranks"
      #expect(still.ranks == ranks)
      #expect(relativeDifference(one[0].forces, still.forces) < 1e-9, name)
      #expect(abs(still.potential - one[0].potential) < 1e-11 * abs(one[0].potential), name)
      #expect(relativeDifference(one[0].virial, still.virial) < 1e-9, name)
      #expect(relativeDifference(one[1].forces, moved.forces) < 1e-9, name)
      #expect(relativeDifference(one[1].positions, moved.positions) < 1e-12, name)
      #expect(relativeDifference(one[1].velocities, moved.velocities) < 1e-9, name)
      #expect(abs(moved.conserved - one[1].conserved) < 1e-10 * abs(one[1].conserved), name)
      for result in [still, moved] {
        #expect(result.owned.flatMap { $0 }.sorted() == Array(0..<result.atomCount), name)
        #expect(result.owned.count == ranks)
      }
    }

    /// Noise depends on atoms and steps, not on ranks; a thermostat acts on the whole cell.
    @Test func thermostatsDoNotDependOnRanks() throws {
      let start = Self.double + [try thermalStructure(papersCell), "skin=0.3", "velocities=600:1"]
      let checks = ["nhc,600,0.05", "langevin,600,10,5"].map { start + ["run=\($0):40:1:40"] }
      let alone = try rankChecks(ranks: 1, checks)
      for ranks in [2, 3] {
        for (one, found) in zip(alone, try rankChecks(ranks: ranks, checks)) {
          #expect(relativeDifference(one.forces, found.forces) < 1e-9, "\(ranks) ranks")
          #expect(relativeDifference(one.velocities, found.velocities) < 1e-9, "\(ranks) ranks")
          #expect(abs(one.conserved - found.conserved) < 1e-10 * abs(one.conserved), "\(ranks) ranks")
        }
      }
    }

    /// The same number of ranks gives the same bits, whatever else the machine is doing.
    @Test(arguments: [1, 2, 3])
    func repeatedRunIsTheSameBitForBit(_ ranks: Int) throws {
      let start = try thermalStructure(papersCell)
      let checks = ["mixed", "double"].map {
        [start, "precision=\($0)", "skin=0.4", "velocities=600:1", "run=langevin,600,10,5:60:1:20"]
      }
      let first = try rankChecks(ranks: ranks, checks)
      #expect(try rankChecks(ranks: ranks, checks) == first)
    }

    /// Every domain owns something in a cell as uniform as this.
    @Test func workIsShared() throws {
      let found = try rankCheck(ranks: 8, [na2b12h12, "supercell=2,2,2"])
      #expect(found.grid == [2, 2, 2])
      for owned in found.owned { #expect(!owned.isEmpty) }
    }

    /// A crystal that fills half of its cell: the domains follow the atoms, and the forces stay the same.
    @Test func bricksFollowTheAtoms() throws {
      try withTemporaryFolder { folder in
        let file = folder.appendingPathComponent("half.extxyz")
        let path = folder.appendingPathComponent("full.extxyz").path
        _ = try rankCheck(
          ranks: 1, [na2b12h12, "supercell=1,1,3", "relax=0.1", "structure-out=\(path)"])
        var lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        let fields = lines[1].components(separatedBy: "\"")
        var lattice = fields[1].split(separator: " ").compactMap { Double($0) }
        lattice[8] *= 2
        lines[1] = lines[1].replacingOccurrences(
          of: fields[1], with: lattice.map { "\($0)" }.joined(separator: " "))
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
        let commands = Self.double + ["structure=\(file.path)", "velocities=300:1", "run=nve:20:1"]
        let one = try rankCheck(ranks: 1, commands)
        let found = try rankCheck(ranks: 4, commands)
        #expect(found.grid == [1, 1, 4])
        // 156 atoms in 18 ions: a quarter to an anion and a cation or so.
        for owned in found.owned { #expect((13...65).contains(owned.count), "\(found.owned.map(\.count))") }
        #expect(relativeDifference(one.forces, found.forces) < 1e-9)
        #expect(relativeDifference(one.positions, found.positions) < 1e-11)
      }
    }

    /// 52 atoms are six molecules: 6 ranks can share them, 8 can't.
    @Test func tooManyRanksAreRefused() throws {
      let one = try rankCheck(ranks: 1, Self.double + [na2b12h12])
      let six = try rankCheck(ranks: 6, Self.double + [na2b12h12])
      #expect(relativeDifference(one.forces, six.forces) < 1e-9)
      let eight = try launchRankCheck(ranks: 8, [na2b12h12, "relax=1"], timeout_s: 120)
      #expect(eight.code == 1)
      let wanted = "8 ranks can't share 6 ions and molecules; the largest number that can is 6"
      #expect(eight.error.components(separatedBy: wanted).count == 2, "\(eight.error)")
    }
  }
}

import Crystal
import Foundation
import RankChecks
import Testing

extension Ranks {
  /// Every structure of the papers can be started from.
  @Suite struct StructureRunTests {
    struct Case: Sendable, CustomTestStringConvertible {
      var name: String
      var supercell: String
      var composition: Double?

      var testDescription: String { name + (composition.map { " x = \($0)" } ?? "") }

      /// Cells of 100 to 400 atoms.
      static let all =
        BuiltInStructure.names.filter { !BuiltInStructure.families.contains($0) }.map { name in
          Case(name: name, supercell: supercells[name] ?? "1,1,1")
        } + [0, 0.2, 0.5, 0.75, 1].map { Case(name: "na3obh4-family", supercell: "3,3,3", composition: $0) }

      private static let supercells = [
        "na2b12h12-bcc": "1,1,0,-1,1,0,0,0,2", "na2b12h12-bcc-810": "1,1,0,-1,1,0,0,0,2", "nabh4": "3,3,2",
        "nabh4-lt": "3,3,2", "na2b12h12-monoclinic": "2,1,2", "na2nh2bh4-pbcm": "2,2,1",
      ]
    }

    /// Relaxes, and is a solid of whole molecules after some time at 600 K: PADDLEWHEEL_STRUCTURE_PS ps,
    /// 1 by itself, 10 for docs/validation.md.
    @Test(arguments: Case.all)
    func relaxesAndHolds(_ system: Case) throws {
      let time_ps = Double(ProcessInfo.processInfo.environment["PADDLEWHEEL_STRUCTURE_PS"] ?? "") ?? 1
      let steps = Int((time_ps * 1000).rounded())
      let found = try rankCheck(
        ranks: 1,
        ["structure=\(system.name)", "supercell=\(system.supercell)"]
          + (system.composition.map { ["composition=\($0)"] } ?? [])
          + ["relax=0.05", "velocities=600:3", "run=langevin,600,10,4:\(steps):1:10"])
      #expect(try #require(found.largestForce_eV_A) <= 0.05)
      let late = found.series.temperature_K.suffix(found.series.temperature_K.count / 2)
      let temperature = late.reduce(0, +) / Double(late.count)
      // The temperature of one moment spreads by √(2/3N), its mean over half a picosecond by less.
      #expect(abs(temperature - 600) < 60, "\(temperature) K")
      // Bonds and angles are harmonic: k_B T/2 for each of a molecule's inner coordinates, or so. A molecule
      // that has come apart would hold many eV.
      let inner = found.series.shares_eV.last?.values.reduce(0) { $0 + $1[2] } ?? 0
      #expect(found.bonded < 2 * inner + 1, "\(found.bonded) eV in bonds, \(inner) eV in their motion")
      #expect(found.series.potential_eV.allSatisfy { $0.isFinite })
    }
  }
}

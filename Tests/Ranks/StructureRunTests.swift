import Crystal
import Foundation
import RankCheckResults
import RankChecks
import Testing

extension Ranks {
  /// Every structure of the papers can start a run.
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

    /// By index of `Case.all`: two jobs, one per core, run half of them each.
    private static let results: Result<[Int: RankCheckResult], any Error> = Result {
      // 1 ps by default, 10 ps for docs/validation.md.
      let time_ps = Double(ProcessInfo.processInfo.environment["PADDLEWHEEL_STRUCTURE_PS"] ?? "") ?? 1
      let steps = Int((time_ps * 1000).rounded())
      let halves = (0..<2).map { half in Case.all.indices.filter { $0 % 2 == half } }
      let found = try concurrently(
        halves.map { half in
          {
            try rankChecks(
              ranks: 1,
              half.map { index in
                let system = Case.all[index]
                return ["structure=\(system.name)", "supercell=\(system.supercell)"]
                  + (system.composition.map { ["composition=\($0)"] } ?? [])
                  + ["relax=0.05", "velocities=600:3", "run=langevin,600,10,4:\(steps):1:10"]
              })
          }
        })
      return Dictionary(uniqueKeysWithValues: zip(halves.joined(), found.joined()))
    }

    /// Relaxes, and is a solid of whole molecules after some time at 600 K.
    @Test(arguments: Case.all.indices)
    func relaxesAndHolds(_ index: Int) throws {
      let name: Comment = "\(Case.all[index])"
      let found = try #require(try Self.results.get()[index])
      #expect(try #require(found.largestForce_eV_A) <= 0.05, name)
      let late = found.series.temperature_K.suffix(found.series.temperature_K.count / 2)
      let temperature = late.reduce(0, +) / Double(late.count)
      // The instantaneous temperature fluctuates by √(2/3N), its mean over half a picosecond by less.
      #expect(abs(temperature - 600) < 60, "\(name): \(temperature) K")
      // Bonds and angles are harmonic: about k_B T/2 for each internal coordinate of a molecule. A molecule
      // that has dissociated would have many eV.
      let inner = found.series.shares_eV.last?.values.reduce(0) { $0 + $1[2] } ?? 0
      #expect(
        found.bonded < 2 * inner + 1, "\(name): \(found.bonded) eV in bonds, \(inner) eV in their motion")
      #expect(found.series.potential_eV.allSatisfy { $0.isFinite }, name)
    }
  }
}

import Foundation
import RankChecks
import Testing

extension Ranks {
  /// Short forms of the distributions that `DistributionValidation` follows for longer.
  @Suite struct CanonicalTests {
    @Test func kineticEnergyIsCanonical() throws {
      for found in try canonicalRuns(["nhc,600,0.1", "langevin,600,10,5"], steps: 100_000) {
        #expect(found.series.kinetic_eV.count == 1000)
        expectCanonical(found, wrong_K: 640)
      }
    }

    @Test func volumesAreDistributedAsPressureWants() throws {
      try expectVolumesOfPressures("nhc,600,0.1+mtk,isotropic,%,0.3", steps: 20_000, largestError: 0.35)
    }

    @Test func energyHolds() throws {
      let start = try thermalStructure(papersCell)
      let found = try rankCheck(
        ranks: 2, [start, "velocities=600:3", "run=langevin,600,10,4:2000:0.5", "run=nve:10000:0.5:10"])
      expectEnergyHolds(found, below: 1e-5, error: 1e-5, "5 ps at 0.5 fs")
    }

    @Test func distributionIsRight() {
      // Closed forms: 1 − e^−x(1 + x) for shape 2; erf(√x) for shape ½.
      let two = GammaDistribution(shape: 2, scale: 3)
      let half = GammaDistribution(shape: 0.5, scale: 1)
      for x in [0.1, 1, 2.5, 4, 9] {
        #expect(abs(two.cumulative(3 * x) - (1 - exp(-x) * (1 + x))) < 1e-13)
        #expect(abs(half.cumulative(x) - erf(x.squareRoot())) < 1e-13)
      }
    }
  }
}

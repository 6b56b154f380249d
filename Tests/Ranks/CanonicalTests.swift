import Foundation
import RankChecks
import Testing

extension Ranks {
  @Suite struct CanonicalTests {
    /// 99.9 % of χ² with 9 degrees of freedom lie below.
    private static let critical = 27.88

    /// The kinetic energies of an NVT run are distributed as 3N − 3 degrees of freedom at the temperature.
    @Test func kineticEnergyIsCanonical() throws {
      let runs = try concurrently(
        ["nhc,600,0.1", "langevin,600,10,5"].map { integrator in
          {
            try rankCheck(
              ranks: 1,
              [
                na2b12h12, "relax=0.1", "velocities=600:3", "run=langevin,600,10,4:10000:0.5",
                // 100 fs apart; every fifth counts below.
                "run=\(integrator):400000:1:100",
              ])
          }
        })
      for found in runs { try expectCanonical(found) }
    }

    private func expectCanonical(_ found: RankCheckResult) throws {
      let energies = found.series.kinetic_eV.enumerated().filter { $0.offset % 5 == 0 }.map(\.element)
      #expect(energies.count == 800)
      let boltzmann = 8.617333262e-5
      let freedom = Double(3 * found.atomCount - 3)
      let canonical = GammaDistribution(shape: freedom / 2, scale: boltzmann * 600)
      #expect(canonical.chiSquared(energies, classes: 10) < Self.critical)

      // The test must be able to fail: at 620 K, or with the swing of half or twice as many.
      let mean = freedom / 2 * boltzmann * 600
      for wrong in [
        GammaDistribution(shape: freedom / 2, scale: boltzmann * 620),
        GammaDistribution(shape: freedom / 4, scale: 4 * mean / freedom),
        GammaDistribution(shape: freedom, scale: mean / freedom),
      ] {
        #expect(wrong.chiSquared(energies, classes: 10) > Self.critical)
      }
      // Values half a picosecond apart are nearly independent, as the test takes them to be.
      #expect(abs(correlationOfNeighbours(energies)) < 0.25)
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

    private func correlationOfNeighbours(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      let shifted = values.map { $0 - mean }
      return zip(shifted, shifted.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
        / shifted.reduce(0) { $0 + $1 * $1 }
    }
  }
}

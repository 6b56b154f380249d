import RankChecks
import Testing

extension Validation {
  /// Distributions over hundreds of independent values.
  @Suite struct DistributionValidation {
    @Test func kineticEnergyIsCanonical() throws {
      for found in try canonicalRuns(["nhc,600,0.1", "langevin,600,10,5"], steps: 400_000) {
        #expect(found.series.kinetic_eV.count == 4000)
        expectCanonical(found, wrong_K: 620)
      }
    }

    @Test(arguments: [
      "nhc,600,0.1+mtk,isotropic,%,0.3", "langevin,600,5,5+pr,isotropic,%,300,5,7",
    ])
    func volumesAreDistributedAsPressureWants(_ integrator: String) throws {
      try expectVolumesOfPressures(integrator, steps: 40_000, largestError: 0.25)
    }
  }
}

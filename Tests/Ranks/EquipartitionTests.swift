import Foundation
import RankCheckResults
import RankChecks
import Testing

extension Ranks {
  @Suite struct EquipartitionTests {
    struct Experiment: Sendable, CustomTestStringConvertible {
      var testDescription: String
      var commands: [String] = []
      var timestep_fs = 1.0
      /// Degrees of freedom of 8 anions and 16 ions: translation, rotation, internal; without those that
      /// removing the total momentum takes from translation.
      var anions: [Double] = [24, 24, 528]
      var sodium = 48.0
      /// The anions' fraction of the mass, where the total momentum is removed.
      var anionMass: Double? = 1134.7 / (1134.7 + 367.8)
    }

    static let experiments = [
      Experiment(testDescription: "flexible"),
      Experiment(
        testDescription: "anions four times as heavy", commands: ["mass-scale=B12H12:4"],
        anionMass: 4538.8 / (4538.8 + 367.8)),
      Experiment(
        testDescription: "anions rigid", commands: ["hold=B12H12:rigid"], timestep_fs: 2,
        anions: [24, 24, 0]),
      Experiment(
        testDescription: "anions not rotating", commands: ["hold=B12H12:rotationFixed"], anions: [24, 0, 528]),
      Experiment(
        testDescription: "anions frozen", commands: ["hold=B12H12:frozen"], anions: [0, 0, 0], anionMass: nil),
      Experiment(testDescription: "sodium frozen", commands: ["hold=Na:frozen"], sodium: 0, anionMass: nil),
    ]

    /// Every kind of motion of every species has ½ k_B T for each degree of freedom: within four standard
    /// errors and 2 %, by which a time step of 1 fs lowers the kinetic energy of the stiffest bonds. Friction of
    /// 5 /ps, because vibrations exchange energy with the rest over tens of ps by themselves.
    @Test func everyMotionHasItsShare() throws {
      let runs = try concurrently(
        Self.experiments.map { experiment in
          {
            let step = experiment.timestep_fs
            let setup = experiment.commands.filter { !$0.hasPrefix("hold") }
            let hold = experiment.commands.filter { $0.hasPrefix("hold") }
            return try rankCheck(
              ranks: 1,
              [na2b12h12, papersCell] + setup + ["relax=0.1"] + hold + [
                "velocities=600:3", "run=langevin,600,10,4:\(Int(2000 / step)):\(step)",
                "run=langevin,600,5,6:\(Int(8000 / step)):\(step):\(Int(20 / step))",
              ])
          }
        })
      for (experiment, found) in zip(Self.experiments, runs) { try expectShares(found, experiment) }
    }

    private func expectShares(_ found: RankCheckResult, _ experiment: Experiment) throws {
      let half = 0.5 * 8.617333262e-5 * 600
      var anions = experiment.anions
      var sodium = experiment.sodium
      if let mass = experiment.anionMass {
        // The total momentum has three degrees of freedom, shared by mass.
        anions[0] -= 3 * mass
        sodium -= 3 * (1 - mass)
      }
      let wanted = [("B12H12", anions), ("Na", [sodium, 0, 0])]
      for (kind, degrees) in wanted {
        for part in 0..<3 {
          let series = found.series.shares_eV.compactMap { $0[kind]?[part] }
          try #require(series.count == 400)
          let found = BlockMean(series)
          let (mean, error) = (found.mean, found.error)
          let expected = degrees[part] * half
          if expected == 0 {
            // Eckart's frame does not rotate; the instantaneous angular momentum of a vibrating body does
            // slightly, in second order of its deformation.
            #expect(mean < 0.02 * 24 * half, "\(experiment.testDescription): \(kind) \(part)")
          } else {
            #expect(
              abs(mean - expected) < 4 * error + 0.02 * expected,
              "\(experiment.testDescription): \(kind) \(part): \(mean / half) for \(degrees[part])")
            #expect(error < 0.15 * expected, "\(experiment.testDescription): \(kind) \(part)")
          }
        }
      }
      let temperatures = BlockMean(found.series.temperature_K)
      #expect(abs(temperatures.mean - 600) < 4 * temperatures.error + 12)
    }
  }
}

import RealModule
import Testing
import Units

@testable import SyntheticMotions

/// Activation energies and diffusivities at 300 K that sweeps state.
struct SweepTests {
  @Test(arguments: Sweep.all.filter { $0.source.hasPrefix("given") }.map(\.id))
  func diffusivitiesFollowArrhenius(id: String) throws {
    let sweep = try #require(Sweep.named(id))
    let set = try sweep.runs(set: 0)
    let room = 1 / (Constants.boltzmann * 300)
    for (temperature_K, runs) in zip(set.temperatures_K, set.runs) {
      let x = room - 1 / (Constants.boltzmann * temperature_K)
      let expected = set.roomDiffusivity * Double.exp(set.activationEnergy_eV * x)
      #expect(abs(runs.diffusivity / expected - 1) < 1e-9)
    }
  }

  /// Two levels far apart: an ion that is free for a share of the time that falls as exp(−depth/kT).
  @Test func deepTrapsAddTheirDepth() throws {
    var random = MotionRandom(seed: 13)
    let traps = Landscape(depth_eV: 0.5, fraction: 0.1, edge: 4, commonBarrier_eV: 0.1, &random)
    let values = try [400.0, 410].map {
      Double.log(try traps.network(temperature_K: $0).axisDiffusivity().x)
    }
    let x = [400.0, 410].map { -1 / (Constants.boltzmann * $0) }
    #expect(abs((values[1] - values[0]) / (x[1] - x[0]) - 0.6) < 0.001)
  }

  /// Counts without noise give the slope back; those of many sets scatter about it.
  @Test func energyByCounting() throws {
    let sweep = try #require(Sweep.named("sweep-60"))
    let energies = try (0..<100).compactMap { try sweep.runs(set: $0).activationEnergyFromCounts_eV }
    let found = Sampled(energies)
    #expect(abs(found.mean - 0.344) < 4 * found.error)
    var exact = try sweep.runs(set: 0)
    for index in exact.runs.indices {
      let thermal = Constants.boltzmann * exact.temperatures_K[index]
      exact.runs[index].hops = Int((1e12 * Double.exp(-0.3 / thermal)).rounded())
    }
    let energy = try #require(exact.activationEnergyFromCounts_eV)
    #expect(abs(energy - 0.3) < 1e-6)
    for index in exact.runs.indices { exact.runs[index].hops = 0 }
    #expect(exact.activationEnergyFromCounts_eV == nil)
  }

  @Test(arguments: ["sweep-sites", "sweep-barriers"])
  func landscapesHaveTheirOwnEnergy(id: String) throws {
    let sweep = try #require(Sweep.named(id))
    let first = try sweep.runs(set: 0)
    let second = try sweep.runs(set: 1)
    #expect(first.activationEnergy_eV != second.activationEnergy_eV)
    // Deep sites and high barriers add to the barrier that all have, by some of their spread squared over kT.
    #expect(first.activationEnergy_eV > 0.1 && first.activationEnergy_eV < 0.6)
    #expect(first.roomDiffusivity < first.runs[0].diffusivity)
    // Deeper sites matter more the colder it is; how much higher barriers matter does not change as much.
    #expect(id == "sweep-barriers" || first.roomDiffusivity < first.lineRoomDiffusivity)
  }
}

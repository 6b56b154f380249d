import Foundation
import RealModule
import Testing

@testable import Analysis

/// More sets than by default, for a table in the documentation.
private let sets = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SETS"].flatMap(Int.init) ?? 100

/// Intervals must hold the truth as often as they claim: 32 ions, 50 ps.
struct DiffusivityCoverageTests {
  private let run = SyntheticRun()

  private func coverage(
    of name: String, truth: Double, replicas: Int = 1,
    _ make: (inout RandomNumbers) -> [Float]
  ) throws -> Coverage {
    var random = RandomNumbers(seed: 7)
    var coverage = Coverage()
    for _ in 0..<sets {
      let runs = try (0..<replicas).map { _ in try run.mobility(make(&random)) }
      let estimate = try estimateDiffusivity(runs: runs)
      coverage.add(truth: truth, value: estimate.value_A2_per_ps) { estimate.interval(level: $0) }
    }
    print("coverage of D, \(name): \(coverage)")
    return coverage
  }

  /// Sets without an error, by false alarms that hops are undone late: 2 to 4 %, and three Poisson errors.
  private let mostMissing = sets / 10

  /// Hops of one ion per ps for so many in all, and D for them.
  private func rate(_ hops: Double) -> Double { hops / 32 / 50 }
  private func diffusivity(_ hops: Double) -> Double { rate(hops) * 9 / 6 }

  @Test(arguments: [1, 6]) func brownian(replicas: Int) throws {
    let result = try coverage(of: "Brownian, \(replicas) runs", truth: 0.1, replicas: replicas) {
      run.brownian(diffusivity: 0.1, &$0)
    }
    #expect(result.isHonest)
    #expect(result.missing <= mostMissing)
  }

  @Test(arguments: [1000.0, 30]) func hops(count: Double) throws {
    let result = try coverage(of: "\(Int(count)) hops", truth: diffusivity(count)) {
      run.hops(rate: rate(count), &$0)
    }
    #expect(result.isHonest)
    #expect(result.missing <= mostMissing)
  }

  @Test func ionsInFours() throws {
    let result = try coverage(of: "1000 hops in fours", truth: diffusivity(1000)) {
      run.hops(rate: rate(1000), group: 4, &$0)
    }
    #expect(result.isHonest)
    #expect(result.missing <= mostMissing)
  }

  @Test func hopsAndRattle() throws {
    let result = try coverage(of: "1000 hops and a rattle of 1 Å²", truth: diffusivity(1000)) {
      run.rattling(run.hops(rate: rate(1000), &$0), plateau: 1, relaxation: 0.2, &$0)
    }
    #expect(result.isHonest)
  }

  /// Half of all hops undone after 2 ps. Time blocks of 10 ps can't tell: one run must not claim an error
  /// where it noticed, and three replicas must come near, with the bias of 5 to 15 % that
  /// lags below 15 ps leave.
  @Test(arguments: [1, 4]) func backJumps(group: Int) throws {
    let truth = diffusivity(300) / 2
    let make = { (random: inout RandomNumbers) in
      run.hops(rate: rate(300), group: group, undone: 0.5, returnTime: 2, &random)
    }
    let name = "300 hops, half undone, in groups of \(group)"
    let three = try coverage(of: name + ", 3 runs", truth: truth, replicas: 3, make)
    // A bias of 6 % (single ions) or 13 % (fours), and three binomial errors of 0.05 and 0.03.
    #expect(three.share68 > 0.4 && three.share95 > 0.78)
    #expect(three.bias > 0.95 && three.bias < 1.2)
    guard group == 1 else { return }
    let one = try coverage(of: name + ", 1 run", truth: truth, make)
    #expect(one.missing > sets * 3 / 4)
  }
}

/// Ea and the conductivity at 300 K, from five temperatures with 155 to 881 hops.
struct ArrheniusCoverageTests {
  @Test(arguments: [1, 4]) func intervalsHold(group: Int) throws {
    let run = SyntheticRun()
    let truth = 0.2
    var random = RandomNumbers(seed: 11)
    var energies = Coverage()
    var conductivities = Coverage()
    func rate(_ temperature: Double) -> Double {
      881.0 / 32 / 50 * Double.exp(-truth / boltzmann_eV_per_K * (1 / temperature - 1 / 800))
    }
    let room = try NernstEinstein(ionCount: 32, formalCharge_e: 1, volume_A3: 1000)
      .conductivity_mS_per_cm(diffusivity_A2_per_ps: rate(300) * 9 / 6, temperature_K: 300)
    for _ in 0..<sets {
      let temperatures = try [500.0, 550, 610, 690, 800].map {
        try poolTemperature(
          temperature_K: $0, runs: [run.mobility(run.hops(rate: rate($0), group: group, &random))],
          volume_A3: 1000, parameters: PoolingParameters(formalCharge_e: 1))
      }
      let summary = try summariseSet(point: [:], temperatures: temperatures, extrapolateTo_K: [300]).0
      let energy = try #require(summary.activationEnergy_eV)
      let error = try #require(summary.activationEnergyError_eV)
      let student = StudentT(degreesOfFreedom: try #require(summary.degreesOfFreedom))
      energies.add(truth: truth, value: energy) { level in
        let half = student.halfWidth(level: level) * error
        return (energy - half)...(energy + half)
      }
      let found = try #require(summary.extrapolated.first)
      conductivities.add(truth: room, value: found.conductivity_mS_per_cm) { level in
        let ends = level == 0.68 ? found.interval68 : found.interval95
        return ends[0]...ends[1]
      }
    }
    print("coverage of Ea, groups of \(group): \(energies)")
    print("coverage of the conductivity at 300 K, groups of \(group): \(conductivities)")
    #expect(energies.isHonest)
    #expect(conductivities.isHonest)
  }
}

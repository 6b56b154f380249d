import Foundation
import RealModule
import Testing

@testable import Analysis
@testable import Manifest
@testable import Mathematics
@testable import Results
@testable import Units

/// More data sets than by default, for the table in docs/coverage.md (`scripts/coverage`).
private let sets = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SETS"].flatMap(Int.init) ?? 40
/// Different random numbers for the table: the estimator was developed with others.
private let seed = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SEED"].flatMap(UInt64.init) ?? 7

/// A kind of motion of 32 ions over 50 ps.
struct SyntheticMotion: Sendable, CustomTestStringConvertible {
  var name: String
  /// Hops of all ions in one run; 0 for Brownian motion with D = 0.1 Å²/ps.
  var hops = 0.0
  /// Ions that make the same hops.
  var group = 1
  /// Fraction of the hops that are undone, after a mean time, ps.
  var undone = 0.0
  var returnTime = 2.0
  /// Mean squared displacement of a rattle of 0.2 ps, Å².
  var rattle = 0.0
  var replicas = 1

  var testDescription: String { name }
  private var run: SyntheticRun { SyntheticRun() }
  private var rate: Double { hops / Double(run.ionCount) / run.duration_ps }

  /// Å²/ps.
  var diffusivity: Double { hops > 0 ? rate * 9 / 6 * (1 - undone) : 0.1 }

  func pooled(temperature_K: Double, _ random: inout RandomNumbers) throws -> PooledTemperature {
    let runs = try (0..<replicas).map { _ in
      var paths =
        hops > 0
        ? run.hops(rate: rate, group: group, undone: undone, returnTime: returnTime, &random)
        : run.brownian(diffusivity: diffusivity, &random)
      if rattle > 0 { paths = run.rattling(paths, plateau: rattle, relaxation: 0.2, &random) }
      return try run.mobility(paths)
    }
    return try poolTemperature(
      temperature_K: temperature_K, runs: runs, volume_A3: 1000,
      parameters: PoolingParameters(formalCharge_e: 1))
  }
}

/// Intervals of D must contain the true value as often as they claim.
struct DiffusivityCoverageTests {
  private func coverage(of motion: SyntheticMotion) throws -> Coverage {
    var random = RandomNumbers(seed: seed)
    var coverage = Coverage()
    for _ in 0..<sets {
      let pooled = try motion.pooled(temperature_K: 600, &random)
      if let bound = pooled.summary.upperBound_A2_per_ps {
        coverage.add(truth: motion.diffusivity, upperBound: bound)
      } else {
        let estimate = pooled.estimate
        coverage.add(truth: motion.diffusivity, value: pooled.summary.diffusivity_A2_per_ps) {
          estimate.interval(level: $0)
        }
      }
    }
    print(coverage.row("D, \(motion.name)"))
    return coverage
  }

  @Test(arguments: [
    SyntheticMotion(name: "Brownian"),
    SyntheticMotion(name: "Brownian, 6 runs", replicas: 6),
    SyntheticMotion(name: "1000 hops", hops: 1000),
    SyntheticMotion(name: "1000 hops and a rattle of 1 Å²", hops: 1000, rattle: 1),
    SyntheticMotion(name: "30 hops", hops: 30),
    SyntheticMotion(name: "1000 hops in groups of four", hops: 1000, group: 4),
    SyntheticMotion(name: "300 hops, half undone after 2 ps", hops: 300, undone: 0.5),
    SyntheticMotion(name: "the same, 3 runs", hops: 300, undone: 0.5, replicas: 3),
    SyntheticMotion(name: "the same, 6 runs", hops: 300, undone: 0.5, replicas: 6),
    SyntheticMotion(
      name: "300 hops in groups of four, half undone after 2 ps, 3 runs", hops: 300, group: 4, undone: 0.5,
      replicas: 3),
    SyntheticMotion(
      name: "the same, 6 runs", hops: 300, group: 4, undone: 0.5, replicas: 6),
    SyntheticMotion(name: "300 hops, 0.3 of them undone after 1 ps", hops: 300, undone: 0.3, returnTime: 1),
  ])
  func intervalsHold(motion: SyntheticMotion) throws {
    let result = try coverage(of: motion)
    #expect(result.isHonest)
    #expect(result.missing == 0)
  }

  /// Some ten groups of ions that move together in a single run, beside returns: too few samples for the
  /// limits that the others must meet, but not far from them.
  @Test func groupsWithReturnsInASingleRun() throws {
    let result = try coverage(
      of: SyntheticMotion(
        name: "300 hops in groups of four, half undone after 2 ps, 1 run", hops: 300, group: 4, undone: 0.5))
    #expect(result.isWithin(0.1, 0.05))
  }

  /// About half of these data sets have fewer than ten hops and so give a bound, which must hold in 95 % of
  /// them.
  @Test func fewHops() throws {
    let result = try coverage(of: SyntheticMotion(name: "10 hops", hops: 10))
    #expect(result.bounds < sets / 2)
    #expect(result.share95WithBounds > 0.95 - 0.025 - 3 * (0.05 * 0.95 / Double(sets)).squareRoot())
  }
}

/// Intervals of Ea and of the conductivity at 300 K, from five temperatures.
struct ArrheniusCoverageTests {
  /// Hops at 800 K of 32 ions in 50 ps, and the activation energy.
  struct Sweep: Sendable, CustomTestStringConvertible {
    var motion: SyntheticMotion
    var energy = 0.2
    var testDescription: String { motion.name }

    func at(_ temperature_K: Double) -> SyntheticMotion {
      var motion = motion
      motion.hops *= Double.exp(-energy / Constants.boltzmann * (1 / temperature_K - 1 / 800))
      return motion
    }
  }

  @Test(arguments: [
    Sweep(motion: SyntheticMotion(name: "155 to 881 hops", hops: 881)),
    Sweep(motion: SyntheticMotion(name: "155 to 881 hops in groups of four", hops: 881, group: 4)),
    Sweep(
      motion: SyntheticMotion(
        name: "70 to 400 hops, half undone after 2 ps, 3 runs", hops: 400, undone: 0.5, replicas: 3)),
    Sweep(
      motion: SyntheticMotion(
        name: "the same in groups of four, 3 runs", hops: 400, group: 4, undone: 0.5, replicas: 3)),
    Sweep(motion: SyntheticMotion(name: "11 to 60 hops", hops: 60)),
    Sweep(motion: SyntheticMotion(name: "7 to 100 hops, 3 runs", hops: 100, replicas: 3), energy: 0.3),
  ])
  func intervalsHold(sweep: Sweep) throws {
    var random = RandomNumbers(seed: seed &+ 4)
    var energies = Coverage()
    var conductivities = Coverage()
    var bounds = 0
    let room = try NernstEinstein(ionCount: 32, formalCharge_e: 1, volume_A3: 1000)
      .conductivity_mS_per_cm(diffusivity_A2_per_ps: sweep.at(300).diffusivity, temperature_K: 300)
    for _ in 0..<sets {
      let temperatures = try [500.0, 550, 610, 690, 800].map {
        try sweep.at($0).pooled(temperature_K: $0, &random)
      }
      let summary = try summariseSet(point: [:], temperatures: temperatures, extrapolateTo_K: [300]).0
      bounds += summary.temperatures.count { $0.diffusivity_A2_per_ps == nil }
      energies.add(truth: sweep.energy, value: summary.activationEnergy_eV) { level in
        let ends =
          level == 0.68 ? summary.activationEnergyInterval68_eV : summary.activationEnergyInterval95_eV
        return ends.map { $0[0]...$0[1] }
      }
      let found = summary.extrapolated.first
      conductivities.add(truth: room, value: found?.conductivity_mS_per_cm) { level in
        found.map {
          level == 0.68 ? $0.interval68[0]...$0.interval68[1] : $0.interval95[0]...$0.interval95[1]
        }
      }
    }
    let note = bounds > 0 ? " (\(bounds) of \(5 * sets) temperatures gave a bound and no point)" : ""
    print(energies.row("E_a, " + sweep.motion.name + note))
    print(conductivities.row("σ(300 K), " + sweep.motion.name))
    #expect(energies.isHonest)
    #expect(conductivities.isHonest)
    #expect(energies.missing <= sets / 100)
  }
}

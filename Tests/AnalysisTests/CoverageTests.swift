import Foundation
import RealModule
import SyntheticMotions
import Testing

@testable import Analysis
@testable import Results

/// More data sets in `scripts/validate`; the table in docs/coverage.md is that of `scripts/coverage`.
private let sets = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SETS"].flatMap(Int.init) ?? 40

/// Intervals of D must contain the true value as often as they claim, or more often.
struct DiffusivityCoverageTests {
  private func coverage(of id: String) throws -> Coverage {
    let motion = try #require(Motion.named(id))
    var coverage = Coverage()
    for set in 0..<sets {
      let runs = try motion.runs(set: set)
      let pooled = try poolTemperature(
        temperature_K: 600, runs: runs.mobilities(), volume_A3: 1000,
        parameters: PoolingParameters(formalCharge_e: 1))
      if let bound = pooled.summary.upperBound_A2_per_ps {
        coverage.add(truth: runs.diffusivity, upperBound: bound)
      } else {
        coverage.add(truth: runs.diffusivity, value: pooled.summary.diffusivity_A2_per_ps) {
          pooled.estimate.interval(level: $0)
        }
      }
    }
    print(coverage.row("D, \(motion.name)"))
    return coverage
  }

  /// Intervals of 95 % that hold more often than they claim are allowed: they reckon with memory that is not there.
  @Test(
    arguments: [
      "brownian", "hops-400", "hops-400-rattle", "hops-200-4-ions", "hops-20", "hops-20-8", "undone-300",
      "lognormal-400", "groups-1000", "strings-500", "vacancies-fcc", "traps-400", "barriers-800",
      "switching-400", "line-400", "creep",
    ])
  func intervalsHold(id: String) throws {
    let result = try coverage(of: id)
    #expect(result.isAtLeast(0.68 - 0.08, 0.95 - 0.03), "\(result)")
    #expect(result.missing == 0)
  }

  /// D(t) falls beyond the runs: the bias of D is told in docs/coverage.md.
  @Test(arguments: ["sites-400", "half-400"]) func memoryBeyondTheRuns(id: String) throws {
    let result = try coverage(of: id)
    #expect(result.isAtLeast(0.5, 0.9), "\(result)")
    #expect(result.bias < 1.3)
  }

  /// Bounds hold for long jumps that few ions make, and where nothing diffuses.
  @Test(arguments: ["hops-3", "hops-5-long", "caged"]) func bounds(id: String) throws {
    let result = try coverage(of: id)
    #expect(result.bounds > sets / 5)
    #expect(result.share95WithBounds > 0.95 - 0.025 - 3 * (0.05 * 0.95 / Double(sets)).squareRoot())
  }
}

/// Intervals of Ea and of the conductivity at 300 K.
struct ArrheniusCoverageTests {
  /// Fewer sets: each has five temperatures and more.
  private var count: Int { max(20, sets / 2) }

  @Test(arguments: ["sweep-881", "sweep-60", "sweep-vacancies"]) func intervalsHold(id: String) throws {
    let sweep = try #require(Sweep.named(id))
    var energies = Coverage()
    var conductivities = Coverage()
    for set in 0..<count {
      let runs = try sweep.runs(set: set)
      let temperatures = try zip(runs.temperatures_K, runs.runs).map {
        try poolTemperature(
          temperature_K: $0, runs: $1.mobilities(), volume_A3: 1000,
          parameters: PoolingParameters(formalCharge_e: 1))
      }
      let summary = try summariseSet(point: [:], temperatures: temperatures, extrapolateTo_K: [300]).0
      energies.add(truth: runs.activationEnergy_eV, value: summary.activationEnergy_eV) { level in
        let ends =
          level == 0.68 ? summary.activationEnergyInterval68_eV : summary.activationEnergyInterval95_eV
        return ends.map { $0[0]...$0[1] }
      }
      let found = summary.extrapolated.first
      let room = try #require(temperatures.first?.ions).conductivity_mS_per_cm(
        diffusivity_A2_per_ps: runs.roomDiffusivity, temperature_K: 300)
      conductivities.add(truth: room, value: found?.conductivity_mS_per_cm) { level in
        found.map {
          level == 0.68 ? $0.interval68[0]...$0.interval68[1] : $0.interval95[0]...$0.interval95[1]
        }
      }
    }
    print(energies.row("E_a, \(sweep.name)"))
    print(conductivities.row("σ(300 K), \(sweep.name)"))
    #expect(energies.isAtLeast(0.6, 0.9), "\(energies)")
    #expect(conductivities.isAtLeast(0.6, 0.9), "\(conductivities)")
    #expect(energies.missing == 0 && conductivities.missing == 0)
    #expect(abs(energies.bias - 1) < 0.15)
  }
}

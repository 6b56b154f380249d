import Foundation
import RealModule
import SyntheticObservables
import Testing

@testable import Analysis
@testable import Mathematics
@testable import Mechanism
@testable import Results
@testable import Units

/// Data sets: few by default, since each is a simulation; PADDLEWHEEL_COVERAGE_SETS asks for more.
private let sets = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SETS"].flatMap(Int.init) ?? 20
private let seed = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SEED"].flatMap(UInt64.init) ?? 7

/// Intervals of rotation times must contain the true value as often as they claim.
struct RotationCoverageTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var rotors: SyntheticRotors
    var degree = 1
    var truth: Double
    var testDescription: String { name }
  }

  @Test(arguments: [
    Case(
      name: "τ₁ of diffusion, half of a run, 4 runs",
      rotors: SyntheticRotors(motion: .diffusion, times_ps: [10], replicas: 4), truth: 10),
    Case(
      name: "τ₁ of jumps, half of a run, 4 runs",
      rotors: SyntheticRotors(motion: .tumbling, times_ps: [10], replicas: 4), truth: 10),
    Case(
      name: "τ₁ of jumps, as long as the run", rotors: SyntheticRotors(motion: .tumbling, times_ps: [20]),
      truth: 20),
    Case(
      name: "τ₂ above a plateau", rotors: SyntheticRotors(motion: .threefold, times_ps: [1], frames: 400),
      degree: 2, truth: 1),
    Case(
      name: "τ₁ of diffusion, a fiftieth of the run",
      rotors: SyntheticRotors(motion: .diffusion, times_ps: [2], frames: 1000), truth: 2),
  ])
  func timesHold(test: Case) throws {
    var random = RandomNumbers(seed: seed)
    var coverage = Coverage()
    var bounds = 0
    for _ in 0..<sets {
      let value = try #require(test.rotors.values(&random).named("correlation-time-\(test.degree)"))
      if value.value == nil {
        bounds += 1
        continue
      }
      coverage.add(truth: test.truth, value: value.value) { level in
        (level == 0.68 ? value.interval68 : value.interval95).map { $0[0]...$0[1] }
      }
    }
    print(coverage.row("\(test.name) (\(bounds) bounds)"))
    #expect(coverage.isWithin(0.08, 0.05))
    #expect(bounds <= sets / 5)
  }

  private func poisson(_ mean: Double, _ random: inout RandomNumbers) -> Int {
    var count = -1
    var sum = 0.0
    repeat {
      count += 1
      sum += random.exponential()
    } while sum < mean
    return count
  }

  /// Numbers of jumps of eight anions: few, many, and of anions that differ by a factor of nine.
  @Test(arguments: [(3.0, false), (40, false), (40, true)]) func jumpRatesHold(mean: Double, differ: Bool) {
    var random = RandomNumbers(seed: seed &+ 1)
    var coverage = Coverage()
    for _ in 0..<(20 * sets) {
      let counts = (0..<8).map { _ in
        let factor = differ ? (random.next() & 1 == 0 ? 0.2 : 1.8) : 1
        return poisson(mean / 8 * factor, &random)
      }
      let rate = JumpRate(counts: counts, watched_ps: [Double](repeating: 10, count: 8))
      coverage.add(truth: mean / 80, value: rate.rate_per_ps) { level in
        rate.interval(level: level).map { $0[0]...$0[1] }
      }
    }
    print(coverage.row("jump rate, \(mean) jumps\(differ ? " of anions that differ" : "")"))
    // Exact intervals of few counts hold more often than they claim.
    #expect(coverage.share95 > 0.93 && coverage.share68 > 0.64)
    if !differ, mean > 10 { #expect(coverage.share95 < 0.99) }
  }

  /// Barriers from asymmetric intervals: times by counts of events.
  @Test(arguments: [200.0, 20]) func barriersHold(events: Double) throws {
    var random = RandomNumbers(seed: seed &+ 2)
    var coverage = Coverage()
    let energy = 0.15
    let wanted = 2 * sets
    while coverage.sets < wanted {
      let points = [400.0, 450, 500, 600, 700].compactMap { temperature -> ArrheniusPoint? in
        let mean = events * Double.exp(-energy / Constants.boltzmann * (1 / temperature - 1 / 700))
        let count = poisson(mean, &random)
        let rate = JumpRate(counts: [count], watched_ps: [events])
        guard count > 0, let ends = rate.interval(level: 0.95) else { return nil }
        return ArrheniusPoint(
          temperature_K: temperature,
          rotationTime: ObservableValue(
            name: "correlation-time-2", series: "BH4", value: events / Double(count), error: nil,
            interval95: [1 / ends[1], 1 / ends[0]], unit: "ps"))
      }
      guard let fit = try ArrheniusFit(points) else { continue }
      coverage.add(truth: energy, value: fit.activationEnergy_eV) {
        fit.activationEnergyInterval_eV(level: $0)
      }
    }
    print(coverage.row("rotation barrier, up to \(events) events a temperature"))
    #expect(coverage.isHonest, "\(coverage)")
    #expect(abs(coverage.bias - 1) < 0.1)
  }
}

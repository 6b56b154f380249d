import Foundation
import RealModule
import Testing

@testable import Analysis

/// How often intervals hold the truth, over sets of synthetic data.
struct Coverage: CustomStringConvertible {
  var sets = 0
  var missed = 0
  var held68 = 0
  var held95 = 0
  var sum = 0.0
  var squares = 0.0

  mutating func add(truth: Double, value: Double, _ interval: (Double) -> ClosedRange<Double>?) {
    sets += 1
    sum += value / truth
    squares += value / truth * value / truth
    guard let i68 = interval(0.68), let i95 = interval(0.95) else {
      missed += 1
      return
    }
    if i68.contains(truth) { held68 += 1 }
    if i95.contains(truth) { held95 += 1 }
  }

  var share68: Double { Double(held68) / Double(sets) }
  var share95: Double { Double(held95) / Double(sets) }
  /// Mean of value / truth.
  var bias: Double { sum / Double(sets) }
  var scatter: Double { (squares / Double(sets) - bias * bias).squareRoot() }

  var description: String {
    "68 %: \(share68), 95 %: \(share95), mean \(bias), scatter \(scatter), \(missed) without, of \(sets)"
  }

}

private let sets = ProcessInfo.processInfo.environment["COVERAGE_SETS"].flatMap(Int.init) ?? 120

struct DiffusivityCoverageTests {
  private func coverage(
    truth: Double, replicas: Int = 1, _ make: (inout RandomNumbers) throws -> RunMobility
  ) throws -> Coverage {
    var random = RandomNumbers(seed: 7)
    var coverage = Coverage()
    var windows: [Double: Int] = [:]
    var notes: [String: Int] = [:]
    for _ in 0..<sets {
      let runs = try (0..<replicas).map { _ in try make(&random) }
      let estimate = try estimateDiffusivity(runs: runs)
      coverage.add(truth: truth, value: estimate.value_A2_per_ps ?? .nan) {
        estimate.interval(level: $0)
      }
      windows[estimate.window_ps?.first ?? -1, default: 0] += 1
      for n in estimate.notes { notes[String(n.prefix(20)), default: 0] += 1 }
    }
    print(coverage, windows.sorted { $0.key < $1.key }, notes)
    return coverage
  }

  @Test func brownian() throws {
    let run = SyntheticRun()
    print("brownian"); _ = try coverage(truth: 0.1) { try run.mobility(run.brownian(diffusivity: 0.1, &$0)) }
  }
  @Test func brownianReplicas() throws {
    let run = SyntheticRun()
    print("brownian6"); _ = try coverage(truth: 0.1, replicas: 6) { try run.mobility(run.brownian(diffusivity: 0.1, &$0)) }
  }
  @Test(arguments: [1000.0, 100, 30, 10]) func hops(n: Double) throws {
    let run = SyntheticRun()
    let rate = n / 32 / 50
    print("hops", n); _ = try coverage(truth: rate * 1.5) { try run.mobility(run.hops(rate: rate, &$0)) }
  }
  @Test(arguments: [1000.0, 300]) func groups(n: Double) throws {
    let run = SyntheticRun()
    let rate = n / 32 / 50
    print("groups", n); _ = try coverage(truth: rate * 1.5) { try run.mobility(run.hops(rate: rate, group: 4, &$0)) }
  }
  @Test(arguments: [1000.0, 300, 100]) func rattle(n: Double) throws {
    let run = SyntheticRun()
    let rate = n / 32 / 50
    print("hops+rattle", n); _ = try coverage(truth: rate * 1.5) { try run.mobility(run.rattling(run.hops(rate: rate, &$0), plateau: 1, relaxation: 0.3, &$0)) }
  }
  @Test(arguments: [1,2,3, 6]) func backJumps(replicas: Int) throws {
    let run = SyntheticRun()
    let rate = 300.0 / 32 / 50
    print("back", replicas); _ = try coverage(truth: rate * 1.5/2, replicas: replicas) { try run.mobility(run.hops(rate: rate, undone: 0.5, returnTime: 2, &$0)) }
    print("backgroup", replicas); _ = try coverage(truth: rate * 1.5/2, replicas: replicas) { try run.mobility(run.hops(rate: rate, group: 4, undone: 0.5, returnTime: 2, &$0)) }
  }
}

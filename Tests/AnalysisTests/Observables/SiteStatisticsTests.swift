import Foundation
import RealModule
import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism
@testable import Statistics

private let sets = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SETS"].flatMap(Int.init) ?? 40
private let seed = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SEED"].flatMap(UInt64.init) ?? 7

/// Stays of a known distribution, shares of known occupancy, and collective motion with a known Haven ratio.
struct SiteStatisticsTests {
  private func coverage(_ name: String, truth: Double, _ values: () throws -> ObservableValue?) rethrows
    -> Coverage
  {
    var coverage = Coverage()
    for _ in 0..<sets { coverage.add(truth: truth, try values()) }
    print(coverage.row(name))
    return coverage
  }

  private func pooled(_ run: RunObservables, _ name: String) -> ObservableValue? {
    var pool = ObservablePool()
    pool.add(run)
    return pool.finish().values.named(name)
  }

  /// Weibull's exponent of 60 stays, a third of them cut short; exponential stays are seldom taken for others.
  @Test(arguments: [0.5, 1, 1.5]) func exponent(beta: Double) throws {
    var random = RandomNumbers(seed: seed)
    var stretched = 0
    let coverage = coverage("exponent \(beta)", truth: beta) {
      var ended: [Double] = []
      var cut: [Double] = []
      for _ in 0..<60 {
        let stay = Double.pow(random.exponential(), 1 / beta)
        let watched = 2 * random.uniform()
        if stay < watched { ended.append(stay) } else { cut.append(watched) }
      }
      let value = pooled(
        RunObservables(values: [
          SampledValue(
            observable: "residence-exponent", series: "Na", mean: nil, blocks: [], weight_ps: 1,
            detail: .stays(SurvivalTable(ended: ended, cut: cut)))
        ]), "residence-exponent")
      if value?.warning != nil { stretched += 1 }
      return value
    }
    #expect(coverage.isHonest && abs(coverage.bias - 1) < 0.08, "\(coverage)")
    // Twice ln L beyond ln 40: χ² with one degree of freedom exceeds that in 5 % of the sets.
    if beta == 1 { #expect(Double(stretched) < 0.15 * Double(sets)) }
    if beta == 0.5 { #expect(Double(stretched) > 0.9 * Double(sets)) }
  }

  /// Kaplan and Meier's own kind of table: 1, 2+, 3, 4+, 5 (+ cut short): 4/5, then two thirds of that, then 0.
  @Test func survivalByHand() {
    let table = SurvivalTable(ended: [1, 3, 5], cut: [2, 4])
    let curve = table.curve(at: [0.5, 1, 2, 3, 4, 5])
    let exact = [1, 0.8, 0.8, 0.8 * 2 / 3, 0.8 * 2 / 3, 0]
    for (point, value) in zip(curve, exact) { #expect(abs((point.0 ?? -1) - value) < 1e-12) }
    // Greenwood: 0.8² · 1/(5 · 4).
    #expect(abs((curve[1].1 ?? -1) - 0.8 * 0.05.squareRoot()) < 1e-12)
    // In two runs the same table.
    let parts = SurvivalTable(ended: [3], cut: [4]) + SurvivalTable(ended: [5, 1], cut: [2])
    #expect(parts == table)
  }

  /// A share of 0.3 of tetrahedral sites, which ions enter and leave at random.
  @Test func share() throws {
    var random = RandomNumbers(seed: seed)
    let cell = Cell(cubic: 20)
    let centres: [Vector3] = [.zero, [10, 10, 10]]
    let topology = try IntersticeTopology(cell: cell, centres: centres)
    let places = IntersticeKind.allCases.map { topology.positions($0, cell: cell, centres: centres) }
    var made = HandMade(cell: cell, kinds: [.borohydride], kindOfAnion: [0, 0], interval_ps: 0.1)
    made.anions = [centres]
    let result = try coverage("interstice share", truth: 0.3) {
      var isTetrahedral = (0..<6).map { _ in random.uniform() < 0.3 }
      made.cations = (0..<400).map { _ in
        isTetrahedral.indices.map { ion in
          // Forgets its site every five frames, a sixteenth of a block.
          if random.uniform() < 0.2 { isTetrahedral[ion] = random.uniform() < 0.3 }
          return places[isTetrahedral[ion] ? 0 : 2][ion]
        }
      }
      let run = try made.observe(IntersticeAnalysis(system: made.system, topology: topology))
      var pool = ObservablePool()
      pool.add(run)
      return pool.finish().values.first { $0.name == "interstice-share" && $0.series == "tetrahedral" }
    }
    #expect(result.isHonest && result.missing == 0, "\(result)")
  }

  /// Independent Brownian ions: D_σ = D, H = 1.
  @Test func collective() throws {
    var random = RandomNumbers(seed: seed)
    var diffusivity = Coverage()
    var ratio = Coverage()
    for _ in 0..<sets {
      var made = HandMade(cell: Cell(cubic: 100), interval_ps: 0.1)
      var r = [Vector3](repeating: .zero, count: 12)
      for _ in 0..<500 {
        // 2 D Δt of each component, D = 0.2 Å²/ps.
        for i in r.indices { r[i] += random.vector() * 0.04.squareRoot() }
        made.cations.append(r)
      }
      let run = try made.observe(CollectiveDisplacement(system: made.system))
      diffusivity.add(truth: 0.2, pooled(run, "collective-diffusivity"))
      ratio.add(truth: 1, pooled(run, "haven-ratio"))
    }
    print(diffusivity.row("collective diffusivity"))
    print(ratio.row("Haven ratio"))
    #expect(diffusivity.isHonest, "\(diffusivity)")
    #expect(ratio.isHonest, "\(ratio)")
  }

  /// A level is reached between lags, and not early by noise.
  @Test func risingCurve() throws {
    let times = [1.0, 2, 4, 8]
    let straight = RisingCurve(times: times, values: [0.2, 0.4, 0.6, 0.8])
    #expect(abs(try #require(straight.time(of: 0.5)) - 8.0.squareRoot()) < 1e-12)
    let noisy = RisingCurve(times: times, values: [0.2, 0.55, 0.35, 0.8])
    // 0.45 at 2 and 4: then a ninth of 0.35/0.05 of an octave.
    #expect(abs(try #require(noisy.time(of: 0.5)) - 4 * Double.pow(2, 1.0 / 7)) < 1e-12)
    #expect(RisingCurve(times: times, values: [0.1, nil, 0.2, 0.3]).time(of: 0.5) == nil)
    #expect(RisingCurve(times: times, values: [1, 1, 1, 1]).time(of: 0.5) == 0.5)
  }
}

import Foundation
import RealModule
import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

private let sets = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SETS"].flatMap(Int.init) ?? 40
private let seed = ProcessInfo.processInfo.environment["PADDLEWHEEL_COVERAGE_SEED"].flatMap(UInt64.init) ?? 7

struct HopCase: Sendable, CustomTestStringConvertible {
  var name: String
  var run: HopRun
  var replicas = 1
  var testDescription: String { name }
}

/// Intervals of what is computed from hops hold the true value as often as they claim, where hops are independent
/// and every true value is known.
struct HopCoverageTests {
  private static func run(_ ions: Int, hops: Double, group: Int = 1, lattice: HopLattice = .bccTetrahedral)
    -> HopRun
  {
    var run = HopRun(lattice: lattice, ions: ions, frames: 301)
    run.group = group
    run.rate_per_ps = hops / Double(ions) / run.duration_ps
    return run
  }

  @Test(arguments: [
    HopCase(name: "12 hops of 16 ions", run: run(16, hops: 12)),
    HopCase(name: "40 hops of 4 ions", run: run(4, hops: 40)),
    HopCase(name: "60 hops of 16 ions, fcc", run: run(16, hops: 60, lattice: .fcc)),
    HopCase(name: "300 hops of 64 ions, simple cubic", run: run(64, hops: 300, lattice: .simpleCubic)),
    HopCase(name: "200 hops of 16 ions in groups of four", run: run(16, hops: 200, group: 4)),
    HopCase(name: "3 runs of 20 hops", run: run(16, hops: 20), replicas: 3),
    HopCase(name: "6 runs of 20 hops", run: run(16, hops: 20), replicas: 6),
  ])
  func rateAndResidence(_ example: HopCase) throws {
    var random = RandomNumbers(seed: seed)
    var rate = Coverage()
    var residence = Coverage()
    let truth = example.run.rate_per_ps
    for _ in 0..<sets {
      let values = try example.run.observed(&random, replicas: example.replicas)
      rate.add(truth: truth, values.named("hop-rate"))
      residence.add(truth: 1 / truth, values.named("residence-time"))
    }
    print(rate.row("hop rate, \(example.name)"))
    print(residence.row("residence, \(example.name)"))
    #expect(rate.isHonest && rate.missing == 0, "\(rate)")
    #expect(residence.isHonest, "\(residence)")
    // The mean of 1/n is above 1/⟨n⟩: by 1/n for few hops, and four times that in groups of four.
    #expect(abs(rate.bias - 1) < 0.1 && abs(residence.bias - 1) < 0.3)
  }

  /// Stays of 20 ps in runs of 40 ps, and of 100 ps in runs of 30 ps.
  @Test(arguments: [(12, 20.0, 401), (40, 100, 301)])
  func residenceLongerThanTheRun(ions: Int, stay_ps: Double, frames: Int) throws {
    var random = RandomNumbers(seed: seed)
    var run = HopRun(ions: ions, frames: frames)
    run.rate_per_ps = 1 / stay_ps
    var coverage = Coverage()
    for _ in 0..<sets {
      coverage.add(truth: stay_ps, try run.observed(&random).named("residence-time"))
    }
    print(coverage.row("residence of \(stay_ps) ps in \(run.duration_ps) ps"))
    #expect(coverage.isHonest && abs(coverage.bias - 1) < 0.15, "\(coverage)")
  }

  /// The share of stays longer than t is (1 − p)^(t/Δt), also where the run cuts most of them short.
  @Test func residenceCurve() throws {
    var random = RandomNumbers(seed: 21)
    var run = HopRun(ions: 12, frames: 401)
    run.rate_per_ps = 0.05
    var pool = ObservablePool()
    for _ in 0..<40 {
      let made = run.make(&random)
      pool.add(
        try made.observe(
          SiteHopAnalysis(
            system: made.system, sites: run.lattice.sites, crystal: CrystalFrame(supercell: nil))))
    }
    let curve = try #require(pool.finish().curves.first { $0.observable == "residence" })
    for (x, (y, error)) in zip(curve.x, zip(curve.y, curve.error)) where x > 0 && x < 35 {
      let exact = Double.pow(1 - 0.005, (x / run.interval_ps).rounded())
      // Neighbouring points have most of their stays in common: four errors.
      #expect(abs(try #require(y) - exact) < 4 * max(try #require(error), 1e-3), "\(x) ps")
    }
  }

  /// f = 1. With two hops of an ion a block, or few ions, as well.
  @Test(arguments: [(4, 100.0), (4, 1000), (16, 400), (64, 1000)])
  func correlationFactor(ions: Int, hops: Double) throws {
    var random = RandomNumbers(seed: seed)
    let run = Self.run(ions, hops: hops)
    var coverage = Coverage()
    for _ in 0..<sets {
      coverage.add(truth: 1, try run.observed(&random).named("correlation-factor"))
    }
    print(coverage.row("f of \(ions) ions, \(hops) hops"))
    #expect(coverage.isHonest && abs(coverage.bias - 1) < 0.06, "\(coverage)")
  }

  /// The length of hops between sites that were given up to 0.15 Å off their places: the ions show where they are.
  @Test(arguments: HopLattice.all.indices)
  func length(lattice index: Int) throws {
    var random = RandomNumbers(seed: seed)
    let lattice = HopLattice.all[index]
    let run = Self.run(16, hops: 100, lattice: lattice)
    var coverage = Coverage()
    for _ in 0..<sets {
      let off = DensitySites(
        fractions: lattice.fractions.map { $0 + random.vector() * (0.06 / lattice.edge_A) },
        unitCell: Cell(cubic: lattice.edge_A))
      coverage.add(
        truth: lattice.hop_A, try run.observed(&random, sites: off).named("hop-length"))
    }
    print(coverage.row("hop length, \(lattice.name)"))
    // The only hop of a lattice with one site is a lattice vector: there is no doubt of it.
    if lattice.fractions.count == 1 {
      #expect(abs(coverage.bias - 1) < 1e-12)
    } else {
      #expect(coverage.isHonest && abs(coverage.bias - 1) < 1e-3, "\(coverage)")
    }
  }

  /// No hop: no residence, and a bound on the rate. Ten ions for 10 ps: 2.996/100 per ps at 95 %.
  @Test func noHop() throws {
    var random = RandomNumbers(seed: seed)
    var run = HopRun(ions: 10, frames: 101)
    run.rate_per_ps = 0
    let values = try run.observed(&random)
    let rate = try #require(values.named("hop-rate"))
    #expect(rate.value == 0 && rate.interval95?[0] == 0)
    #expect(abs(try #require(rate.interval95?[1]) - 0.02995732) < 1e-7)
    let residence = try #require(values.named("residence-time"))
    #expect(residence.value == nil && residence.interval95 == nil)
    guard case .noStayEnded(let bound_ps) = residence.warning else {
      Issue.record("\(String(describing: residence.warning))")
      return
    }
    #expect(abs(bound_ps - 100 / 2.995732) < 1e-4)
    let factor = try #require(values.named("correlation-factor"))
    #expect(factor.value == nil && factor.warning == .tooFewSuccessiveHops(found: 0, minimum: 10))
  }
}

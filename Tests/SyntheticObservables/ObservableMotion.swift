import Crystal
import Mathematics
import Mechanism

/// A made motion with a known answer for observables other than D.
package struct ObservableMotion: Sendable {
  /// What is known of one observable.
  package struct Truth: Sendable {
    /// The observable's name in the results.
    package var observable: String
    package var value: Double
  }

  package var id: String
  package var name: String
  /// Where the true values come from.
  package var source: String
  package var truths: [Truth]
  /// The pooled observables of a set.
  package var values: @Sendable (inout RandomNumbers) throws -> [ObservableValue]

  package static let all = hops + stays + lengths + rotations + [collective]

  private static func hops(
    _ id: String, _ name: String, ions: Int, hops: Double, group: Int = 1, replicas: Int = 1,
    lattice: HopLattice = .bccTetrahedral
  ) -> ObservableMotion {
    var run = HopRun(lattice: lattice, ions: ions, frames: 301)
    run.group = group
    run.rate_per_ps = hops / Double(ions) / run.duration_ps
    let made = run
    var truths = [
      Truth(observable: "hop-rate", value: run.rate_per_ps),
      Truth(observable: "residence-time", value: 1 / run.rate_per_ps),
    ]
    // Ions that hop in groups make the same hops at the same time, and few of them in all.
    if group == 1, hops * Double(replicas) >= 60 {
      truths.append(Truth(observable: "correlation-factor", value: 1))
    }
    return ObservableMotion(
      id: id, name: name, source: "the rate that is given; independent steps, f = 1", truths: truths
    ) { try made.observed(&$0, replicas: replicas) }
  }

  private static let hops = [
    hops("site-hops-12", "12 hops of 16 ions", ions: 16, hops: 12),
    hops("site-hops-40", "40 hops of 4 ions", ions: 4, hops: 40),
    hops("site-hops-60-fcc", "60 hops of 16 ions, fcc", ions: 16, hops: 60, lattice: .fcc),
    hops("site-hops-300-sc", "300 hops of 64 ions, simple cubic", ions: 64, hops: 300, lattice: .simpleCubic),
    hops("site-hops-1000", "1000 hops of 64 ions", ions: 64, hops: 1000),
    hops("site-hops-groups", "200 hops of 16 ions in groups of four", ions: 16, hops: 200, group: 4),
    hops("site-hops-20x6", "6 runs of 20 hops", ions: 16, hops: 20, replicas: 6),
  ]

  private static let stays = [(12, 20.0, 401), (40, 100, 301)].map { ions, stay_ps, frames in
    let run = HopRun(ions: ions, frames: frames, rate_per_ps: 1 / stay_ps)
    return ObservableMotion(
      id: "stay-\(Int(stay_ps))", name: "stays of \(Int(stay_ps)) ps in \(Int(run.duration_ps)) ps",
      source: "the rate that is given", truths: [Truth(observable: "residence-time", value: stay_ps)]
    ) { try run.observed(&$0) }
  }

  /// Sites that are given up to 0.15 Å off their places.
  private static let lengths = [HopLattice.bccTetrahedral, .fcc].map { lattice in
    let run = HopRun(lattice: lattice, ions: 16, frames: 301, rate_per_ps: 100 / 16 / 30)
    return ObservableMotion(
      id: "length-\(lattice.fractions.count)",
      name: "100 hops of 16 ions, \(lattice.name), sites off by 0.1 Å",
      source: "the lattice", truths: [Truth(observable: "hop-length", value: lattice.hop_A)]
    ) { random in
      try run.observed(&random, sites: lattice.displaced(by: 0.06, &random))
    }
  }

  private static func rotation(
    _ id: String, _ name: String, _ rotors: SyntheticRotors, degree: Int = 1, truth: Double
  ) -> ObservableMotion {
    ObservableMotion(
      id: id, name: name, source: "the rate that is given",
      truths: [Truth(observable: "correlation-time-\(degree)", value: truth)]
    ) { try rotors.values(&$0) }
  }

  private static let rotations = [
    rotation(
      "tau1-diffusion", "τ₁ of diffusion, half of a run, 4 runs",
      SyntheticRotors(motion: .diffusion, times_ps: [10], replicas: 4), truth: 10),
    rotation(
      "tau1-jumps", "τ₁ of jumps, half of a run, 4 runs",
      SyntheticRotors(motion: .tumbling, times_ps: [10], replicas: 4), truth: 10),
    rotation(
      "tau1-long", "τ₁ of jumps, as long as the run", SyntheticRotors(motion: .tumbling, times_ps: [20]),
      truth: 20),
    rotation(
      "tau2-plateau", "τ₂ above a plateau", SyntheticRotors(motion: .threefold, times_ps: [1], frames: 400),
      degree: 2, truth: 1),
    rotation(
      "tau1-short", "τ₁ of diffusion, a fiftieth of the run",
      SyntheticRotors(motion: .diffusion, times_ps: [2], frames: 1000), truth: 2),
  ]

  private static let collective = ObservableMotion(
    id: "collective", name: "12 Brownian ions, 50 ps", source: "independent ions: D of single ions, 1",
    truths: [
      Truth(observable: "collective-diffusivity", value: CollectiveWalk().diffusivity_A2_per_ps),
      Truth(observable: "haven-ratio", value: 1),
    ]
  ) { try CollectiveWalk().values(&$0) }
}

extension HopLattice {
  /// The sites, each moved at random by this standard deviation along each axis, Å.
  package func displaced(by distance_A: Double, _ random: inout RandomNumbers) -> DensitySites {
    DensitySites(
      fractions: fractions.map { $0 + random.vector() * (distance_A / edge_A) },
      unitCell: Cell(cubic: edge_A))
  }
}

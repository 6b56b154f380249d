extension Motion {
  /// The kinds of motion of the coverage table, in its order.
  package static let all: [Motion] =
    independent + renewal + collective + vacancies + landscapes + changing + anisotropic + crystals + immobile

  /// - Returns: nil where there is none of that id.
  package static func named(_ id: String) -> Motion? { all.first { $0.id == id } }

  private static func hops(_ id: String, _ name: String, _ motion: IndependentHops) -> Motion {
    Motion(id: id, name: name, source: "rate × length² / 6") { motion.runs(&$0) }
  }

  private static let independent: [Motion] = [
    Motion(id: "brownian", name: "Brownian", source: "given") { BrownianMotion().runs(&$0) },
    Motion(id: "brownian-6", name: "Brownian, 6 runs", source: "given") {
      BrownianMotion(replicas: 6).runs(&$0)
    },
    // Windows of many frames, an error of some thousandths.
    Motion(id: "brownian-long", name: "Brownian, 20,000 frames", source: "given") {
      BrownianMotion(grid: FrameGrid(duration_ps: 5000)).runs(&$0)
    },
    hops("hops-400", "400 hops of one rate", IndependentHops(hops: 400)),
    hops("hops-1000", "1000 hops of one rate", IndependentHops(hops: 1000)),
    hops(
      "hops-400-rattle", "400 hops and a rattle of 1 Å²",
      IndependentHops(hops: 400, rattle: Rattle(plateau_A2: 1, relaxation_ps: 0.2))),
    hops(
      "hops-200-4-ions", "200 hops of 4 ions",
      IndependentHops(hops: 200, grid: FrameGrid(ionCount: 4))),
    hops("hops-20", "20 hops", IndependentHops(hops: 20)),
    hops("hops-20-8", "20 hops × 8 runs", IndependentHops(hops: 20, replicas: 8)),
    hops(
      "hops-20-rattle", "20 hops and a rattle of 0.5 Å²",
      IndependentHops(hops: 20, rattle: Rattle(plateau_A2: 0.5, relaxation_ps: 0.2))),
    hops(
      "hops-20-8-rattle", "the same × 8 runs",
      IndependentHops(hops: 20, rattle: Rattle(plateau_A2: 0.5, relaxation_ps: 0.2), replicas: 8)),
    hops("hops-3", "3 hops", IndependentHops(hops: 3)),
    hops("hops-5-long", "5 hops of 6 Å", IndependentHops(hops: 5, length_A: 6)),
    hops(
      "undone-300", "300 hops, half undone after 2 ps",
      IndependentHops(hops: 300, undone: 0.5, returnTime_ps: 2)),
    hops(
      "undone-300-3", "the same, 3 runs",
      IndependentHops(hops: 300, undone: 0.5, returnTime_ps: 2, replicas: 3)),
    hops(
      "undone-1000", "1000 hops, half undone after 2 ps",
      IndependentHops(hops: 1000, undone: 0.5, returnTime_ps: 2)),
  ]

  private static let renewal: [Motion] = [
    Motion(
      id: "lognormal-400", name: "400 hops, log-normal waits",
      source: "length² / (6 × mean wait)"
    ) { RenewalHops(hops: 400, distribution: .logNormal(spread: 1.5)).runs(&$0) },
    Motion(id: "pareto-400", name: "400 hops, Pareto waits (2.5)", source: "length² / (6 × mean wait)") {
      RenewalHops(hops: 400, distribution: .pareto(exponent: 2.5)).runs(&$0)
    },
  ]

  private static let collective: [Motion] = [
    hops("groups-1000", "1000 hops in groups of four", IndependentHops(hops: 1000, group: 4)),
    hops(
      "groups-undone-300-3", "300 hops in groups of four, half undone after 2 ps, 3 runs",
      IndependentHops(hops: 300, group: 4, undone: 0.5, returnTime_ps: 2, replicas: 3)),
    Motion(id: "strings-500", name: "500 hops in strings of five", source: "rate × length² / 6") {
      CooperativeHops(kind: .strings(ions: 5), hops: 500).runs(&$0)
    },
    Motion(id: "rings-500", name: "500 hops in rings of four", source: "rate × length² / 6") {
      CooperativeHops(kind: .rings, hops: 500).runs(&$0)
    },
  ]

  private static let vacancies: [Motion] = [
    vacancies("vacancies-fcc", "fcc", FewVacancies.fcc, hops: 500),
    vacancies("vacancies-bcc", "bcc", FewVacancies.bcc, hops: 300),
    vacancies("vacancies-sc", "sc", FewVacancies.sc, hops: 300),
  ]

  private static func vacancies(
    _ id: String, _ lattice: String, _ diffusion: Result<VacancyDiffusion, any Error>, hops: Double
  ) -> Motion {
    Motion(
      id: id, name: "\(Int(hops)) hops of 2 vacancies on \(lattice)",
      source: "exact over the arrangements of the vacancies"
    ) { try diffusion.get().runs(hops: hops, &$0) }
  }

  private static let landscapes: [Motion] = [
    landscape("traps-400", "400 hops, unequal sites, one saddle", .traps, spread: 1.5, hops: 400),
    landscape("sites-400", "400 hops, unequal sites, Metropolis", .metropolis, spread: 1.5, hops: 400),
    landscape(
      "half-400", "400 hops, unequal sites, half the difference", .halfDifference, spread: 1.5, hops: 400),
    landscape("barriers-800", "800 hops, unequal barriers", .barriers, spread: 1.5, hops: 800),
    landscape(
      "barriers-800-4", "800 hops, unequal barriers, 4 runs", .barriers, spread: 1.5, hops: 800, replicas: 4),
  ]

  /// - Parameter spread: of the energies, kT.
  private static func landscape(
    _ id: String, _ name: String, _ kind: Landscape.Kind, spread: Double, hops: Double, replicas: Int = 1
  ) -> Motion {
    Motion(id: id, name: name, source: "exact from the master equation, each set's own landscape") { random in
      let grid = FrameGrid()
      let landscape = Landscape(kind: kind, spread_eV: spread, &random)
      // The energies are in units of kT.
      let network = landscape.network(thermal_eV: 1)
      return try network.scaled(by: grid.rate(hops: hops) / network.meanRate)
        .runs(grid: grid, replicas: replicas, &random)
    }
  }

  private static let changing: [Motion] = [
    hops(
      "switching-400", "400 hops, all ions on and off together",
      IndependentHops(hops: 400, modulation: .switching(meanTime_ps: 5))),
    Motion(
      id: "replicas-differ", name: "two runs that differ for good", source: "expectation over runs"
    ) { UnequalReplicas(hops: IndependentHops(hops: 400, replicas: 2), spread: 0.3).runs(&$0) },
    hops(
      "drift-400", "400 hops, rate falls to a third",
      IndependentHops(hops: 400, modulation: .drift(change: 0.5))),
  ]

  private static let anisotropic: [Motion] = [
    hops("line-400", "400 hops along a line", IndependentHops(axisHops: [0, 0, 400])),
    hops("plane-400", "400 hops in a plane", IndependentHops(axisHops: [200, 200, 0])),
  ]

  private static let crystals: [Motion] = [
    Motion(
      id: "crystal-400", name: "400 hops in a cell that fluctuates", source: "rate × length² / 6, mean cell"
    ) { FluctuatingCrystal().runs(&$0).cations }
  ]

  private static let immobile: [Motion] = [
    Motion(id: "caged", name: "caged", source: "0") { CagedMotion().runs(&$0) },
    Motion(id: "two-sites", name: "back and forth between two sites", source: "0") {
      CagedMotion(exchangeRate: 0.1).runs(&$0)
    },
    Motion(id: "creep", name: "Brownian, 6 D t = 1 Å² in 3 ps", source: "given") {
      BrownianMotion(
        grid: FrameGrid(duration_ps: 3, frameInterval_ps: 0.05),
        axisDiffusivity: .init(repeating: 1.0 / 18)
      ).runs(&$0)
    },
  ]
}

/// Lattices of some hundred ions with two vacancies. Their correlation factors are calculated once.
enum FewVacancies {
  static let fcc = Result { try VacancyDiffusion(.fcc, edge: 3, vacancies: 2) }
  static let bcc = Result { try VacancyDiffusion(.bcc, edge: 4, vacancies: 2) }
  static let sc = Result { try VacancyDiffusion(.sc, edge: 5, vacancies: 2) }
}

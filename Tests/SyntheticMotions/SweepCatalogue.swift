extension Sweep {
  /// The Arrhenius sets of the coverage table, in its order.
  package static let all: [Sweep] = [
    hops("sweep-881", "155 to 881 hops", energy_eV: 0.2, IndependentHops(hops: 881)),
    hops(
      "sweep-groups-881", "155 to 881 hops in groups of four", energy_eV: 0.2,
      IndependentHops(hops: 881, group: 4), hasIdeal: false),
    hops(
      "sweep-undone-400-3", "70 to 400 hops, half undone after 2 ps, 3 runs", energy_eV: 0.2,
      IndependentHops(hops: 400, undone: 0.5, returnTime_ps: 2, replicas: 3), hasIdeal: false),
    hops("sweep-60", "3 to 60 hops", energy_eV: 0.344, IndependentHops(hops: 60)),
    hops(
      "sweep-60-rattle", "3 to 60 hops and a rattle of 0.5 Å²", energy_eV: 0.344,
      IndependentHops(hops: 60, rattle: Rattle(plateau_A2: 0.5, relaxation_ps: 0.2))),
    Sweep(
      id: "sweep-vacancies", name: "7 temperatures, 300 to 2800 hops of vacancies on fcc",
      source: "given; D exact over the arrangements of the vacancies",
      temperatures_K: [500, 550, 600, 650, 700, 750, 800], energy_eV: 0.255, hops: 2800
    ) { hops, random in try FewVacancies.fcc.get().runs(hops: hops, &random) },
    Sweep(
      id: "sweep-13", name: "13 temperatures, 0.2 to 1800 hops", source: "given",
      temperatures_K: stride(from: 300, through: 900, by: 50).map { $0 }, energy_eV: 0.35, hops: 1800
    ) { hops, random in IndependentHops(hops: hops).runs(&random) },
    Sweep(
      id: "sweep-traps", name: "2000 hops at 800 K, traps of one depth", temperatures_K: fiveTemperatures,
      hops: 2000
    ) { Landscape(depth_eV: 0.3, fraction: 0.2, commonBarrier_eV: 0.05, &$0) },
    Sweep(
      id: "sweep-sites", name: "800 hops at 800 K, unequal sites", temperatures_K: fiveTemperatures,
      hops: 800
    ) { Landscape(kind: .metropolis, spread_eV: 0.06, commonBarrier_eV: 0.1, &$0) },
    Sweep(
      id: "sweep-barriers", name: "1600 hops at 800 K, unequal barriers", temperatures_K: fiveTemperatures,
      hops: 1600
    ) { Landscape(kind: .barriers, spread_eV: 0.055, commonBarrier_eV: 0.25, &$0) },
  ]

  private static let fiveTemperatures: [Double] = [500, 550, 610, 690, 800]

  /// - Returns: nil where there is none of that id.
  package static func named(_ id: String) -> Sweep? { all.first { $0.id == id } }

  private static func hops(
    _ id: String, _ name: String, energy_eV: Double, _ motion: IndependentHops, hasIdeal: Bool = true
  ) -> Sweep {
    var sweep = Sweep(
      id: id, name: name, source: "given", temperatures_K: fiveTemperatures, energy_eV: energy_eV,
      hops: motion.axisHops.sum()
    ) { hops, random in
      var here = motion
      here.axisHops = .init(repeating: hops / 3)
      return here.runs(&random)
    }
    sweep.hasIdeal = hasIdeal
    return sweep
  }
}

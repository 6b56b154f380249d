import Foundation

@testable import Results

/// A synthetic study: exact Arrhenius values with errors that are easy to recognise.
enum Sample {
  static let boltzmann_eV_per_K = 8.617333262e-5

  static func summary(sets: Int = 1) -> StudySummary {
    let list = (0..<sets).map { index in
      set(point: sets == 1 ? [:] : ["mass-scale": "\(1 << index)"], energy: 0.126 + 0.04 * Double(index))
    }
    return StudySummary(study: "na2b12h12-superionic", sets: list, complete: true, missing: [])
  }

  static func diffusivity(_ t: Double, energy: Double) -> Double {
    2.0 * exp(-energy / (boltzmann_eV_per_K * t))
  }

  static func set(point: [String: String], energy: Double) -> SetSummary {
    var temperatures: [TemperatureSummary] = []
    for t in [500.0, 600, 700, 800] {
      var row = TemperatureSummary(temperature_K: t, outcome: .measured)
      row.diffusivity_A2_per_ps = diffusivity(t, energy: energy) * (1 + 0.1 * sin(t))
      row.diffusivityError = diffusivity(t, energy: energy) * 0.13
      row.hops = Int(t * t / 800)
      row.activeFraction = 0.4 + t / 2000
      row.activeFractionError = 0.04
      row.activeFractionMax = 0.5 + t / 2000
      row.activeFractionHomogeneous = 0.38 + t / 1900
      row.conductivity_mS_per_cm = 1e5 * diffusivity(t, energy: energy) / t
      row.conductivityError = 1.3e4 * diffusivity(t, energy: energy) / t
      row.replicas = 2
      row.sampled_ps = 100
      row.mobileIons = 108
      temperatures.append(row)
    }
    var set = SetSummary(point: point, temperatures: temperatures)
    set.activationEnergy_eV = energy
    set.activationEnergyError_eV = 0.0131
    set.prefactor_A2_per_ps = 2
    set.arrheniusCovariance = [[1.7e-4, 3e-3], [3e-3, 0.06]]
    set.degreesOfFreedom = 16
    let room = 1e5 * diffusivity(300, energy: energy) / 300
    set.extrapolated = [
      Extrapolation(
        temperature_K: 300, conductivity_mS_per_cm: room, interval68: [room * 0.6, room * 1.6],
        interval95: [room * 0.35, room * 2.8], isExtrapolation: true)
    ]
    return set
  }

  static func curves(sets: Int = 1) -> StudyCurves {
    let list = (0..<sets).map { index in setCurves(energy: 0.126 + 0.04 * Double(index)) }
    let runs = [500, 600, 700, 800].flatMap { t in (1...2).map { run(temperature: Double(t), replica: $0) } }
    return StudyCurves(sets: list, runs: runs)
  }

  static func setCurves(energy: Double) -> SetCurves {
    let temperatures = [500.0, 600, 700, 800].map { t in
      let lags = (0..<500).map { Double($0) * 0.05 }
      let d = diffusivity(t, energy: energy)
      let cutoffs = (0...40).map { Double($0) * 2 }
      return TemperatureCurves(
        temperature_K: t, lag_ps: lags, msd_A2: lags.map { 6 * d * $0 + 1.2 * (1 - exp(-$0 / 0.3)) },
        msdError_A2: lags.map { 0.1 * 6 * d * $0.squareRoot() * 2 }, fitWindow_ps: [5, 15],
        activeCutoff_A2: cutoffs, activeFraction: cutoffs.map { exp(-$0 / (t / 15)) },
        activeFractionMax: cutoffs.map { exp(-$0 / (t / 10)) })
    }
    let fit = stride(from: 280.0, through: 840, by: 10).map { t in
      let d = diffusivity(t, energy: energy)
      let width = 0.06 + 0.0131 / boltzmann_eV_per_K * abs(1 / t - 1 / 630)
      return FitPoint(
        temperature_K: t, diffusivity_A2_per_ps: d, band68: [d * exp(-width), d * exp(width)],
        band95: [d * exp(-2.1 * width), d * exp(2.1 * width)], isExtrapolation: t < 500 || t > 800)
    }
    return SetCurves(temperatures: temperatures, fit: fit)
  }

  /// Smooth synthetic noise: the same on every machine that has IEEE sines.
  static func run(temperature: Double, replica: Int) -> RunSeries {
    let times = (0..<600).map { Double($0) / 12 }
    func noise(_ x: Double) -> Double {
      sin(12.9 * x + Double(replica)) + sin(31.7 * x + temperature) + sin(78.3 * x)
    }
    return RunSeries(
      run: "0000-T\(Int(temperature))K-r\(replica)", time_ps: times,
      temperature_K: times.map { temperature + 9 * noise($0) },
      potentialEnergy_eV: times.map { -2600 + temperature * 0.18 + 1.1 * noise($0 + 2) },
      conservedEnergy_eV: times.map { -2400 + 2e-4 * $0 * temperature / 500 + 0.004 * noise($0) },
      atomCount: 1404)
  }

  static let manifest = """
    study: na2b12h12-superionic
    seed: 2026
    system:
      structure: na2b12h12-bcc
      supercell: [3, 3, 3]
    dynamics:
      ensemble: nvt
      thermostat: {nose-hoover-chain: {damping: 100 fs}}
      timestep: 1 fs
    stages: {relax: {force: 0.01 eV/Å}, equilibrate: 5 ps, sample: 50 ps}
    sweep:
      temperature: [500 K, 600 K, 700 K, 800 K]
      replica: 2
    """

  static let provenance = [
    ("version", "0.1.0"), ("command", "paddlewheel run jobs/quickstart.yaml --ranks 2"),
    ("host", "node17"), ("ranks", "2"), ("seed", "2026"), ("MPI", "Open MPI 4.1.4"), ("HDF5", "1.10.8"),
  ]

  static func directory() -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
  }
}

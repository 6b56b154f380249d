import RealModule
import Testing

@testable import Analysis
@testable import Mechanism
@testable import Results

struct NMRTests {
  private func boron() throws -> SpinLatticeRelaxation {
    try SpinLatticeRelaxation(larmor_Hz: 160e6, quadrupolarCoupling_Hz: 1.1e6, asymmetry: 0.2)
  }

  /// T1 is shortest at ω₀τ = 0.6158 (STATISTICS), and there is no correlation time for a shorter one.
  @Test func minimum() throws {
    let bpp = try boron()
    let omega = 2 * Double.pi * 160e6
    let least = bpp.relaxationTime_s(correlationTime_s: 0.6158 / omega)
    for x in stride(from: 0.05, to: 20, by: 0.05) {
      // The minimum is flat: 0.6158 is right to four digits.
      #expect(bpp.relaxationTime_s(correlationTime_s: x / omega) >= least * (1 - 1e-8))
    }
    #expect(bpp.correlationTimes_s(relaxationTime_s: least * 0.99) == nil)
    #expect(bpp.correlationTimes_s(relaxationTime_s: 0) == nil)
  }

  /// Far from the minimum: 1/T1 = K 5τ for fast motion, K 2/(ω₀²τ) for slow.
  @Test func limits() throws {
    let bpp = try boron()
    let strength = 2 * Double.pi * Double.pi / 25 * 1.1e6 * 1.1e6 * (1 + 0.04 / 3)
    let omega = 2 * Double.pi * 160e6
    #expect(abs(bpp.relaxationTime_s(correlationTime_s: 1e-13) * strength * 5e-13 - 1) < 1e-6)
    #expect(
      abs(bpp.relaxationTime_s(correlationTime_s: 1e-5) * strength * 2 / (omega * omega * 1e-5) - 1) < 1e-6)
  }

  /// The inverse returns both times.
  @Test(arguments: [1e-12, 2e-10, 5e-8, 7e-6]) func inverse(tau: Double) throws {
    let bpp = try boron()
    let time = bpp.relaxationTime_s(correlationTime_s: tau)
    let both = try #require(bpp.correlationTimes_s(relaxationTime_s: time))
    #expect(both.fast < both.slow)
    #expect(min(abs(both.fast / tau - 1), abs(both.slow / tau - 1)) < 1e-9)
  }

  /// Tsai's two printed times, 7 µs at 15 °C and 1 µs at 60 °C, give 358 meV (STATISTICS).
  @Test func printedTimes() throws {
    func point(_ celsius: Double, _ time_ps: Double) -> TemperatureSummary {
      var t = TemperatureSummary(temperature_K: celsius + 273.15)
      t.observables = [
        ObservableValue(name: "correlation-time-2", series: "BH4", value: time_ps, error: nil, unit: "ps")
      ]
      return t
    }
    let barrier = try #require(rotationBarriers([point(15, 7e6), point(60, 1e6)]).first)
    #expect(abs(try #require(barrier.value) - 0.358) < 0.0005)
  }

  /// The vacancy model recovers its own parameters, and gives the ratio of a conductivity to it.
  @Test func vacancies() throws {
    func sigma(_ x: Double, _ t: Double) -> Double {
      let c = x / 3
      return Double.exp(20 + Double.log(c * (1 - c) / 100) - 3500 / t) / t
    }
    let points = [0.2, 0.5].flatMap { x in
      [300.0, 363, 500].map {
        VacancyModel.Point(x: x, temperature_K: $0, conductivity_mS_per_cm: sigma(x, $0), volume_A3: 100)
      }
    }
    let model = try VacancyModel(points)
    #expect(abs(model.logPrefactor - 20) < 1e-9 && abs(model.barrier_K - 3500) < 1e-6)
    let far = VacancyModel.Point(
      x: 1, temperature_K: 300, conductivity_mS_per_cm: 100 * sigma(1, 300), volume_A3: 100)
    #expect(abs(model.excess(far) - 100) < 1e-6)
    #expect(throws: AnalysisError.self) {
      try VacancyModel([
        VacancyModel.Point(x: 0, temperature_K: 300, conductivity_mS_per_cm: 1, volume_A3: 100)
      ])
    }
  }
}

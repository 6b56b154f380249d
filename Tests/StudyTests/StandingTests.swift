import Testing

@testable import Analysis
@testable import Mechanism
@testable import Results

/// Numbers that mean nothing are left out with the reason.
@Suite struct StandingTests {
  private static let window = Warning.fittedBetween(from_ps: 0.12, to_ps: 0.48)

  private func haven(_ value: Double, _ error: Double?, _ wide: [Double]?) -> ObservableValue {
    ObservableValue(
      name: "haven-ratio", series: "Na", value: value, error: error, interval95: wide, unit: "1",
      warning: Self.window)
  }

  /// The Haven ratio of `values-without-standing`: 0.88 ± 84.
  @Test func anErrorBeyondTheValue() {
    let found = haven(0.878, 83.8, [0, .infinity]).withStanding(diffusion: 0.2...1)
    #expect(found.value == nil && found.error == nil && found.interval95 == nil)
    #expect(found.warning == .errorExceedsValue(value: 0.878, error: 83.8))
    #expect(found.note?.hasPrefix("not determined") == true)
  }

  /// D_σ of 0.12 to 0.48 ps beside a D fitted from 4.5 ps on.
  @Test func timesBeforeThoseOfD() {
    let found = haven(0.74, 0.23, [0.3, 1.4]).withStanding(diffusion: 4.5...6)
    #expect(found.value == nil && found.interval95 == [0.3, 1.4])
    #expect(found.warning == .fittedBeforeDiffusion(from_ps: 0.12, to_ps: 0.48, diffusionFrom_ps: 4.5))
    #expect(found.note?.contains("4.5 ps") == true && found.note?.contains("0.48 ps") == true)
    let without = haven(0.74, 0.23, [0.3, 1.4]).withStanding(diffusion: nil)
    #expect(without.value == nil && without.warning == .noDiffusivityToCompare(from_ps: 0.12, to_ps: 0.48))
    let sound = haven(0.74, 0.23, [0.3, 1.4])
    #expect(sound.withStanding(diffusion: 0.3...2) == sound)
  }

  /// A rotation time whose function has not fallen, and an interval over four orders of magnitude.
  @Test func otherTimes() {
    func time(_ ends: [Double]?, error: Double? = nil, warning: Warning? = nil) -> ObservableValue {
      ObservableValue(
        name: "correlation-time-2", series: "B12H12", value: 2.25, error: error, interval95: ends, unit: "ps",
        warning: warning)
    }
    let slow = time(nil, warning: .correlationDoesNotDecay).withStanding(diffusion: nil)
    #expect(slow.value == nil && slow.warning == .correlationDoesNotDecay)
    let wide = time([0.01, 100], error: 2).withStanding(diffusion: nil)
    #expect(wide.value == nil && wide.warning == .intervalTooWide(low: 0.01, high: 100))
    #expect(wide.interval95 == [0.01, 100])
    #expect(time([1, 5], error: 1).withStanding(diffusion: nil).value == 2.25)
  }

  /// No barrier of rotation comes from times that are not determined.
  @Test func noBarrierFromThem() throws {
    let temperatures = [600.0, 800].map { kelvin in
      var t = TemperatureSummary(temperature_K: kelvin)
      t.observables = [
        ObservableValue(
          name: "correlation-time-2", series: "B12H12", value: kelvin == 600 ? 2.25 : 1.47, error: nil,
          unit: "ps",
          warning: .correlationDoesNotDecay
        ).withStanding(diffusion: nil)
      ]
      return t
    }
    let barrier = try #require(try rotationBarriers(temperatures).first)
    #expect(barrier.value == nil)
  }

  /// Diffusivities of the mechanism are in the unit of all others.
  @Test func oneUnit() {
    let value = ObservableValue(
      name: "collective-diffusivity", series: "Na", value: 0.2, error: 0.05, interval68: [0.15, 0.26],
      interval95: [0.1, 0.4], unit: "Å²/ps", warning: nil
    ).inReportedUnit
    #expect(value.unit == "cm²/s" && abs((value.value ?? 0) - 2e-5) < 1e-18)
    #expect(value.interval95?.last.map { abs($0 - 4e-5) < 1e-18 } == true)
  }
}

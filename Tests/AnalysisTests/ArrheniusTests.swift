import RealModule
import Testing

@testable import Analysis

struct ArrheniusTests {
  private func points(_ temperatures: [Double], error: Double? = 0.1) -> [ArrheniusPoint] {
    temperatures.map {
      let d = 50 * Double.exp(-0.25 / (8.617333262e-5 * $0))
      return ArrheniusPoint(
        temperature_K: $0, diffusivity_A2_per_ps: d, standardError_A2_per_ps: error.map { $0 * d },
        degreesOfFreedom: error.map { _ in 4 })
    }
  }

  @Test func exactLine() throws {
    let fit = try #require(try ArrheniusFit(points([500, 600, 700, 800])))
    #expect(abs(fit.activationEnergy_eV - 0.25) < 1e-12)
    #expect(abs(fit.prefactor_A2_per_ps - 50) < 1e-9)
    #expect(fit.degreesOfFreedom == 16)
    #expect(abs((fit.relativeError ?? 0) - 0.1) < 1e-12)
    #expect(!fit.isExtrapolation(at: 650))
    #expect(fit.isExtrapolation(at: 300))
    #expect(fit.isExtrapolation(at: 801))
  }

  /// The covariance against the error of ln D that must follow from it: 0.1 times the leverage of a line.
  @Test func predictionKeepsTheCovariance() throws {
    let temperatures = [500.0, 600, 700, 800]
    let fit = try #require(try ArrheniusFit(points(temperatures)))
    let x = temperatures.map { 1 / $0 }
    let mean = x.reduce(0, +) / 4
    let spread = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    for temperature in [300, 500, 640, 1000.0] {
      let away = 1 / temperature - mean
      let wanted = 0.1 * (0.25 + away * away / spread).squareRoot()
      let found = try #require(fit.logError(at: temperature))
      #expect(abs(found / wanted - 1) < 1e-9)
      // Without the covariance it would be several times as large inside the range.
      let interval = try #require(fit.interval(at: temperature, level: 0.95))
      // Student's t of 16 degrees of freedom: 2.119905.
      let d = 50 * Double.exp(-0.25 / (8.617333262e-5 * temperature))
      #expect(abs(interval.upperBound / (d * Double.exp(2.119905 * wanted)) - 1) < 1e-6)
      #expect(abs(interval.lowerBound / (d / Double.exp(2.119905 * wanted)) - 1) < 1e-6)
    }
    let error = try #require(fit.activationEnergyError_eV)
    #expect(abs(error / (0.1 * 8.617333262e-5 / spread.squareRoot()) - 1) < 1e-9)
  }

  /// Two temperatures with different errors, with ions that move in groups of four: var Ea is the sum of both
  /// variances of ln D over the square of the difference of −1/(k_B T).
  @Test func errorsFollowTheScatterOfIons() throws {
    var two = points([500, 600], error: 0.1)
    let relative = [0.1, 0.04]
    for index in two.indices {
      let d = two[index].diffusivity_A2_per_ps
      two[index].ionError_A2_per_ps = relative[index] * d
      two[index].standardError_A2_per_ps = 2 * relative[index] * d
    }
    let fit = try #require(try ArrheniusFit(two))
    let apart = (1 / 500.0 - 1 / 600) / 8.617333262e-5
    let wanted = 2 * (0.1 * 0.1 + 0.04 * 0.04).squareRoot() / apart
    #expect(abs((fit.activationEnergyError_eV ?? 0) / wanted - 1) < 1e-9)
    #expect(abs((fit.logError(at: 600) ?? 0) / 0.08 - 1) < 1e-9)
  }

  @Test func fewPoints() throws {
    #expect(try ArrheniusFit([]) == nil)
    #expect(try ArrheniusFit(points([500])) == nil)
    #expect(try ArrheniusFit(points([500, 500])) == nil)
    let two = try #require(try ArrheniusFit(points([500, 600])))
    #expect(two.degreesOfFreedom == 8)
    #expect(two.lineProbability == nil)
    let bare = try #require(try ArrheniusFit(points([500, 600], error: nil)))
    #expect(bare.covariance == nil)
    #expect(bare.interval(at: 300, level: 0.95) == nil)
  }

  /// Without errors, the scatter about the line gives them, with two degrees of freedom fewer than points.
  @Test func scatterServesWhereThereIsNoError() throws {
    var scattered = points([500, 600, 700, 800], error: nil)
    for (index, factor) in [1.1, 0.9, 0.9, 1.1].enumerated() {
      scattered[index].diffusivity_A2_per_ps *= factor
    }
    let fit = try #require(try ArrheniusFit(scattered))
    #expect(fit.degreesOfFreedom == 2)
    let error = try #require(fit.relativeError)
    #expect(error > 0.1 && error < 0.2)
  }

  @Test func noticesThatItIsNoLine() throws {
    var bent = points([500, 600, 700, 800], error: 0.05)
    #expect((try ArrheniusFit(bent)?.lineProbability ?? 0) > 0.99)
    bent[0].diffusivity_A2_per_ps *= 3
    bent[3].diffusivity_A2_per_ps *= 3
    #expect((try ArrheniusFit(bent)?.lineProbability ?? 1) < 1e-4)
  }

  @Test(arguments: [0, -1, Double.nan]) func badValues(value: Double) {
    var bad = points([500, 600])
    bad[1].diffusivity_A2_per_ps = value
    #expect(throws: AnalysisError.self) { _ = try ArrheniusFit(bad) }
    bad = points([500, value])
    #expect(throws: AnalysisError.self) { _ = try ArrheniusFit(bad) }
  }
}

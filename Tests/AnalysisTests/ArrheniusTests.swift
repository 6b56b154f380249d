import Mathematics
import RealModule
import SyntheticObservables
import Testing

@testable import Analysis

struct ArrheniusTests {
  private static let boltzmann = 8.617333262e-5

  private func points(_ temperatures: [Double], error: Double? = 0.1) -> [ArrheniusPoint] {
    temperatures.map {
      let d = 50 * Double.exp(-0.25 / (Self.boltzmann * $0))
      return ArrheniusPoint(
        temperature_K: $0, diffusivity_A2_per_ps: d, standardError_A2_per_ps: error.map { $0 * d },
        degreesOfFreedom: error.map { _ in 1000 })
    }
  }

  /// Points that lie on a line, with normal errors: the posterior is that of least squares, with some scatter beyond the
  /// errors that four points do not exclude.
  @Test func exactLine() throws {
    let temperatures = [500.0, 600, 700, 800]
    let fit = try #require(try ArrheniusFit(points(temperatures)))
    #expect(abs(fit.activationEnergy_eV - 0.25) < 1e-3)
    #expect(abs(fit.logPrefactor - Double.log(50)) < 0.02)
    let x = temperatures.map { 1 / $0 }
    let mean = x.reduce(0, +) / 4
    let spread = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let wanted = 0.1 * Self.boltzmann / spread.squareRoot()
    let error = try #require(fit.activationEnergyError_eV)
    #expect(error > 0.98 * wanted && error < 1.4 * wanted)
    let interval = try #require(fit.activationEnergyInterval_eV(level: 0.95))
    #expect(interval.upperBound - 0.25 > 1.9 * wanted && interval.upperBound - 0.25 < 3.2 * wanted)
    #expect(!fit.isExtrapolation(at: 650))
    #expect(fit.isExtrapolation(at: 300))
    #expect(fit.isExtrapolation(at: 801))
    // The covariance of Ea and ln D₀: inside the range D is far better known than from their errors alone.
    for temperature in [300, 500, 640, 1000.0] {
      let away = 1 / temperature - mean
      let error = 0.1 * (0.25 + away * away / spread).squareRoot()
      let range = try #require(fit.interval(at: temperature, level: 0.68))
      let half = Double.log(range.upperBound / range.lowerBound) / 2
      #expect(half > 0.97 * error && half < 1.4 * error)
    }
  }

  /// The same posterior from a random walk through parameter space (Metropolis) with likelihoods of few hops and none.
  @Test func sameAsAnIndependentSampler() throws {
    let temperatures = [500.0, 600, 700, 800]
    let counts = [0.0, 2, 9, 30]
    // n hops, D = n/100: the likelihood of a Poisson number.
    let points = zip(temperatures, counts).map { temperature, count -> ArrheniusPoint in
      let grid = stride(from: -14.0, through: 3, by: 0.02).map { $0 }
      let likelihood = LogLikelihood(
        logDiffusivity: grid, logLikelihood: grid.map { count * $0 - 100 * Double.exp($0) })
      return ArrheniusPoint(
        temperature_K: temperature, diffusivity_A2_per_ps: count > 0 ? count / 100 : nil,
        likelihood: likelihood)
    }
    let fit = try #require(try ArrheniusFit(points))
    // ln D at 700 K and Ea, and the scatter of ln D beyond the errors at each temperature as parameters of their own.
    let scatters: [(sigma: Double, probability: Double)] = [
      (0, 0.85), (0.05, 0.05), (0.12, 0.05), (0.3, 0.05),
    ]
    var random = RandomNumbers(seed: 11)
    func logPosterior(_ a: Double, _ b: Double, _ z: [Double], _ sigma: Double) -> Double {
      guard b > 0, b < 3 else { return -.infinity }
      var sum = 0.0
      for index in temperatures.indices {
        let x = 1 / (Self.boltzmann * 700) - 1 / (Self.boltzmann * temperatures[index])
        let logD = a + b * x + sigma * z[index]
        sum += counts[index] * logD - 100 * Double.exp(logD) - z[index] * z[index] / 2
      }
      return sum
    }
    var (a, b, z, sigma) = (-2.4, 0.3, [0.0, 0, 0, 0], 0.0)
    var current = logPosterior(a, b, z, sigma)
    var energies: [Double] = []
    for step in 0..<400_000 {
      var (na, nb, nz, ns) = (a, b, z, sigma)
      switch step % 3 {
      case 0:
        na += 0.3 * random.normal()
        nb += 0.08 * random.normal()
      case 1: nz = nz.map { $0 + 0.7 * random.normal() }
      default:
        var pick = random.uniform()
        ns =
          scatters.first {
            pick -= $0.probability
            return pick < 0
          }?.sigma ?? 0
      }
      let there = logPosterior(na, nb, nz, ns)
      if there > current || random.uniform() < Double.exp(there - current) {
        (a, b, z, sigma, current) = (na, nb, nz, ns, there)
      }
      if step > 10_000, step % 10 == 0 { energies.append(b) }
    }
    energies.sort()
    func quantile(_ p: Double) -> Double { energies[Int(p * Double(energies.count))] }
    let interval = try #require(fit.activationEnergyInterval_eV(level: 0.95))
    let narrow = try #require(fit.activationEnergyInterval_eV(level: 0.68))
    let width = quantile(0.84) - quantile(0.16)
    #expect(abs(narrow.lowerBound - quantile(0.16)) < 0.05 * width)
    #expect(abs(narrow.upperBound - quantile(0.84)) < 0.05 * width)
    #expect(abs(interval.lowerBound - quantile(0.025)) < 0.1 * width)
    #expect(abs(interval.upperBound - quantile(0.975)) < 0.1 * width)
  }

  @Test func tooFewTemperatures() throws {
    #expect(try ArrheniusFit([]) == nil)
    #expect(try ArrheniusFit(points([500])) == nil)
    #expect(try ArrheniusFit(points([500, 500])) == nil)
    let two = try #require(try ArrheniusFit(points([500, 600])))
    #expect(abs(two.activationEnergy_eV - 0.25) < 0.01)
    #expect(two.scatter == nil)
    #expect(two.modelProbabilities.isEmpty)
    let bare = try #require(try ArrheniusFit(points([500, 600], error: nil)))
    #expect(abs(bare.activationEnergy_eV - 0.25) < 1e-9)
    #expect(bare.covariance == nil)
    #expect(bare.interval(at: 550, level: 0.95) == nil)
    #expect(bare.activationEnergyInterval_eV(level: 0.95) == nil)
  }

  /// Without errors of their own, points that scatter by 10 % give one: two degrees of freedom of four points.
  @Test func scatterGivesTheError() throws {
    var scattered = points([500, 600, 700, 800], error: nil)
    for (index, factor) in [1.1, 0.9, 1.1, 0.9].enumerated() {
      scattered[index].diffusivity_A2_per_ps = (scattered[index].diffusivity_A2_per_ps ?? 0) * factor
    }
    let fit = try #require(try ArrheniusFit(scattered))
    #expect(fit.degreesOfFreedom == 2)
    let scatter = try #require(fit.scatter)
    #expect(scatter > 0.08 && scatter < 0.16)
    #expect(fit.interval(at: 300, level: 0.95) != nil)
  }

  /// A point that can lie higher, but not lower, pulls the line up.
  @Test func asymmetricErrors() throws {
    func energy(_ above: Double) throws -> Double {
      let points = [(10.0, 1.0, 0.1), (15, 2, 0.1), (20, 2, above)].map { x, y, above in
        ArrheniusPoint(
          temperature_K: 1 / (Self.boltzmann * x), diffusivity_A2_per_ps: Double.exp(-y),
          likelihood: LogLikelihood(value: Double.exp(-y), relativeErrorBelow: above, above: 0.1))
      }
      return try #require(try ArrheniusFit(points)).activationEnergy_eV
    }
    #expect(try energy(1) > energy(0.1) + 0.02)
  }

  /// A line is taken for a line, a jump of D for a transition, and a curve for one.
  @Test func curvatureIsSeen() throws {
    let temperatures = [300.0, 350, 400, 450, 500, 550, 600, 700]
    func model(_ logD: (Double) -> Double) throws -> ArrheniusFit {
      let points = temperatures.map {
        ArrheniusPoint(
          temperature_K: $0, diffusivity_A2_per_ps: Double.exp(logD($0)),
          standardError_A2_per_ps: 0.05 * Double.exp(logD($0)), degreesOfFreedom: 30)
      }
      return try #require(try ArrheniusFit(points))
    }
    let line = try model { 3 - 0.25 / (Self.boltzmann * $0) }
    #expect((line.modelProbabilities[.line] ?? 0) > 0.9)
    // Two orders of magnitude between 450 and 500 K, as at the transition of Na₂B₁₂H₁₂.
    let jump = try model { ($0 > 480 ? 3 : -1.6) - 0.25 / (Self.boltzmann * $0) }
    #expect((jump.modelProbabilities[.transition] ?? 0) > 0.99)
    #expect(jump.modelTemperatures_K[.transition] == 475)
    // Below a transition the extrapolation follows the lower line.
    let room = try #require(jump.interval(at: 280, level: 0.95))
    #expect(room.contains(Double.exp(-1.6 - 0.25 / (Self.boltzmann * 280))))
    let curved = try model { 2 - 0.05 / (Self.boltzmann * ($0 - 180)) }
    #expect((curved.modelProbabilities[.vtf] ?? 0) > 0.9)
    #expect(abs((curved.modelTemperatures_K[.vtf] ?? 0) - 180) < 60)
    // The sum over all three is 1.
    #expect(abs(curved.modelProbabilities.values.reduce(0, +) - 1) < 1e-9)
  }

  @Test(arguments: [0, -1, Double.nan, .infinity]) func badPoints(value: Double) {
    var bad = points([500, 600])
    bad[0].diffusivity_A2_per_ps = value
    #expect(throws: AnalysisError.self) { _ = try ArrheniusFit(bad) }
    bad = points([500, 600])
    bad[1].temperature_K = value
    #expect(throws: AnalysisError.self) { _ = try ArrheniusFit(bad) }
  }
}

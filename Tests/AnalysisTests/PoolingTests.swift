import Foundation
import RealModule
import SyntheticObservables
import Testing

@testable import Analysis
@testable import Results
@testable import Units

struct PoolingTests {
  private let run = SyntheticRun()
  private let parameters = PoolingParameters(
    formalCharge_e: 1, activeCutoff: .conductivity(mS_per_cm: 5000, temperature_K: 300))

  /// K2B12H12: ions that rattle in their cages, with a mean squared displacement of 0.5 Å².
  @Test func cagedIonsDoNotDiffuse() throws {
    var random = RandomNumbers(seed: 1)
    let runs = try (0..<2).map { _ in
      try run.mobility(run.rattling(run.still, plateau: 0.5, relaxation: 0.3, &random))
    }
    let pooled = try poolTemperature(
      temperature_K: 600, runs: runs, volume_A3: 2000, parameters: parameters)
    let summary = pooled.summary
    #expect(!summary.diffused)
    #expect(summary.hops == 0)
    #expect(summary.diffusivity_A2_per_ps == nil)
    #expect(summary.conductivity_mS_per_cm == nil)
    // −ln 0.05 jumps of 4 Å of 32 ions in 2 × 50 ps, or up to three times as many if ions may jump together.
    let bound = -Double.log(0.05) / (32 * 100) * 16 / 6
    let found = try #require(summary.upperBound_A2_per_ps)
    #expect(found > 0.99 * bound && found < 3 * bound)
    #expect(summary.outcome == .didNotDiffuse)
    #expect(summary.warnings.contains(.upperBoundOnly(hops: 0, level: 0.95, length_A: 4)))
    #expect(abs(pooled.curves.msd_A2[pooled.curves.msd_A2.count - 1] - 0.5) < 0.1)
    #expect(pooled.curves.fitWindow_ps == nil)
  }

  /// Back and forth between two sites: many hops, no diffusion.
  @Test func hopsBetweenTwoSitesAreNoDiffusion() throws {
    var random = RandomNumbers(seed: 2)
    let runs = try (0..<2).map { _ in
      try run.mobility(run.twoSites(rate: 0.3, distance: 3, &random))
    }
    let summary = try poolTemperature(
      temperature_K: 600, runs: runs, volume_A3: 2000, parameters: parameters
    ).summary
    #expect(summary.hops > 100)
    #expect(!summary.diffused)
    #expect(summary.diffusivity_A2_per_ps == nil)
    let bound = try #require(summary.upperBound_A2_per_ps)
    // Free hops at this rate would give 0.45 Å²/ps.
    #expect(bound > 0 && bound < 0.2)
  }

  @Test func brownianTemperature() throws {
    var random = RandomNumbers(seed: 3)
    let runs = try (0..<3).map { _ in try run.mobility(run.brownian(diffusivity: 0.5, &random)) }
    let pooled = try poolTemperature(
      temperature_K: 600, runs: runs, volume_A3: 2000, parameters: parameters)
    let summary = pooled.summary
    #expect(summary.diffused)
    #expect(summary.replicas == 3)
    #expect(summary.sampled_ps == 150)
    #expect(summary.mobileIons == 32)
    #expect(summary.upperBound_A2_per_ps == nil)
    let d = try #require(summary.diffusivity_A2_per_ps)
    let error = try #require(summary.diffusivityError)
    #expect(abs(d - 0.5) < 4 * error)
    #expect(error / d > 0.005 && error / d < 0.05)
    #expect(pooled.estimate.errorSource == .likelihood)
    // All intervals contain the value, and that of 95 % is the wider one.
    let narrow = try #require(summary.diffusivityInterval68_cm2_per_s)
    let wide = try #require(summary.diffusivityInterval95_cm2_per_s)
    #expect(wide[0] < narrow[0] && narrow[0] < d * 1e-4 && d * 1e-4 < narrow[1] && narrow[1] < wide[1])
    let sigma = try #require(summary.conductivity_mS_per_cm)
    #expect(abs(sigma / d - (summary.conductivityError ?? 0) / error) < 1e-9)
    // Three runs of 32 ions: a binomial error of 0.05, three of them.
    let homogeneous = try #require(summary.activeFractionHomogeneous)
    let active = try #require(summary.activeFraction)
    #expect(homogeneous > 0.2 && homogeneous < 0.8)
    #expect(abs(active - homogeneous) < 0.15)
    #expect((summary.activeFractionMax ?? 0) > active)
    #expect(pooled.curves.lag_ps.count == pooled.curves.msd_A2.count)
    #expect(pooled.curves.msdError_A2.count == pooled.curves.msd_A2.count)
    #expect(pooled.curves.msdError_A2.contains { $0 != nil })
  }

  /// Replicas that differ systematically, as by their frozen disorder: the motion within them would give far too
  /// small an error.
  @Test func replicasThatDifferAreNoticed() throws {
    var random = RandomNumbers(seed: 6)
    let runs = try [0.2, 0.5, 0.8].map { try run.mobility(run.brownian(diffusivity: $0, &random)) }
    let estimate = try estimateDiffusivity(runs: runs)
    #expect(estimate.warnings.contains(.replicasDiffer))
    // Standard deviation 0.3 over √3, and two degrees of freedom.
    let narrow = try #require(estimate.interval(level: 0.68))
    #expect(narrow.contains(0.5))
    let half = (narrow.upperBound - narrow.lowerBound) / 2
    #expect(half > 0.15 && half < 0.4)
  }

  /// Two replicas that differ leave a wide interval; thousands of hops still count as diffusion.
  @Test func twoReplicasThatDifferStillDiffuse() throws {
    var random = RandomNumbers(seed: 9)
    let runs = try [0.4, 0.6].map { try run.mobility(run.brownian(diffusivity: $0, &random)) }
    let pooled = try poolTemperature(
      temperature_K: 600, runs: runs, volume_A3: 2000, parameters: parameters)
    #expect(pooled.summary.diffused)
    let wide = try #require(pooled.estimate.interval(level: 0.95))
    // Student's t of one degree of freedom: 12.7 standard errors of 0.1.
    #expect(wide.lowerBound < 0.3 && wide.upperBound > 0.75)
  }

  /// Fast along (1, 1, 0): D(xy) is half the difference of D along that line and across it.
  @Test func tensorOfTiltedMotion() throws {
    var random = RandomNumbers(seed: 12)
    var paths = run.brownian(diffusivity: 0.4, &random)
    for index in stride(from: 0, to: paths.count, by: 3) {
      let (fast, slow) = (paths[index], paths[index + 1] * Float(0.1.squareRoot()))
      (paths[index], paths[index + 1]) = (
        (fast + slow) / Float(2.0.squareRoot()), (fast - slow) / Float(2.0.squareRoot())
      )
    }
    var wanted = parameters
    wanted.directions = true
    let summary = try poolTemperature(
      temperature_K: 600, runs: [run.mobility(paths)], volume_A3: 2000, parameters: wanted
    ).summary
    let found = try #require(summary.directions)
    #expect(found.map(\.direction) == ["x", "y", "z", "xy", "xz", "yz"])
    let sigma = try #require(summary.conductivity_mS_per_cm) / (try #require(summary.diffusivity_A2_per_ps))
    for (direction, truth) in zip(found, [0.22, 0.22, 0.4, 0.22, 0.31, 0.31]) {
      let value = try #require(direction.diffusivity_cm2_per_s)
      let interval = try #require(direction.diffusivityInterval95_cm2_per_s)
      #expect(abs(value * 1e4 / truth - 1) < 0.25, "\(direction)")
      #expect(interval[0] < value && value < interval[1])
      #expect(abs((direction.conductivity_mS_per_cm ?? 0) / (value * 1e4 * sigma) - 1) < 1e-9)
    }
    let tensor = try #require(summary.tensor)
    let (value, error) = (tensor.value_cm2_per_s[0][1] * 1e4, tensor.error_cm2_per_s[0][1] * 1e4)
    #expect(abs(value - 0.18) < 4 * error && error < 0.06)
    #expect(tensor.value_cm2_per_s[1][0] == tensor.value_cm2_per_s[0][1])
    #expect(abs(tensor.value_cm2_per_s[0][2] * 1e4) < 4 * tensor.error_cm2_per_s[0][2] * 1e4)
  }

  /// An incomplete replica does not change the window of the others.
  @Test func shortReplicaIsLeftOutOfD() throws {
    var random = RandomNumbers(seed: 7)
    let whole = try run.mobility(run.brownian(diffusivity: 0.5, &random))
    let short = SyntheticRun(ionCount: 32, frameCount: 20, frameInterval_ps: 0.25)
    let part = try short.mobility(short.brownian(diffusivity: 0.5, &random))
    let both = try estimateDiffusivity(runs: [whole, part])
    let one = try estimateDiffusivity(runs: [whole])
    #expect(both.value_A2_per_ps == one.value_A2_per_ps)
    #expect(both.warnings.contains(.shortRunsLeftOut(count: 1, runs: 2)))
  }

  /// A window set by the user is kept.
  @Test func windowOfTheManifest() throws {
    var random = RandomNumbers(seed: 8)
    let mobility = try run.mobility(run.brownian(diffusivity: 0.5, &random))
    let estimate = try estimateDiffusivity(
      runs: [mobility], parameters: DiffusivityParameters(firstLag_ps: 2, lastLag_ps: 12))
    #expect(estimate.window_ps == [2, 12])
    #expect(estimate.standardError_A2_per_ps != nil)
    let late = try estimateDiffusivity(
      runs: [mobility], parameters: DiffusivityParameters(firstLag_ps: 6))
    #expect(late.window_ps?.first == 6)
    #expect(late.value_A2_per_ps != nil)
    // Fewer modes, and so a larger error.
    let (early, later) = (estimate.standardError_A2_per_ps ?? 1, late.standardError_A2_per_ps ?? 0)
    #expect(later > early)
    let beyond = try estimateDiffusivity(runs: [mobility], parameters: DiffusivityParameters(firstLag_ps: 60))
    #expect(beyond.value_A2_per_ps == nil)
    #expect(beyond.warnings.contains { if case .fitNeedsLongerRuns = $0 { true } else { false } })
  }

  @Test func setWithATemperatureThatDidNotDiffuse() throws {
    var random = RandomNumbers(seed: 4)
    let caged = try run.mobility(run.rattling(run.still, plateau: 0.5, relaxation: 0.3, &random))
    var temperatures = [
      try poolTemperature(temperature_K: 400, runs: [caged], volume_A3: 2000, parameters: parameters)
    ]
    for (temperature, d, volume) in [(800.0, 0.6, 2080.0), (700, 0.4, 2060), (600, 0.25, 2040)] {
      temperatures.append(
        try poolTemperature(
          temperature_K: temperature, runs: [run.mobility(run.brownian(diffusivity: d, &random))],
          volume_A3: volume, parameters: parameters))
    }
    let (summary, curves) = try summariseSet(
      point: ["composition": "0.5"], temperatures: temperatures, extrapolateTo_K: [300, 650])
    #expect(summary.point == ["composition": "0.5"])
    #expect(summary.temperatures.map(\.temperature_K) == [400, 600, 700, 800])
    #expect(summary.outcome == .fitted)
    #expect(summary.warnings.contains(.temperaturesAsBounds(temperatures_K: [400])))
    // ln(0.6 / 0.25) k_B / (1/600 − 1/800) = 0.181 eV.
    let energyError = try #require(summary.activationEnergyError_eV)
    // The ions that are caged at 400 K do not fit to the line of the others.
    #expect(energyError < 0.1)
    #expect(abs((summary.activationEnergy_eV ?? 0) - 0.181) < 3 * energyError)
    #expect(summary.extrapolated.map(\.isExtrapolation) == [true, false])
    let room = try #require(summary.extrapolated.first)
    #expect(room.interval95[0] < room.interval68[0] && room.interval68[0] < room.conductivity_mS_per_cm)
    #expect(room.interval95[1] > room.interval68[1] && room.interval68[1] > room.conductivity_mS_per_cm)
    // The density at 300 K, from a line of ln V over the four temperatures: 1980 Å³ to 0.1 %.
    let fitted =
      (summary.prefactor_A2_per_ps ?? 0)
      * Double.exp(-(summary.activationEnergy_eV ?? 0) / (Constants.boltzmann * 300))
    let sigma = try NernstEinstein(ionCount: 32, formalCharge_e: 1, volume_A3: 1980)
      .conductivity_mS_per_cm(diffusivity_A2_per_ps: fitted, temperature_K: 300)
    // The median of D at 300 K and D of the mean parameters differ a little.
    #expect(abs(room.conductivity_mS_per_cm / sigma - 1) < 0.1)
    #expect(curves.temperatures.count == 4)
    let first = try #require(curves.fit.first)
    #expect(first.temperature_K == 300 && first.isExtrapolation)
    #expect(curves.fit.last?.temperature_K == 800)
    #expect(curves.fit.contains { $0.temperature_K == 600 && !$0.isExtrapolation })
    // Both are written as JSON, which has no NaN.
    _ = try JSONEncoder().encode(summary)
    _ = try JSONEncoder().encode(curves)

    let (none, noCurves) = try summariseSet(
      point: [:], temperatures: [temperatures[0]], extrapolateTo_K: [300])
    #expect(none.activationEnergy_eV == nil)
    #expect(none.extrapolated.isEmpty)
    #expect(noCurves.fit.isEmpty)
    #expect(none.outcome == .tooFewTemperatures)
    #expect(none.warnings.contains(.tooFewTemperatures(found: 0)))
  }
}

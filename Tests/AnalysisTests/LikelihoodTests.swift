import RealModule
import SyntheticObservables
import Testing

@testable import Analysis
@testable import Results

/// The modes against their definition, the tables against exact distributions.
struct LikelihoodTests {
  @Test(arguments: [1, 2, 7, 64]) func sineTransform(length: Int) throws {
    var random = RandomNumbers(seed: 1)
    var series = (0..<length).map { _ in random.normal() }
    let scale = (2 / Double(length + 1)).squareRoot()
    let wanted = (1...length).map { k -> Double in
      var sum = 0.0
      for j in 1...length {
        sum += series[j - 1] * Double.sin(Double.pi * Double(k * j) / Double(length + 1))
      }
      return sum * scale
    }
    let transform = try SineTransform(length: length)
    series.withUnsafeMutableBufferPointer { transform.transform($0) }
    for (a, b) in zip(series, wanted) { #expect(abs(a - b) < 1e-12) }
  }

  /// Brownian motion with a white noise of the positions: D(ω) = D + σ² (1 − cos θ)/interval, also where frames are
  /// averaged over windows.
  @Test(arguments: [401, 9001]) func spectrumOfBrownianMotion(frames: Int) throws {
    var random = RandomNumbers(seed: 2)
    let run = SyntheticRun(ionCount: 40, frameCount: frames, frameInterval_ps: 0.05)
    let (d, sigma) = (0.4, 0.1)
    var paths = run.brownian(diffusivity: d, &random)
    for index in paths.indices { paths[index] += Float(sigma * random.normal()) }
    let modes = try run.mobility(paths).modes
    #expect(modes.windowFrames == (frames > 4096 ? 3 : 1))
    let noise = sigma * sigma / (2 * Double(modes.windowFrames) * modes.window_ps)
    let points = modes.points(1...modes.modeCount, projection: .isotropic)
    #expect(points.count > 15)
    for point in points {
      let mode = Int((point.frequency_per_ps / modes.frequency_per_ps(1)).rounded())
      let wanted = d + noise * modes.noise(mode)
      #expect(abs(point.value_A2_per_ps / wanted - 1) < 5 * (2 / point.freedom).squareRoot() + 0.01)
    }
  }

  /// A long run: the peak is some thousandths wide, the table reaches to where nothing diffuses.
  @Test func longRun() throws {
    var random = RandomNumbers(seed: 5)
    let run = SyntheticRun(ionCount: 16, frameCount: 20_001, frameInterval_ps: 0.25)
    let estimate = try estimateDiffusivity(runs: [run.mobility(run.brownian(diffusivity: 0.1, &random))])
    #expect(estimate.isDetermined)
    let value = try #require(estimate.value_A2_per_ps)
    #expect(abs(value / 0.1 - 1) < 0.02)
    let interval = try #require(estimate.interval(level: 0.68))
    #expect(interval.upperBound / interval.lowerBound < 1.12)
  }

  /// ln of the density e^(−|x|/0.01) from −9 to 1, by three points: the quantiles and moments of Laplace's distribution.
  @Test func sparseTable() {
    let table = LogLikelihood(logDiffusivity: [-9, 0, 1], logLikelihood: [-900, 0, -100])
    #expect(abs(table.quantile(0.5)) < 1e-12)
    #expect(abs(table.quantile(0.025) - 0.01 * Double.log(0.05)) < 1e-12)
    #expect(abs(table.quantile(0.84) + 0.01 * Double.log(0.32)) < 1e-12)
    #expect(abs(table.moments.mean) < 1e-12 && abs(table.moments.variance / 2e-4 - 1) < 1e-9)
  }

  /// A uniform and a slowly rising density.
  @Test func flatTable() {
    let flat = LogLikelihood(logDiffusivity: [0, 2, 3], logLikelihood: [0, 0, 0])
    #expect(abs(flat.quantile(0.3) - 0.9) < 1e-12)
    #expect(abs(flat.moments.mean - 1.5) < 1e-12 && abs(flat.moments.variance - 0.75) < 1e-12)
    // e^(0.3 x) on 0 … 1.
    let rising = LogLikelihood(logDiffusivity: [0, 1], logLikelihood: [0, 0.3])
    let whole = Double.exp(0.3) - 1
    let mean = (Double.exp(0.3) * (0.3 - 1) + 1) / (0.3 * whole)
    #expect(abs(rising.quantile(0.4) - Double.log(1 + 0.4 * whole) / 0.3) < 1e-12)
    #expect(abs(rising.moments.mean - mean) < 1e-9)
  }

  /// One direction of space from the tensor.
  @Test func projection() throws {
    var random = RandomNumbers(seed: 3)
    let run = SyntheticRun(ionCount: 64, frameCount: 401, frameInterval_ps: 0.25)
    var paths = run.brownian(diffusivity: 0.4, &random)
    // Along z ten times slower, in the mean square.
    for index in stride(from: 2, to: paths.count, by: 3) { paths[index] *= Float((0.1).squareRoot()) }
    let mobility = try run.mobility(paths)
    for (direction, wanted) in [
      (SIMD3(1.0, 0, 0), 0.4), (SIMD3(0.0, 0, 2), 0.04), (SIMD3(1.0, 0, 1), 0.22),
    ] {
      let estimate = try estimateDiffusivity(
        runs: [mobility], parameters: DiffusivityParameters(), projection: .along(direction))
      let interval = try #require(estimate.interval(level: 0.95))
      let value = try #require(estimate.value_A2_per_ps)
      #expect(abs(value / wanted - 1) < 0.2)
      #expect(interval.upperBound / interval.lowerBound < 2)
    }
  }

  /// A gamma distribution: the posterior of a Poisson mean after ten events. Quantiles of χ² with 20 degrees of freedom
  /// over 2 (tables): 4.795 and 17.085.
  @Test func quantiles() {
    let grid = stride(from: -4.0, through: 3, by: 0.01).map { $0 + Double.log(10) }
    let table = LogLikelihood(logDiffusivity: grid, logLikelihood: grid.map { 10 * $0 - Double.exp($0) })
    #expect(abs(Double.exp(table.quantile(0.025)) / 4.7954 - 1) < 2e-3)
    #expect(abs(Double.exp(table.quantile(0.975)) / 17.0848 - 1) < 2e-3)
    // Equal probability of all D: one more event, 22 degrees of freedom.
    #expect(abs(Double.exp(table.quantile(0.95, prior: .linear)) / 16.962 - 1) < 2e-3)
  }

  /// Ten jumps seen by ions that hop once at most, without any noise: the likelihood is that of their number.
  @Test func fewHopsAreAPoissonNumber() throws {
    let run = SyntheticRun(ionCount: 200, frameCount: 401, frameInterval_ps: 0.25)
    var random = RandomNumbers(seed: 5)
    var paths = run.still
    for ion in 0..<12 {
      let start = 1 + Int(random.uniform() * 399)
      for frame in start..<401 { paths[(frame * 200 + 3 * ion) * 3 + ion % 3] = 3 }
    }
    let estimate = try estimateDiffusivity(runs: [run.mobility(paths)])
    let counted = 12 * 9 / (6 * 200 * 100.0)
    let value = try #require(estimate.value_A2_per_ps)
    #expect(abs(value / counted - 1) < 0.3)
    // 95 % of a Poisson number of 12: 6.2 to 19.7 (χ² of 24 degrees of freedom); memory and collectivity add to it.
    let interval = try #require(estimate.interval(level: 0.95))
    #expect(interval.lowerBound < 7 / 12 * counted * 1.05)
    #expect(interval.upperBound > 18 / 12 * counted && interval.upperBound < 40 / 12 * counted)
  }

  /// Ions that creep in steps smaller than any hop: the bound holds, or D is seen.
  @Test(arguments: 1...20) func creepIsNotExcluded(seed: UInt64) throws {
    var random = RandomNumbers(seed: seed)
    let run = SyntheticRun(ionCount: 16, frameCount: 61, frameInterval_ps: 0.05)
    let truth = 0.3
    let pooled = try poolTemperature(
      temperature_K: 600, runs: [run.mobility(run.brownian(diffusivity: truth, &random))], volume_A3: 1000,
      parameters: PoolingParameters(formalCharge_e: 1))
    let high =
      pooled.summary.upperBound_A2_per_ps
      ?? (pooled.estimate.interval(level: 0.999)?.upperBound ?? 0)
    #expect(high > truth)
  }
}

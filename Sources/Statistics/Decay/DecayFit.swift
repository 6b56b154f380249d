import Mathematics
import RealModule

/// A decay fitted to the pooled correlation function of a temperature, with the form that the function shows.
package struct DecayFit {
  /// Error of a form in units of C (1 − C): no function of a crystal is exactly one of them.
  private static let tolerance = 0.01
  private static let largestTolerance = 0.2
  private static let mostRounds = 4

  /// Variance of the noise of one anion in units of that of one Gaussian component: all three of a vector have less.
  private static let largestNoise = 1.5
  /// Share of the noise of a lag that is taken to be its own: that of anions that differ is not quite the function's, and
  /// nearly full correlations would allow all points to be off together.
  private static let uncorrelated = 0.05

  /// Contributions of single anions have long tails, as exponential ones have (an excess kurtosis of 2 and more), so
  /// that their variance is as uncertain as that of half as many normal ones.
  private static let kurtosis = 2.0

  package let samples: DecaySamples
  package let minimum: DecayLeastSquares.Minimum
  /// ln of the evidence of the form over that of the best other.
  package let logEvidence: Double
  /// Standard errors of the parameters, of ln τ first.
  private let errors: [Double]
  /// Of the errors.
  package let degreesOfFreedom: Double
  package let squares: DecayLeastSquares
  /// Of ln τ by the curvature of χ².
  package let curvatureVariance: Double

  package var decay: Decay { minimum.decay }
  package var logTimeError: Double { errors[0] }

  /// Standard error of the plateau, where there is one.
  package var plateauError: Double? {
    guard minimum.form.hasPlateau else { return nil }
    return errors[minimum.form.isStretched ? 2 : 1] * decay.plateau * (1 - decay.plateau)
  }

  /// Standard error of β, where the decay is stretched.
  package var stretchingError: Double? {
    guard minimum.form.isStretched, let prior = decay.priors.first else { return nil }
    return errors[1] * prior.derivative
  }

  /// - Returns: nil for fewer than two samples or three lags, or a function that is 1 throughout.
  package init?(_ samples: DecaySamples) {
    guard samples.curves.count > 1, samples.lags.count > 2 else { return nil }
    let values = samples.mean
    guard values.allSatisfy(\.isFinite), values.contains(where: { $0 < 1 - 1e-9 }) else { return nil }
    var decay = Decay(exponential: Self.start_ps(samples.lags, values))
    var last: (noise: CorrelationCovariance, squares: DecayLeastSquares, choice: DecayChoice)?
    var tolerance = Self.tolerance
    // The noise depends on the decay: that of the first round is found with the noise of a guess. Where no form
    // describes the function within its noise, all lags share the misfit.
    for round in 0..<Self.mostRounds {
      let noise = CorrelationCovariance(
        of: decay, lags: samples.lags, length_ps: samples.length_ps, interval_ps: samples.interval_ps)
      guard let squares = Self.squares(samples, noise, tolerance) else { break }
      let choice = DecayChoice(squares, start: decay, samples, last: last?.choice)
      last = (noise, squares, choice)
      decay = choice.minimum.decay
      let misfit = choice.minimum.chiSquared / Double(samples.lags.count)
      if misfit > 1.5 {
        tolerance = min(Self.largestTolerance, tolerance * misfit.squareRoot())
      } else if round > 0 {
        break
      }
    }
    guard let (noise, squares, choice) = last else { return nil }
    self.samples = samples
    self.squares = squares
    minimum = choice.minimum
    logEvidence = choice.logEvidence
    var curvature = squares.curvature(squares.gradients(minimum.form, minimum.parameters))
    let count = minimum.parameters.count
    // A time without end, and the logit of a share of nearly 0 or 1, are not determined.
    curvature[0] += 1e-9
    for k in 1..<max(1, count) { curvature[k * count + k] += 0.01 }
    guard let factor = Cholesky(curvature, size: count) else { return nil }
    curvatureVariance = factor.solve((0..<count).map { $0 == 0 ? 1 : 0 })[0]
    let deviations = Self.jackknife(samples, noise, tolerance, choice.minimum)
    guard deviations.count > 1 else { return nil }
    let byCurvature = curvatureVariance
    errors = (0..<count).map { k in
      let variance = deviations.reduce(0) { $0 + $1[k] * $1[k] }
      // Few anions that happen to agree do not make a time more certain than its noise allows.
      return ((k == 0 ? max(variance, byCurvature) : variance) * samples.collectivity).squareRoot()
    }
    degreesOfFreedom = Double(deviations.count - 1) / Self.kurtosis
  }

  /// Groups of anions that are left out in turn.
  private static let mostGroups = 16

  /// Deviations of the parameters without each group of samples from their mean, scaled such that their squares add
  /// up to the variances. The weights of the lags are determined without the group, too.
  private static func jackknife(
    _ samples: DecaySamples, _ noise: CorrelationCovariance, _ tolerance: Double,
    _ whole: DecayLeastSquares.Minimum
  ) -> [[Double]] {
    let groups = min(mostGroups, samples.curves.count)
    let fits = (0..<groups).compactMap { group -> [Double]? in
      let kept = samples.curves.indices.filter { $0 % groups != group }
      var rest = samples
      rest.curves = kept.map { samples.curves[$0] }
      let total = kept.reduce(0) { $0 + samples.weights[$1] }
      rest.weights = kept.map { samples.weights[$0] / total }
      return squares(rest, noise, tolerance)?.minimum(whole.form, from: whole.parameters).parameters
    }
    let count = Double(fits.count)
    let mean = whole.parameters.indices.map { k in fits.reduce(0) { $0 + $1[k] } / count }
    let scale = ((count - 1) / count).squareRoot()
    return fits.map { fit in zip(fit, mean).map { scale * ($0 - $1) } }
  }

  /// τ of an exponential through the point nearest to 1/e.
  private static func start_ps(_ lags: [Double], _ values: [Double]) -> Double {
    let nearest = lags.indices.min { abs(values[$0] - 0.37) < abs(values[$1] - 0.37) } ?? 0
    let value = min(max(values[nearest], 0.05), 1 - 1e-6)
    return -lags[nearest] / Double.log(value)
  }

  /// With the covariance of the function's own noise, in the scale of the scatter among the samples, and the
  /// tolerance.
  private static func squares(
    _ samples: DecaySamples, _ noise: CorrelationCovariance, _ tolerance: Double
  ) -> DecayLeastSquares? {
    let count = samples.lags.count
    let values = samples.mean
    let unit = (0..<count).map { lag in (0..<count).map { $0 == lag ? 1.0 : 0 } }
    let scatter = samples.variances(along: unit)
    func ratios(_ matrix: [Double]) -> [Double] {
      (0..<count).map { matrix[$0 * count + $0] / max(scatter[$0], 1e-12) }
    }
    var (jumps, diffusion) = mixture(ratios(noise.jumps), ratios(noise.diffusion))
    // Anions that differ scatter more, but not by noise.
    let most = largestNoise * samples.weights.reduce(0) { $0 + $1 * $1 }
    (jumps, diffusion) = (min(jumps, most), min(diffusion, most))
    var matrix = zip(noise.jumps, noise.diffusion).map { jumps * $0 + diffusion * $1 }
    for k in 0..<count {
      let allowed = tolerance * (1 - values[k]) * max(0.05, min(1, values[k]))
      matrix[k * count + k] += allowed * allowed + Self.uncorrelated * matrix[k * count + k] + 1e-14
    }
    return DecayLeastSquares(lags: samples.lags, values: values, covariance: matrix)
  }

  /// The a, b ≥ 0 for which a x + b y is nearest to 1.
  private static func mixture(_ x: [Double], _ y: [Double]) -> (Double, Double) {
    func sum(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    let (xx, xy, yy) = (sum(x, x), sum(x, y), sum(y, y))
    let (sx, sy) = (x.reduce(0, +), y.reduce(0, +))
    let determinant = xx * yy - xy * xy
    if determinant > 1e-9 * xx * yy {
      let (a, b) = ((sx * yy - sy * xy) / determinant, (sy * xx - sx * xy) / determinant)
      if a >= 0, b >= 0 { return (a, b) }
    }
    // One of them alone; the larger reduction of the squares wins.
    return sx * sx * yy > sy * sy * xx ? (sx / xx, 0) : (0, sy / yy)
  }
}

import Mathematics
import RealModule

/// The form of a decay by its evidence: the simplest that explains the function.
package struct DecayChoice {
  /// A form with more parameters is taken where its evidence is so many times that of the simpler one.
  package static let leastEvidence = 10.0
  /// A part that decays in more than so many times the longest lag was not seen to decay.
  private static let slowest = 3.0
  /// The drop takes less than this share of τ; otherwise the two parts would be interchangeable.
  private static let longestDrop = 1.0 / 3

  /// Reorientation needs jumps: a part that decays in less than this share of the time in which an anion jumps once is
  /// libration. Of jumps to one of n orientations drawn at random it is (n − 1)/n; small steps of diffusion and jumps
  /// that are undone within the dwell time of a jump lower it.
  private static let leastShare = 0.03

  package let minimum: DecayLeastSquares.Minimum
  /// ln of its evidence over that of the best other form.
  package let logEvidence: Double

  /// Of each form, where they were found.
  private var minima: [DecayLeastSquares.Minimum] = []

  /// - Parameter last: the choice with a similar covariance, whose minima are close.
  package init(_ squares: DecayLeastSquares, start: Decay, _ samples: DecaySamples, last: DecayChoice?) {
    var found: [(minimum: DecayLeastSquares.Minimum, logEvidence: Double)] = []
    for form in DecayForm.all where form.parameterCount + 1 < squares.lags.count {
      let first = start.parameters(of: form, dropTime_ps: samples.interval_ps)
      let starts =
        last?.minima.first { $0.form == form }.map { [$0.parameters] }
        ?? [0, -1.0, 1].map { shift in [first[0] + shift] + first.dropFirst() }
      let minima = starts.map { squares.minimum(form, from: $0) }
      if let best = minima.min(by: { $0.chiSquared < $1.chiSquared }) { self.minima.append(best) }
      guard let minimum = minima.min(by: { $0.chiSquared < $1.chiSquared }),
        Self.isSensible(minimum.decay, samples, beside: found.map(\.minimum.form))
      else { continue }
      found.append((minimum, Self.logEvidence(squares, minimum, samples)))
    }
    guard var chosen = found.first else {
      minimum = squares.minimum(DecayForm(), from: [Double.log(start.time_ps)])
      logEvidence = 0
      return
    }
    for other in found where other.logEvidence > chosen.logEvidence + Double.log(Self.leastEvidence) {
      chosen = other
    }
    let form = chosen.minimum.form
    let others = found.filter { $0.minimum.form != form }.map(\.logEvidence)
    minimum = chosen.minimum
    logEvidence = chosen.logEvidence - (others.max() ?? chosen.logEvidence)
  }

  /// Whether the parts are what they are called.
  private static func isSensible(
    _ decay: Decay, _ samples: DecaySamples, beside others: [DecayForm]
  ) -> Bool {
    let form = decay.form
    if form.hasDrop {
      if decay.dropTime_ps > longestDrop * decay.time_ps { return false }
      // Nor is what takes as long as jumps do.
      if samples.jumpTime_ps > 0, decay.dropTime_ps > longestDrop * samples.jumpTime_ps { return false }
    }
    let isSlow = decay.time_ps > slowest * (samples.lags.last ?? 0)
    // The mean of a long tail, and a plateau under a part that does not decay, were not seen.
    if isSlow, form.isStretched || form.hasPlateau { return false }
    if form.hasPlateau, !reachesPlateau(decay, samples) { return false }
    // Libration ends at a plateau, too.
    if form.hasPlateau, decay.time_ps < leastShare * samples.jumpTime_ps { return false }
    // A fast drop to what does not decay is the same function as reorientation down to a plateau.
    let same = DecayForm(isStretched: form.isStretched, hasPlateau: true)
    return !(form.hasDrop && isSlow && others.contains(same))
  }

  /// Whether the function agrees with the plateau where the rest has decayed, within three errors: points of the
  /// function are so strongly correlated that the fit alone would allow all of them to be off together.
  private static func reachesPlateau(_ decay: Decay, _ samples: DecaySamples) -> Bool {
    let late = samples.lags.map { decay.decaying(at: $0) < 0.02 }
    let count = Double(late.count { $0 })
    guard count > 0 else { return true }
    let direction = late.map { $0 ? 1 / count : 0 }
    let off = zip(direction, samples.mean).reduce(0) { $0 + $1.0 * $1.1 } - decay.plateau
    return off * off < 9 * samples.variances(along: [direction])[0] * samples.collectivity
  }

  /// Laplace's approximation: the likelihood at its maximum, times the width of its peak over that of the prior.
  private static func logEvidence(
    _ squares: DecayLeastSquares, _ minimum: DecayLeastSquares.Minimum, _ samples: DecaySamples
  ) -> Double {
    let form = minimum.form
    let decay = minimum.decay
    var curvature = squares.curvature(squares.gradients(form, minimum.parameters))
    let priors = decay.priors
    let count = priors.count + 1
    for (k, prior) in priors.enumerated() {
      // In units of the prior's width, whose variance is 1/12 of its square.
      let unit = prior.width / max(prior.derivative, 1e-12)
      for j in 0..<count {
        curvature[(k + 1) * count + j] *= unit
        curvature[j * count + k + 1] *= unit
      }
      curvature[(k + 1) * count + k + 1] += 12
    }
    var logDeterminant = 0.0
    do {
      logDeterminant = try symmetricEigenvalues(curvature, size: count).reduce(0) {
        $0 + Double.log(max($1, 1e-12))
      }
    } catch {
      // Without its width a form has no evidence.
      return -.infinity
    }
    // The scale of the covariance is known from so many samples only: Student's t in all lags.
    let freedom = Double(samples.curves.count - 1)
    let peak = -0.5 * (freedom + Double(squares.lags.count)) * Double.log(1 + minimum.chiSquared / freedom)
    return peak - 0.5 * logDeterminant + 0.5 * Double(priors.count) * Double.log(2 * Double.pi)
  }
}

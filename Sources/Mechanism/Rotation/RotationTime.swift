import Analysis
import Mathematics
import RealModule
import Statistics

/// The rotation time of a kind of anion at one temperature, and what belongs to it.
struct RotationTime {
  private let kind: String
  private let degree: Int
  private let samples: DecaySamples?
  private let fit: DecayFit?
  /// By the number of jumps, a time between two of them is longer than this with a probability of 95 %, ps. What decays
  /// by jumps can't be known better from a function that hardly decays.
  private let leastByJumps_ps: Double

  /// Below this time an exponential is over at the second frame, in frame intervals.
  private static let fastest = 0.2
  /// Shorter than so many frame intervals is a fast decay. A longer bound comes from a function that hardly decays, and
  /// tells nothing of a rotation that is slower than the run.
  private static let firstFrames = 5.0

  init(kind: String, degree: Int, runs: [RotorSamples], jumps: [JumpCounts]) {
    self.kind = kind
    self.degree = degree
    samples = DecaySamples(runs, degree: degree, jumps: jumps)
    fit = samples.flatMap(DecayFit.init)
    let watched = runs.reduce(0) { $0 + Double($1.sizes.reduce(0, +)) * $1.length_ps }
    leastByJumps_ps =
      watched
      / poissonUpperBound(
        count: jumps.reduce(0) { $0 + $1.jumps.reduce(0, +) }, level: 0.95)
  }

  var values: [ObservableValue] {
    var values = [time, crossing]
    guard let fit, time.value != nil else { return values }
    let quantile = StudentT(degreesOfFreedom: fit.degreesOfFreedom)
    if fit.minimum.form.hasPlateau, let error = fit.plateauError {
      let plateau = fit.decay.plateau
      func interval(_ level: Double) -> [Double] {
        let half = quantile.halfWidth(level: level) * error
        return [max(0, plateau - half), min(1, plateau + half)]
      }
      values.append(
        value("rotation-plateau", plateau, error, interval(0.68), interval(0.95), warning: nil))
    }
    if fit.minimum.form.isStretched {
      values.append(
        value("rotation-stretching", fit.decay.stretching, fit.stretchingError, nil, nil, warning: nil))
    }
    return values
  }

  private func value(
    _ name: String, _ value: Double?, _ error: Double?, _ interval68: [Double]?, _ interval95: [Double]?,
    warning: Warning?
  ) -> ObservableValue {
    let name = "\(name)-\(degree)"
    return ObservableValue(
      name: name, series: kind, value: value, error: error, interval68: interval68, interval95: interval95,
      unit: ObservableCatalogue.unit(ofValue: name), warning: warning)
  }

  /// τ of the decaying part, or a bound where the likelihood excludes no longer or no shorter time.
  private var time: ObservableValue {
    func without(_ warning: Warning) -> ObservableValue {
      value("correlation-time", nil, nil, nil, nil, warning: warning)
    }
    guard let samples else { return without(.noRotationFit(anions: 0)) }
    guard let fit else {
      let isStill = samples.mean.allSatisfy { $0 > 1 - 1e-9 }
      return without(
        isStill
          ? .rotationTooSlow(longerThan_ps: leastByJumps_ps) : .noRotationFit(anions: samples.curves.count))
    }
    let wide = fit.interval(level: 0.95)
    let oneSided = fit.interval(level: 0.9)
    let isResolved = fit.decay.time_ps > Self.fastest * samples.interval_ps
    if wide.low == nil, wide.high == nil { return without(.noRotationFit(anions: samples.curves.count)) }
    guard let low = wide.low, isResolved else {
      let bound_ps = max(oneSided.high ?? samples.interval_ps, samples.interval_ps)
      return without(
        bound_ps < Self.firstFrames * samples.interval_ps
          ? .rotationTooFast(shorterThan_ps: bound_ps) : .rotationOrLibration)
    }
    guard let high = wide.high else {
      return without(.rotationTooSlow(longerThan_ps: min(oneSided.low ?? low, leastByJumps_ps)))
    }
    let narrow = fit.interval(level: 0.68)
    let decay = fit.decay
    return value(
      "correlation-time", decay.time_ps, decay.time_ps * fit.logTimeError,
      [narrow.low ?? low, narrow.high ?? high], [low, high],
      warning: .rotationFit(
        stretching: decay.form.isStretched ? decay.stretching : nil,
        plateau: decay.form.hasPlateau ? decay.plateau : nil, plateauError: fit.plateauError,
        drop: decay.form.hasDrop ? decay.dropShare * (1 - decay.plateau) : nil,
        logEvidence: fit.logEvidence))
  }

  /// Where the pooled function falls to 1/e.
  private var crossing: ObservableValue {
    guard let samples else {
      return value("crossing-time", nil, nil, nil, nil, warning: .noRotationFit(anions: 0))
    }
    let mean = samples.mean
    let unit = mean.indices.map { lag in mean.indices.map { $0 == lag ? 1.0 : 0 } }
    let errors = samples.variances(along: unit).map { ($0 * samples.collectivity).squareRoot() }
    let student = StudentT(degreesOfFreedom: Double(max(1, samples.curves.count - 1)))
    func crossing(_ shift: Double) -> Double? {
      correlationTime_ps(times: samples.lags, values: zip(mean, errors).map { min(1, $0 + shift * $1) })
    }
    func interval(_ level: Double) -> [Double]? {
      let half = student.halfWidth(level: level)
      guard samples.curves.count > 2, let low = crossing(-half), let high = crossing(half) else { return nil }
      return [low, high]
    }
    let time = crossing(0)
    var warning: Warning?
    if time == nil {
      let form = fit?.minimum.form
      warning =
        form?.hasPlateau == true && (fit?.decay.plateau ?? 0) > Double.exp(-1)
        ? .correlationStaysAbove(plateau: fit?.decay.plateau ?? 0, error: fit?.plateauError)
        : .correlationDoesNotDecay
    }
    let narrow = interval(0.68)
    return value(
      "crossing-time", time, narrow.map { ($0[1] - $0[0]) / 2 }, narrow, interval(0.95), warning: warning)
  }
}

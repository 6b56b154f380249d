/// The slope of the mean squared displacement once D(t) = dMSD/dt / 6 has stopped falling.
///
/// Fits from first lags t₀, 2t₀, 4t₀, … give slopes D₀, D₁, …, less and less precise, and less and less
/// biased by hops that will be undone. Each step cⱼ = Dⱼ − Dⱼ₊₁, of variance Vⱼ, is applied in part,
///
///     D = D₀ − Σ sⱼ cⱼ,     sⱼ = σⱼ²/(σⱼ² + Vⱼ),     σⱼ² = max(cⱼ² − 1.15² Vⱼ, (sⱼ₋₁ cⱼ₋₁)², 0)
///
/// for a normal distribution of true steps, whose width is estimated from the step itself or the step before
/// it (empirical Bayes). A step within 1.15 errors is not applied, one of two errors to about 73 %, one of
/// four almost completely. A partial step adds sⱼ(1 − sⱼ)Vⱼ to the variance of D, and a fall that was not
/// applied 0.1 (1 − sⱼ)² cⱼ². D(t) rarely rises, by persistent motion: the threshold of a rise is two errors,
/// not 1.15.
struct LongTimeSlope {
  /// Weights of the mean squared displacements.
  package var slope: IonSpread.Slope
  /// The variance added by steps applied in part and by falls not applied.
  var doubt: Double
  /// Where the fit starts, frames: the first lags averaged with the weights of the steps.
  var firstLag: Double
  /// Whether D(t) still falls at the last step.
  var stillFalls: Bool

  /// The ratio of successive first lags.
  static let ratio = 2.0
  /// In standard errors: a smaller step is attributed to chance.
  private static let threshold = (falling: 1.15, rising: 2.0)
  /// The fraction of the square of a fall not applied that is added to the variance.
  private static let part = 0.1

  /// - Parameter firstLags: frames, ascending.
  /// - Parameter factor: the collectivity factor, which multiplies the variance from the scatter of ions.
  /// - Returns: nil where none of them allows a slope.
  init?(_ spread: IonSpread, firstLags: [Int], lastLag: Int, factor: Double) {
    var firsts: [Int] = []
    var slopes: [IonSpread.Slope] = []
    for first in firstLags {
      guard let slope = spread.slope(first...lastLag) else { continue }
      firsts.append(first)
      slopes.append(slope)
    }
    guard let start = slopes.first else { return nil }
    var taken: [Double] = []
    var variances: [Double] = []
    var falls: [Double] = []
    var before = 0.0
    for (here, there) in zip(slopes, slopes.dropFirst()) {
      let step = here - there
      let fall = spread.value(step)
      let variance = factor * spread.variance(step)
      variances.append(variance)
      falls.append(fall)
      let limit = fall > 0 ? LongTimeSlope.threshold.falling : LongTimeSlope.threshold.rising
      var scale = max(0, fall * fall - limit * limit * variance)
      // A fall extends over more than one step.
      scale = max(scale, before * before)
      let share = scale > 0 ? scale / (scale + variance) : 0
      taken.append(share)
      before = fall > 0 ? share * fall : 0
    }
    stillFalls = (taken.last ?? 0) > 0.75
    // A fall at a late step implies a fall at the steps before it.
    for index in taken.indices.dropLast().reversed() { taken[index] = max(taken[index], taken[index + 1]) }
    slope = start
    doubt = 0
    firstLag = Double(firsts[0])
    for (index, share) in taken.enumerated() {
      slope = slope - share * (slopes[index] - slopes[index + 1])
      doubt += share * (1 - share) * variances[index]
      if falls[index] > 0 {
        doubt += LongTimeSlope.part * (1 - share) * (1 - share) * falls[index] * falls[index]
      }
      firstLag += share * Double(firsts[index + 1] - firsts[index])
    }
  }
}

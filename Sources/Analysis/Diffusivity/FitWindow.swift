/// The lags that a diffusivity is fitted over, and how the first of them is chosen.
///
/// The mean squared displacement is straight, and D(t) = dMSD/dt / 6 flat, only once hops that are going
/// to be undone have been. Two rules: the first lag is at least three times the time after which ions go
/// back (`HopStatistics.returnTime_ps`); and from there on it grows by steps of a factor 1.4 until the
/// slope from it agrees with the slope from twice its value, to one standard error of the difference over
/// blocks or replicas, or to 2 %. An early stop would cost truth, a late one only precision: hence one
/// standard error and not two. At the latest first lag that leaves a slope, D(t) counts as not flat when
/// the change is beyond two.
struct FitWindow: Equatable {
  /// Frames.
  var lags: ClosedRange<Int>
  /// The slope no longer changes with the first lag.
  var isFlat: Bool

  private static let step = 1.4
  private static let smallChange = 0.02

  /// - Parameter earliest: the first lag to try, frames.
  /// - Returns: nil where not even that one fits into the samples.
  static func choose(
    _ samples: DisplacementSamples, earliest: Int, lastLag: Int, jumpTime: Double
  ) -> FitWindow? {
    let latest = min(samples.latestFirstLag, lastLag / 2)
    guard earliest <= latest else { return nil }
    var first = earliest
    var isFlat = true
    while true {
      let later = min(2 * first, max(first + 1, lastLag * 7 / 10))
      guard let here = samples.slopes(window: first...lastLag, jumpTime: jumpTime) else { return nil }
      if later < lastLag, let there = samples.slopes(window: later...lastLag, jumpTime: jumpTime) {
        let change = samples.mean(zip(here, there).map { $1 - $0 })
        let slope = samples.mean(here).mean
        isFlat = abs(change.mean) <= max(2 * change.standardError, smallChange * abs(slope))
        if abs(change.mean) <= max(change.standardError, smallChange * abs(slope)) {
          return FitWindow(lags: first...lastLag, isFlat: true)
        }
      }
      if first == latest { return FitWindow(lags: first...lastLag, isFlat: isFlat) }
      first = min(latest, max(first + 1, Int((Double(first) * step).rounded())))
    }
  }
}

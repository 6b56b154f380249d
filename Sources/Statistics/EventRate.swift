import Mathematics
import RealModule

/// The rate of events from their counts in all runs of a temperature, with an interval that covers for events
/// that are not independent, too.
///
/// The variance of a count is φ times its mean. φ comes from the counts in short windows of time; from those of
/// blocks where these scatter significantly more (what drives the events then lasts longer than a window), times
/// the excess of the scatter over ions where that is significant (an ion's hops follow each other), or from the
/// replicas where they differ by more than that explains. The interval is Jeffreys' of N/φ Poisson events, its
/// normal quantile replaced by that of Student's t with the degrees of freedom of φ.
package struct EventRate {
  /// A larger scatter counts where it has a smaller chance than this.
  private static let significance = 0.05

  package private(set) var count = 0.0
  package private(set) var exposure_ps = 0.0
  private var windows = EventCounts.Scatter.none
  private var blocks = EventCounts.Scatter.none
  private var ions = EventCounts.Scatter.none
  private var cells = EventCounts.Scatter.none
  private var runs: [(count: Double, exposure_ps: Double)] = []

  package init() {}

  package mutating func add(_ run: EventCounts) {
    count += Double(run.count)
    exposure_ps += run.exposure_ps
    windows = windows + run.windows
    blocks = blocks + run.blocks
    ions = ions + run.ions
    cells = cells + run.cells
    if run.exposure_ps > 0 { runs.append((Double(run.count), run.exposure_ps)) }
  }

  /// 1/ps; nil where nothing was watched.
  package var rate: Double? { exposure_ps > 0 ? count / exposure_ps : nil }

  /// φ, and its degrees of freedom.
  package var dispersion: EventCounts.Scatter {
    var best = windows
    if Self.exceeds(blocks, best) { best = blocks }
    if Self.exceeds(ions, cells), cells.ratio > 0 {
      let freedom = 1 / (1 / best.degreesOfFreedom + 1 / ions.degreesOfFreedom)
      best = EventCounts.Scatter(
        sum: best.ratio * ions.ratio / cells.ratio * freedom, degreesOfFreedom: freedom)
    }
    let replicas = betweenRuns
    if Self.exceeds(replicas, best) { best = replicas }
    return best
  }

  private var betweenRuns: EventCounts.Scatter {
    guard count > 0, runs.count > 1 else { return .none }
    let sum = runs.reduce(0.0) { sum, run in
      let expected = count * run.exposure_ps / exposure_ps
      return sum + (run.count - expected) * (run.count - expected) / expected
    }
    return EventCounts.Scatter(sum: sum, degreesOfFreedom: Double(runs.count - 1))
  }

  private static func exceeds(_ first: EventCounts.Scatter, _ second: EventCounts.Scatter) -> Bool {
    guard first.degreesOfFreedom > 0, second.degreesOfFreedom > 0, second.sum > 0 else { return false }
    let f = FisherF(numerator: first.degreesOfFreedom, denominator: second.degreesOfFreedom)
    return 1 - f.cumulative(first.ratio / second.ratio) < significance
  }

  /// Standard error of the rate, 1/ps; nil without an event.
  package var error: Double? {
    guard count > 0, exposure_ps > 0 else { return nil }
    return (count * max(dispersion.ratio, 1e-6)).squareRoot() / exposure_ps
  }

  /// Both ends, 1/ps. Without an event from 0 to the Poisson bound.
  package func interval(level: Double) -> [Double]? {
    guard exposure_ps > 0 else { return nil }
    guard count > 0 else { return [0, poissonUpperBound(count: 0, level: level) / exposure_ps] }
    let scatter = dispersion
    guard scatter.degreesOfFreedom > 0 else { return nil }
    // Hops that keep a rhythm scatter less than Poisson numbers; more than a thousandth is always left.
    let factor = max(scatter.ratio, 1e-3)
    let t = StudentT(degreesOfFreedom: scatter.degreesOfFreedom).halfWidth(level: level)
    let above = Self.normalTail(t)
    let gamma = ChiSquared(degreesOfFreedom: 2 * count / factor + 1)
    return [above, 1 - above].map { gamma.quantile($0) / 2 * factor / exposure_ps }
  }

  /// The probability that a normal number of unit variance exceeds t; never 0, whose quantile is infinite.
  private static func normalTail(_ t: Double) -> Double {
    max(1e-12, 0.5 * Double.erfc(t / 2.0.squareRoot()))
  }
}

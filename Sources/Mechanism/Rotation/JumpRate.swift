import Mathematics
import RealModule

/// The rate of events of independent members that are counted, with intervals for few events and for members that
/// differ.
struct JumpRate {
  /// Of all members.
  let count: Int
  /// Summed over members, ps.
  let watched_ps: Double
  /// The variance of a count over that of Poisson's distribution, 1 or more: by the scatter among the members.
  let dispersion: Double

  /// - Parameter watched_ps: of each member.
  init(counts: [Int], watched_ps: [Double]) {
    count = counts.reduce(0, +)
    let total = watched_ps.reduce(0, +)
    self.watched_ps = total
    let rate = Double(count) / max(total, 1e-300)
    let freedom = Double(counts.count - 1)
    guard count > 0, freedom > 0 else {
      dispersion = 1
      return
    }
    let squares = zip(counts, watched_ps).reduce(0) { sum, member in
      let expected = rate * member.1
      let off = Double(member.0) - expected
      return expected > 0 ? sum + off * off / expected : sum
    }
    // Members that jump alike scatter by chance, too; only more than that counts, and few members show it uncertainly.
    let isChance = squares < ChiSquared(degreesOfFreedom: freedom).quantile(0.9)
    let spread = StudentT(degreesOfFreedom: freedom).quantile(0.975) / 1.959964
    dispersion = isChance ? 1 : squares / freedom * spread * spread
  }

  /// 1/ps; nil where nothing was watched.
  var rate_per_ps: Double? { watched_ps > 0 ? Double(count) / watched_ps : nil }

  /// Standard error, 1/ps; nil without an event, where the interval says what is known.
  var error_per_ps: Double? {
    count > 0 && watched_ps > 0 ? (Double(count) * dispersion).squareRoot() / watched_ps : nil
  }

  /// Garwood's exact interval (Biometrika 28, 437 (1936)) of a Poisson mean, of the count over the dispersion.
  func interval(level: Double) -> [Double]? {
    guard watched_ps > 0 else { return nil }
    let effective = Double(count) / dispersion
    let tail = (1 - level) / 2
    let low = count > 0 ? ChiSquared(degreesOfFreedom: 2 * effective).quantile(tail) / 2 : 0
    let high = ChiSquared(degreesOfFreedom: 2 * effective + 2).quantile(1 - tail) / 2
    return [low, high].map { $0 * dispersion / watched_ps }
  }
}

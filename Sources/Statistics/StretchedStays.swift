import RealModule

/// Weibull's distribution of stays, S(t) = exp(−(t/τ)^β), by maximum likelihood of stays that ended and stays that
/// were cut short. β = 1 is the exponential distribution of hops without memory; β < 1 comes from ions that go back
/// at once, or from sites that hold ions for different times.
package struct StretchedStays {
  /// β, without the bias of the maximum in few stays: by 1.38 over their number (Thoman, Bain and Antle,
  /// Technometrics 11, 445 (1969), Table 2).
  package let exponent: Double
  /// Standard error of ln β of independent stays.
  package let logError: Double
  /// Twice the gain in ln L over the exponential: χ² with one degree of freedom if β = 1.
  package let gain: Double

  /// Fewer stays do not tell the two apart.
  package static let fewestStays = 10

  /// - Returns: nil for fewer than ten stays that ended, or where all are equal.
  package init?(_ table: SurvivalTable) {
    let rows = table.rows.filter { $0.time_ps > 0 }
    let ended = rows.reduce(0) { $0 + Double($1.ended) }
    guard ended >= Double(Self.fewestStays), let longest = rows.last?.time_ps else { return nil }
    // In units of the longest, so that powers stay in range.
    let times = rows.map { ($0.time_ps / longest, Double($0.ended), Double($0.ended + $0.cut)) }
    let logs = times.reduce(0) { $0 + $1.1 * Double.log($1.0) } / ended
    func sums(_ beta: Double) -> (s0: Double, s1: Double, s2: Double) {
      times.reduce((0, 0, 0)) { sum, row in
        let (power, log) = (row.2 * Double.pow(row.0, beta), Double.log(row.0))
        return (sum.0 + power, sum.1 + power * log, sum.2 + power * log * log)
      }
    }
    // 1/β + ⟨ln t⟩ − Σ t^β ln t/Σ t^β falls with β.
    func score(_ beta: Double) -> Double {
      let s = sums(beta)
      return 1 / beta + logs - s.s1 / s.s0
    }
    var (low, high) = (0.02, 50.0)
    guard score(low) > 0, score(high) < 0 else { return nil }
    for _ in 0..<100 {
      let middle = (low * high).squareRoot()
      if score(middle) > 0 { low = middle } else { high = middle }
    }
    let beta = (low * high).squareRoot()
    func logLikelihood(_ beta: Double) -> Double {
      ended * (Double.log(beta) + (beta - 1) * logs - Double.log(sums(beta).s0 / ended) - 1)
    }
    let s = sums(beta)
    let mean = s.s1 / s.s0
    exponent = beta * (1 - 1.38 / ended)
    logError = 1 / (ended * (1 + beta * beta * (s.s2 / s.s0 - mean * mean))).squareRoot()
    gain = max(0, 2 * (logLikelihood(beta) - logLikelihood(1)))
  }

  /// Whether the stays prefer Weibull's distribution by the Bayesian information criterion.
  /// - Parameter ended: stays that ended.
  package func isPreferred(ended: Int) -> Bool { gain > Double.log(Double(max(ended, 2))) }
}

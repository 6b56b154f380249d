/// Fractions of mobile ions that are active, over the runs of one temperature.
package struct ActiveIons {
  /// With this many replicas or more, the error comes from their scatter.
  package static let enoughReplicas = 3

  /// By the final displacement, and by the largest over the run; runs are weighted by their number of ions.
  package let fraction: Double
  package let fractionMax: Double
  /// Standard error of `fraction`.
  package let standardError: Double
  package let errorSource: ActiveFractionErrorSource
  /// By the final displacement, for a homogeneous Brownian population with the same mean square.
  package let homogeneous: Double

  /// - Parameter cutoffs_A2: one for each run, which may differ in length.
  package init(runs: [RunMobility], cutoffs_A2: [Double]) {
    let ions = runs.map { Double($0.ionCount) }
    let total = ions.reduce(0, +)
    func share(_ values: [Double], _ cutoff: Double) -> Double {
      Double(values.count { $0 >= cutoff }) / Double(values.count)
    }
    let fractions = zip(runs, cutoffs_A2).map { share($0.finalSquared_A2, $1) }
    let largest = zip(runs, cutoffs_A2).map { share($0.largestSquared_A2, $1) }
    func mean(_ values: [Double]) -> Double { zip(ions, values).reduce(0) { $0 + $1.0 * $1.1 } / total }
    let fraction = mean(fractions)
    self.fraction = fraction
    fractionMax = mean(largest)
    homogeneous = mean(
      zip(runs, cutoffs_A2).map { run, cutoff in
        homogeneousActiveFraction(
          cutoff_A2: cutoff, meanSquare_A2: run.finalSquared_A2.reduce(0, +) / Double(run.ionCount))
      })
    errorSource = runs.count >= Self.enoughReplicas ? .replicas : .binomial
    switch errorSource {
    case .replicas:
      let squares = zip(ions, fractions).reduce(0) {
        $0 + $1.0 * $1.0 * ($1.1 - fraction) * ($1.1 - fraction)
      }
      let count = Double(runs.count)
      standardError = (squares * count / (count - 1)).squareRoot() / total
    case .binomial:
      // Half an ion more in either class keeps the error above zero when none or all are active.
      let p = (fraction * total + 0.5) / (total + 1)
      standardError = (p * (1 - p) / total).squareRoot()
    }
  }
}

/// Fractions of ions whose squared displacement reaches each cut-off; runs are weighted by their number of
/// ions.
package func activeFractions(_ values: [[Double]], cutoffs_A2: [Double]) -> [Double] {
  let sorted = values.flatMap { $0 }.sorted()
  guard !sorted.isEmpty else { return cutoffs_A2.map { _ in 0 } }
  return cutoffs_A2.map { cutoff in
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < cutoff { low = middle + 1 } else { high = middle }
    }
    return Double(sorted.count - low) / Double(sorted.count)
  }
}

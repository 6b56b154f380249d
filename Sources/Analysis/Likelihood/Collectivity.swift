import Mathematics
import RealModule

/// How much more the mean over ions scatters than it would if ions moved independently: the power of the slow changes
/// of the activity Σ|Δr|² over the sum of the powers of single ions.
///
/// The ratio of each cosine mode is χ² distributed with one degree of freedom a run. It may rise towards low
/// frequency, where ions are switched on and off together; what counts for D is its limit at zero. Averaged over
/// flat and rising shapes.
struct Collectivity {
  /// Its possible values with their probabilities.
  private(set) var values: [(value: Double, probability: Double)] = []

  /// Ions are independent unless seen otherwise: as if so many more modes had shown a ratio of 1.
  private static let priorFreedom = 4.0
  /// Probability that the ratio does not depend on frequency.
  private static let flatProbability = 0.7
  private static let rises = [2.0, 6, 20]
  private static let corners = [1.5, 4.0]
  private static let quantiles = [0.1, 0.3, 0.5, 0.7, 0.9]
  /// The ratio is not believed to be smaller.
  private static let least = 0.5

  init(_ runs: [DisplacementModes]) {
    let count = runs.map(\.activity_A4.count).filter { $0 > 0 }.min() ?? 0
    var ratios: [Double] = []
    let used = runs.filter { $0.activity_A4.count > 0 }
    for mode in 1..<max(1, count) {
      let (all, single) = used.reduce((0.0, 0.0)) {
        ($0.0 + $1.activity_A4[mode], $0.1 + $1.ionActivity_A4[mode])
      }
      if single > 0 { ratios.append(all / single) }
    }
    let freedom = Double(used.count)
    var parts: [(logWeight: Double, freedom: Double, scale: Double)] = []
    func add(prior: Double, rise: Double, corner: Double) {
      var logWeight = Double.log(prior)
      var sum = Self.priorFreedom
      for (index, ratio) in ratios.enumerated() {
        let k = Double(index + 1) / corner
        let factor = 1 + rise / (1 + k * k)
        logWeight -= freedom / 2 * Double.log(factor)
        sum += freedom * ratio / factor
      }
      let total = Self.priorFreedom + freedom * Double(ratios.count)
      logWeight -= total / 2 * Double.log(sum)
      parts.append((logWeight, total, sum * (1 + rise)))
    }
    add(prior: Self.flatProbability, rise: 0, corner: 1)
    let share = (1 - Self.flatProbability) / Double(Self.rises.count * Self.corners.count)
    for rise in Self.rises { for corner in Self.corners { add(prior: share, rise: rise, corner: corner) } }
    let whole = logSum(parts.map(\.logWeight))
    for part in parts {
      let probability = Double.exp(part.logWeight - whole) / Double(Self.quantiles.count)
      let distribution = ChiSquared(degreesOfFreedom: part.freedom)
      for quantile in Self.quantiles {
        values.append((max(Self.least, part.scale / distribution.quantile(quantile)), probability))
      }
    }
  }

  /// exp of the mean of the logarithm.
  var typical: Double { Double.exp(values.reduce(0) { $0 + $1.probability * Double.log($1.value) }) }
}

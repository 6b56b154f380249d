import Mathematics
import RealModule

/// The relative variance that all frequencies of the spectrum have in common: few hops, ions of different mobility,
/// ions that move together, replicas that differ.
struct CommonScatter {
  /// Possible values with their probabilities.
  private(set) var variances: [(value: Double, probability: Double)]
  /// The probability that replicas differ by more than their own motion explains.
  private(set) var replicasDifferProbability = 0.0

  private static let quantiles = [0.1, 0.3, 0.5, 0.7, 0.9]
  /// Mixture of so many variances is as good as one of all.
  private static let mostVariances = 9
  private static let evenCount = 60

  /// - Parameters:
  ///   - variance: for independent ions, with the degrees of freedom of its estimate.
  ///   - gaussian: of independent Gaussian modes, which the likelihood of the spectrum has already; replicas scatter by
  ///     both.
  ///   - deviations: of replicas, relative to their mean, with their weights; fewer than two tell nothing.
  init(
    variance: Double, degreesOfFreedom: Double, gaussian: Double, collectivity: Collectivity,
    deviations: [(value: Double, weight: Double)]
  ) {
    var own: [(value: Double, probability: Double)] = []
    let distribution = ChiSquared(degreesOfFreedom: degreesOfFreedom)
    for quantile in Self.quantiles {
      let factor = degreesOfFreedom / distribution.quantile(quantile)
      for c in collectivity.values {
        own.append((c.value * variance * factor, c.probability / Double(Self.quantiles.count)))
      }
    }
    own = Self.grouped(own)
    guard deviations.count >= 2 else {
      variances = own
      return
    }
    let typical = collectivity.typical * (variance + gaussian)
    let factors = Self.replicaFactors(
      deviations, variance: typical, degreesOfFreedom: min(degreesOfFreedom, 20))
    replicasDifferProbability = 1 - factors[0].probability
    var all: [(value: Double, probability: Double)] = []
    for factor in factors where factor.probability > 1e-3 {
      for part in own {
        all.append((part.value + (factor.value - 1) * typical, part.probability * factor.probability))
      }
    }
    variances = Self.grouped(all, keepingTail: true)
  }

  /// By how much the variance of the mean of replicas exceeds the one from their own motion. It is 1 with a prior
  /// probability of one half, else of any order of magnitude up to 1,000.
  private static func replicaFactors(
    _ deviations: [(value: Double, weight: Double)], variance: Double, degreesOfFreedom d: Double
  ) -> [(value: Double, probability: Double)] {
    let total = deviations.reduce(0) { $0 + $1.weight }
    let mean = deviations.reduce(0) { $0 + $1.weight * $1.value } / total
    let count = Double(deviations.count)
    let squares = deviations.reduce(0) { sum, item in
      let share = item.weight / total
      return sum + share * share * (item.value - mean) * (item.value - mean)
    }
    // Variance of the mean, from the replicas, over the one expected.
    let ratio = variance > 0 ? squares * count / (count - 1) / variance : 1
    let others = (0..<14).map { Double.exp(Double.log(1.3) + Double($0) / 13 * Double.log(1000 / 1.3)) }
    let candidates = [(1.0, 0.5)] + others.map { ($0, 0.5 / Double(others.count)) }
    let logs = candidates.map { factor, prior in
      Double.log(prior) - (count - 1) / 2 * Double.log(factor)
        - (count - 1 + d) / 2 * Double.log(1 + (count - 1) * ratio / (d * factor))
    }
    let whole = logSum(logs)
    return zip(candidates, logs).map { ($0.0, Double.exp($1 - whole)) }
  }

  /// Fewer values with the same quantiles.
  private static func grouped(
    _ values: [(value: Double, probability: Double)], keepingTail: Bool = false
  ) -> [(value: Double, probability: Double)] {
    let sorted = values.sorted { $0.value < $1.value }
    let count = keepingTail ? 2 * mostVariances : mostVariances
    var groups: [(value: Double, probability: Double)] = []
    var (sum, weight, index) = (0.0, 0.0, 0)
    var total = 0.0
    for item in sorted {
      sum += item.probability * item.value
      weight += item.probability
      total += item.probability
      if total >= Double(index + 1) / Double(count) - 1e-9, weight > 0 {
        groups.append((sum / weight, weight))
        (sum, weight) = (0, 0)
        index = Int(total * Double(count))
      }
    }
    if weight > 0 { groups.append((sum / weight, weight)) }
    return groups
  }

  /// The likelihood of ln D after this scatter: D is taken for the mean of a number of events of 1/variance, so that a
  /// value that is low by chance is not too precise.
  func blurred(_ spectrum: SpectrumLikelihood) -> LogLikelihood {
    let (xs, ys) = (spectrum.logDiffusivity, spectrum.logLikelihood)
    let inner = LogLikelihood(logDiffusivity: xs, logLikelihood: ys)
    let (mean, spread) = (inner.moments.mean, inner.moments.variance.squareRoot())
    let wide = variances.map(\.value).max() ?? 0
    let typical = variances.reduce(0) { $0 + $1.probability * $1.value.squareRoot() }
    let total = (spread * spread + min(wide, 4)).squareRoot()
    let floorX = min(xs[0], mean - 6 * total - 1)
    // Dense about the mean, wide in the tails.
    let unit = max(1e-9, (spread * spread + typical * typical).squareRoot())
    let reach = max(8, 8 * total / unit)
    var grid: [Double] = []
    let half = 60
    for index in -half...half {
      let t = Double(index) / Double(half)
      grid.append(mean + unit * (3 * t + (reach - 3) * t * t * t * t * t))
    }
    grid = grid.filter { $0 > floorX }
    if let first = grid.first, first > floorX { grid.insert(floorX, at: 0) }
    let result = grid.map { x in self.blurred(x, inner: inner, xs: xs) }
    return LogLikelihood(logDiffusivity: grid, logLikelihood: result)
  }

  /// ln of the likelihood at one ln D.
  private func blurred(_ x: Double, inner: LogLikelihood, xs: [Double]) -> Double {
    let moments = inner.moments
    let spread = moments.variance.squareRoot()
    var parts: [Double] = []
    for part in variances {
      let sigma = part.value.squareRoot()
      guard sigma > 0.02 * spread else {
        parts.append(Double.log(part.probability) + inner.value(at: x))
        continue
      }
      let n = 1 / part.value
      var logs: [Double] = []
      // Over the apparent ln D: at the table's own places, which are dense where the likelihood is high, and at even
      // ones where this factor is.
      let low = x - 7 * sigma - 2
      let high = x + 7 * sigma + 2
      let even = (0...Self.evenCount).map { x + (7 * sigma) * (2 * Double($0) / Double(Self.evenCount) - 1) }
      let places = (xs.filter { $0 > low && $0 < high } + even + [low, high]).sorted()
      for index in 1..<places.count where places[index] > places[index - 1] {
        let apparent = (places[index] + places[index - 1]) / 2
        let u = x - apparent
        logs.append(
          inner.value(at: apparent) + n * (u - Double.exp(u) + 1) + 0.5 * Double.log(n)
            + Double.log(places[index] - places[index - 1]))
      }
      parts.append(logSum(logs) + Double.log(part.probability))
    }
    return logSum(parts)
  }
}

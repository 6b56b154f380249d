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

  /// - Parameters:
  ///   - variance: for independent ions, with the degrees of freedom of its estimate.
  ///   - gaussian: of the modes, with their collectivity, which the likelihood of the spectrum has already; replicas
  ///     scatter by both.
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
    let typical = collectivity.typical * variance + gaussian
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
    // And down to the floor, ever wider.
    var below = unit * reach * 1.5
    while mean - below > floorX {
      grid.append(mean - below)
      below *= 1.5
    }
    grid = grid.filter { $0 > floorX }.sorted()
    if let first = grid.first, first > floorX { grid.insert(floorX, at: 0) }
    let nodes = Self.nodes(spectrum)
    let kernels = variances.filter { $0.probability > 0 }.map { part in
      part.value.squareRoot() < Self.narrow * spread
        ? Kernel(narrow: part.value, probability: part.probability)
        : Kernel(wide: part.value, probability: part.probability)
    }
    let result = grid.map { x -> Double in
      var sum = 0.0
      for kernel in kernels { sum += kernel.blurred(at: x, inner: inner, nodes: nodes) }
      return sum > 0 ? Double.log(sum) : -.infinity
    }
    return LogLikelihood(logDiffusivity: grid, logLikelihood: result)
  }

  /// Scatter below this, relative to the width of the spectrum's likelihood, is summed over the scatter, wider over the
  /// likelihood.
  private static let narrow = 0.5
  private static let depth = 25.0

  /// The places of the table that matter, with the weight of the likelihood there.
  private static func nodes(_ spectrum: SpectrumLikelihood) -> [(x: Double, weight: Double)] {
    let (xs, ys) = (spectrum.logDiffusivity, spectrum.logLikelihood)
    let top = ys.max() ?? 0
    var nodes: [(x: Double, weight: Double)] = []
    for index in xs.indices where ys[index] > top - depth {
      let width = (xs[min(xs.count - 1, index + 1)] - xs[max(0, index - 1)]) / 2
      nodes.append((xs[index], width * Double.exp(ys[index] - top)))
    }
    // Below the table the likelihood is that of its lowest point.
    if let first = xs.first, ys[0] > top - depth {
      let width = 0.25
      for step in 1...80 { nodes.append((first - width * Double(step), width * Double.exp(ys[0] - top))) }
    }
    return nodes
  }

  /// The probability of an apparent ln D, given the true one: that of the mean of n = 1/variance events.
  private struct Kernel {
    let events: Double
    let probability: Double
    /// Shifts of ln D with their weights, for narrow scatter.
    let shifts: [(shift: Double, weight: Double)]

    init(wide variance: Double, probability: Double) {
      events = 1 / variance
      self.probability = probability
      shifts = []
    }

    init(narrow variance: Double, probability: Double) {
      let n = 1 / max(1e-12, variance)
      events = n
      self.probability = probability
      let sigma = variance.squareRoot()
      let raw = (-9...9).map { index -> (shift: Double, weight: Double) in
        let u = sigma * Double(index) / 2
        return (u, Double.exp(n * (u - Double.exp(u) + 1)))
      }
      let total = raw.reduce(0) { $0 + $1.weight }
      shifts = raw.map { ($0.shift, $0.weight / total) }
    }

    func blurred(at x: Double, inner: LogLikelihood, nodes: [(x: Double, weight: Double)]) -> Double {
      var sum = 0.0
      if !shifts.isEmpty {
        for part in shifts { sum += part.weight * Double.exp(inner.value(at: x - part.shift)) }
        return probability * sum
      }
      for node in nodes {
        let u = x - node.x
        sum += node.weight * Double.exp(events * (u - Double.exp(u) + 1))
      }
      return probability * sum * (events / (2 * Double.pi)).squareRoot()
    }
  }
}

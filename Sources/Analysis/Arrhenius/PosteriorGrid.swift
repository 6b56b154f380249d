import Mathematics
import RealModule

/// The joint posterior of the two parameters of ln D = a + b (x − x₀) from the likelihoods of ln D at some x, as a table
/// of weighted points: equal prior probability of all a and b.
struct PosteriorGrid {
  /// One value of the parameters.
  struct Node {
    var intercept: Double
    var slope: Double
    /// Sums to 1.
    var weight: Double
  }

  private(set) var nodes: [Node] = []
  /// ln of the integral of the likelihood over a and b.
  private(set) var logEvidence = -Double.infinity

  private static let half = 15
  /// Standard deviations that the table reaches.
  private static let reach = 14.0
  private static let refinements = 2

  /// - Parameters:
  ///   - x: relative to x₀.
  ///   - likelihoods: of ln D at each x.
  ///   - slopes: the values of b that are possible.
  /// - Returns: nil where the likelihoods do not determine both.
  init?(x: [Double], likelihoods: [LogLikelihood], slopes: ClosedRange<Double>) {
    guard var (centre, axes) = Self.start(x: x, likelihoods: likelihoods) else { return nil }
    for _ in 0..<Self.refinements {
      fill(x: x, likelihoods: likelihoods, slopes: slopes, centre: centre, axes: axes)
      guard logEvidence > -.infinity, let next = Self.moments(nodes) else { return nil }
      (centre, axes) = next
    }
    fill(x: x, likelihoods: likelihoods, slopes: slopes, centre: centre, axes: axes)
    guard logEvidence > -.infinity else { return nil }
  }

  /// The line through normal distributions with the likelihoods' means and variances.
  private static func start(x: [Double], likelihoods: [LogLikelihood]) -> (SIMD2<Double>, Axes)? {
    var (s0, s1, s2, t0, t1) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (x, likelihood) in zip(x, likelihoods) {
      let moments = likelihood.moments
      let weight = 1 / max(1e-10, moments.variance)
      s0 += weight
      s1 += weight * x
      s2 += weight * x * x
      t0 += weight * moments.mean
      t1 += weight * x * moments.mean
    }
    let determinant = s0 * s2 - s1 * s1
    guard determinant > 1e-12 * s0 * s2 else { return nil }
    let centre = SIMD2((s2 * t0 - s1 * t1) / determinant, (s0 * t1 - s1 * t0) / determinant)
    return (centre, Axes(xx: s2 / determinant, xy: -s1 / determinant, yy: s0 / determinant))
  }

  /// The lower triangle L of a covariance L Lᵀ.
  private struct Axes {
    var l11: Double
    var l21: Double
    var l22: Double

    init(xx: Double, xy: Double, yy: Double) {
      l11 = max(1e-12, xx).squareRoot()
      l21 = xy / l11
      l22 = max(1e-12, yy - l21 * l21).squareRoot()
    }
  }

  private static func moments(_ nodes: [Node]) -> (SIMD2<Double>, Axes)? {
    var mean = SIMD2<Double>.zero
    for node in nodes { mean += node.weight * SIMD2(node.intercept, node.slope) }
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for node in nodes {
      let d = SIMD2(node.intercept, node.slope) - mean
      xx += node.weight * d.x * d.x
      xy += node.weight * d.x * d.y
      yy += node.weight * d.y * d.y
    }
    guard xx.isFinite, yy.isFinite else { return nil }
    return (mean, Axes(xx: xx, xy: xy, yy: yy))
  }

  private mutating func fill(
    x: [Double], likelihoods: [LogLikelihood], slopes: ClosedRange<Double>, centre: SIMD2<Double>, axes: Axes
  ) {
    // Dense in the middle, wide at the ends.
    let steps = (-Self.half...Self.half).map { index -> (value: Double, width: Double) in
      let t = Double(index) / Double(Self.half)
      let value = 3 * t + (Self.reach - 3) * t * t * t * t * t
      return (value, (3 + 5 * (Self.reach - 3) * t * t * t * t) / Double(Self.half))
    }
    nodes.removeAll(keepingCapacity: true)
    var logs: [Double] = []
    for u in steps {
      for v in steps {
        let intercept = centre.x + axes.l11 * u.value
        let slope = centre.y + axes.l21 * u.value + axes.l22 * v.value
        guard slopes.contains(slope) else { continue }
        var sum = Double.log(u.width * v.width)
        for (x, likelihood) in zip(x, likelihoods) {
          sum += likelihood.value(at: intercept + slope * x)
        }
        nodes.append(Node(intercept: intercept, slope: slope, weight: 0))
        logs.append(sum)
      }
    }
    let whole = logSum(logs)
    logEvidence = whole + Double.log(axes.l11 * axes.l22)
    for index in nodes.indices { nodes[index].weight = Double.exp(logs[index] - whole) }
  }
}

extension LogLikelihood {
  /// Where D scatters about the line by more than its own error: convolved with a normal distribution.
  /// - Returns: also ln of its maximum relative to that of this one: what the scatter costs.
  func spread(by sigma: Double) -> (likelihood: LogLikelihood, logMaximum: Double) {
    guard sigma > 0 else { return (self, 0) }
    let reach = 5.0
    let count = 60
    var grid = logDiffusivity
    if let first = grid.first, let last = grid.last {
      grid += (1...10).map { last + reach * sigma * Double($0) / 10 }
      grid += (1...10).map { first - reach * sigma * Double($0) / 10 }
      grid += (-20...20).map { moments.mean + 2 * sigma * Double($0) / 20 }
    }
    grid.sort()
    let values = grid.map { x in
      // The kernel is narrower than the likelihood or the other way round: sum over both.
      let even = (0...count).map { x + sigma * reach * (2 * Double($0) / Double(count) - 1) }
      let inside = logDiffusivity.filter { abs($0 - x) < reach * sigma }
      let places = inside.isEmpty ? even : (even + inside).sorted()
      var logs: [Double] = []
      for index in 1..<places.count where places[index] > places[index - 1] {
        let middle = (places[index] + places[index - 1]) / 2
        let z = (middle - x) / sigma
        logs.append(value(at: middle) - z * z / 2 + Double.log((places[index] - places[index - 1]) / sigma))
      }
      return logSum(logs) - 0.5 * Double.log(2 * Double.pi)
    }
    return (LogLikelihood(logDiffusivity: grid, logLikelihood: values), values.max() ?? 0)
  }

  /// A value with a standard error and its degrees of freedom: Student's t in its logarithm.
  /// - Parameters:
  ///   - value: above 0, Å²/ps.
  ///   - relativeError: above 0.
  public init(value: Double, relativeError: Double, degreesOfFreedom: Double) {
    self.init(
      logDiffusivity: Self.deviates.map { Double.log(value) + relativeError * $0 },
      logLikelihood: Self.deviates.map {
        -(degreesOfFreedom + 1) / 2 * Double.log(1 + $0 * $0 / degreesOfFreedom)
      })
  }

  /// A value with half of a normal distribution of its logarithm to either side.
  /// - Parameters:
  ///   - value: above 0.
  ///   - relativeErrorBelow: standard deviation below, above 0.
  ///   - above: the same above.
  package init(value: Double, relativeErrorBelow below: Double, above: Double) {
    self.init(
      logDiffusivity: Self.deviates.map { Double.log(value) + ($0 < 0 ? below : above) * $0 },
      logLikelihood: Self.deviates.map { -$0 * $0 / 2 })
  }

  /// Standard deviations of a table: dense in the middle, wide at the ends.
  private static let deviates = (-100...100).map { index -> Double in
    let t = Double(index) / 100
    return 4 * t + 26 * t * t * t * t * t
  }
}

import Mathematics

/// A series of one run that drifts beyond chance: the run was not stationary while it was sampled.
public struct SeriesDrift: Equatable, Sendable {
  /// Mean over the first fifth, or before a jump.
  public var first: Double
  /// Mean over the second half, or after a jump.
  public var last: Double
  /// Where the series jumps from one mean to another, as a share of its length; nil where it drifts otherwise.
  public var jumpsAt: Double?

  /// Chance of a false alarm of each of the two tests, for independent values.
  private static let level = 2e-4
  private static let trendLevel = 5e-4
  /// Of a jump, anywhere in the run.
  private static let jumpLevel = 1e-4
  /// Independent values that the second half needs for the test of the means.
  private static let fewest = 20.0
  private static let blocks = 10
  private static let jumpBlocks = 20

  /// Compares the mean of the first fifth with that of the second half (Geweke's test), fits a line to the means of ten
  /// blocks, and looks for a jump between two means of twenty blocks.
  ///
  /// The error of a mean comes from the integrated autocorrelation time in the second half (Sokal's window) and counts
  /// the independent values as degrees of freedom; with fewer than 20 of them nothing is concluded. The error of the
  /// slope comes from the scatter about the line, widened by the correlation of neighbouring blocks. A series with an
  /// autocorrelation time of a fortieth of the run or less gives a false alarm in less than 0.5 % of all runs.
  ///
  /// - Parameter values: equally spaced in time.
  /// - Returns: nil where the series does not drift beyond chance, or is too short to tell.
  public init?(_ values: [Double]) {
    let n = values.count
    guard n >= 5 * Self.blocks, values.allSatisfy(\.isFinite) else { return nil }
    let head = Array(values[..<(n / 5)])
    let tail = Array(values[(n / 2)...])
    first = mean(head)
    last = mean(tail)
    if let jump = Self.jump(values) {
      (first, last) = (mean(Array(values[..<jump])), mean(Array(values[jump...])))
      jumpsAt = Double(jump) / Double(n)
      return
    }
    guard Self.meansDiffer(head, tail) || Self.hasTrend(values) else { return nil }
  }

  /// The place at which one mean before and another one after describe the means of the blocks best, where they differ beyond
  /// chance (t test, with the number of places as factor of the level), and better than a line does.
  private static func jump(_ values: [Double]) -> Int? {
    let width = values.count / jumpBlocks
    guard width > 0 else { return nil }
    let skipped = values.count - width * jumpBlocks
    let means = (0..<jumpBlocks).map {
      mean(Array(values[(skipped + $0 * width)..<(skipped + ($0 + 1) * width)]))
    }
    var best: (t: Double, place: Int, rest: Double) = (0, 0, .infinity)
    let places = 2..<(jumpBlocks - 1)
    for place in places {
      let (before, after) = (Array(means[..<place]), Array(means[place...]))
      let rest = before.map { $0 - mean(before) } + after.map { $0 - mean(after) }
      let sum = rest.reduce(0) { $0 + $1 * $1 }
      let difference = abs(mean(after) - mean(before))
      let error =
        (sum / Double(jumpBlocks - 2) * widening(rest, parameters: 3)
        * (1 / Double(place) + 1 / Double(jumpBlocks - place))).squareRoot()
      let t = difference == 0 ? 0 : difference / error
      if t > best.t { best = (t, place, sum) }
    }
    let limit = StudentT(degreesOfFreedom: Double(jumpBlocks - 2))
      .halfWidth(level: 1 - jumpLevel / Double(places.count))
    guard best.t > limit, best.rest < detrended(means).reduce(0, { $0 + $1 * $1 }) else { return nil }
    return skipped + best.place * width
  }

  /// By what the correlation of neighbouring residuals widens the variance of a mean.
  /// - Parameter parameters: the residuals of a fit have a negative correlation of their own, about this over their number.
  private static func widening(_ rest: [Double], parameters: Double) -> Double {
    let sum = rest.reduce(0) { $0 + $1 * $1 }
    guard sum > 0 else { return 1 }
    let raw = zip(rest, rest.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 } / sum
    let correlation = min(0.9, max(0, raw + (parameters + 5 * raw) / Double(rest.count)))
    return (1 + correlation) / (1 - correlation)
  }

  private static func meansDiffer(_ head: [Double], _ tail: [Double]) -> Bool {
    let count = Double(tail.count)
    let rest = detrended(tail)
    let raw = autocorrelationTime(rest)
    // The estimate is low by about this much, since the mean and the slope are subtracted.
    let time = max(1, raw) * (1 + 4 * raw / count)
    let independent = count / time
    guard independent >= fewest else { return false }
    let average = mean(tail)
    let variance = tail.reduce(0) { $0 + ($1 - average) * ($1 - average) } / count * (1 + 2 / independent)
    let error = (variance * time * (1 / Double(head.count) + 1 / count)).squareRoot()
    let limit = StudentT(degreesOfFreedom: independent / 2).halfWidth(level: 1 - level)
    return abs(mean(head) - average) > limit * error
  }

  private static func hasTrend(_ values: [Double]) -> Bool {
    let width = values.count / blocks
    let skipped = values.count - width * blocks
    let means = (0..<blocks).map {
      mean(Array(values[(skipped + $0 * width)..<(skipped + ($0 + 1) * width)]))
    }
    return trend(of: means, level: trendLevel)
  }

  /// Whether equally spaced means of consecutive blocks of time lie on a line with a slope other than zero.
  /// - Parameter level: chance of a false alarm for independent means.
  static func trend(of means: [Double], level: Double) -> Bool {
    let count = means.count
    guard count >= 4 else { return false }
    let times = (0..<count).map { Double($0) - Double(count - 1) / 2 }
    let square = times.reduce(0) { $0 + $1 * $1 }
    let slope = zip(times, means).reduce(0) { $0 + $1.0 * $1.1 } / square
    let rest = detrended(means)
    let sum = rest.reduce(0) { $0 + $1 * $1 }
    guard sum > 0 else { return slope != 0 }
    let error = (sum / Double(count - 2) * widening(rest, parameters: 2) / square).squareRoot()
    return abs(slope) > StudentT(degreesOfFreedom: Double(count - 2)).halfWidth(level: 1 - level) * error
  }

  /// Without mean and linear trend.
  private static func detrended(_ values: [Double]) -> [Double] {
    let average = mean(values)
    let middle = Double(values.count - 1) / 2
    var (moment, square) = (0.0, 0.0)
    for (index, value) in values.enumerated() {
      let time = Double(index) - middle
      moment += time * (value - average)
      square += time * time
    }
    let slope = square > 0 ? moment / square : 0
    return values.enumerated().map { $1 - average - slope * (Double($0) - middle) }
  }

  /// 1 + 2 Σ ρ(k), in values, up to the first k of 2.5 times the sum so far.
  private static func autocorrelationTime(_ values: [Double]) -> Double {
    let variance = values.reduce(0) { $0 + $1 * $1 }
    guard variance > 0 else { return 1 }
    var time = 1.0
    for lag in 1..<max(2, values.count / 2) {
      time += 2 * zip(values, values.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / variance
      if Double(lag) >= 2.5 * time { break }
    }
    return max(time, 0)
  }
}

extension RunMobility {
  /// Whether the mean squared displacements of the run's blocks of time, at a quarter of a block, grow or fall from
  /// block to block beyond chance (at a level of 0.2 %).
  ///
  /// - Returns: D in the first and the last block from that one lag, Å²/ps; nil where it does not drift, or the ions hop
  ///   too little to tell.
  public var diffusivityDrift: SeriesDrift? {
    let lag = blockFrameCount / 4
    guard lag >= 1, hops.hops >= 50 else { return nil }
    let values = blockMSD_A2.map { $0[lag] / (6 * Double(lag) * frameInterval_ps) }
    guard let first = values.first, let last = values.last, SeriesDrift.trend(of: values, level: 0.002) else {
      return nil
    }
    return SeriesDrift(first: first, last: last)
  }
}

extension SeriesDrift {
  fileprivate init(first: Double, last: Double) {
    self.first = first
    self.last = last
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

/// How often intervals hold the truth, over sets of synthetic data.
struct Coverage: CustomStringConvertible {
  private(set) var sets = 0
  /// Sets without an interval.
  private(set) var missing = 0
  private var held68 = 0
  private var held95 = 0
  private var ratios: [Double] = []

  mutating func add(truth: Double, value: Double?, _ interval: (Double) -> ClosedRange<Double>?) {
    sets += 1
    if let value { ratios.append(value / truth) }
    guard let narrow = interval(0.68), let wide = interval(0.95) else {
      missing += 1
      return
    }
    if narrow.contains(truth) { held68 += 1 }
    if wide.contains(truth) { held95 += 1 }
  }

  /// Of the sets with an interval.
  var share68: Double { Double(held68) / Double(sets - missing) }
  var share95: Double { Double(held95) / Double(sets - missing) }
  /// Mean of value / truth.
  var bias: Double { ratios.reduce(0, +) / Double(ratios.count) }

  /// Both shares lie within three binomial standard errors of what they claim, and 0.02 below or 0.06
  /// above: Student's t is an approximation where few rare hops make a block, mostly to the safe side.
  var isHonest: Bool {
    let count = Double(sets - missing)
    func holds(_ share: Double, _ level: Double) -> Bool {
      let chance = 3 * (level * (1 - level) / count).squareRoot()
      return share > level - 0.02 - chance && share < level + 0.06 + chance
    }
    return holds(share68, 0.68) && holds(share95, 0.95)
  }

  var description: String {
    "68 %: \(share68), 95 %: \(share95), mean \(bias), \(missing) of \(sets) without"
  }
}

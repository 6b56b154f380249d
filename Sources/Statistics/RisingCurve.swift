import RealModule

/// A function of time that rises, from values with noise: the closest one that does not fall (Barlow et al.,
/// Statistical Inference under Order Restrictions, 1972), so that noise alone does not reach a level early.
package struct RisingCurve {
  private var times: [Double] = []
  private var values: [Double] = []

  /// - Parameters:
  ///   - times: ascending, above 0.
  ///   - values: nil where there are no data.
  package init(times: [Double], values: [Double?]) {
    var pools: [(sum: Double, count: Int)] = []
    for (time, value) in zip(times, values) {
      guard let value else { continue }
      self.times.append(time)
      pools.append((value, 1))
      while let last = pools.last, pools.count > 1, let before = pools.dropLast().last,
        before.sum / Double(before.count) > last.sum / Double(last.count)
      {
        pools.removeLast()
        pools[pools.count - 1] = (before.sum + last.sum, before.count + last.count)
      }
    }
    self.values = pools.flatMap { [Double](repeating: $0.sum / Double($0.count), count: $0.count) }
  }

  /// The time at which it reaches a level, between two times on a logarithmic axis; from 0 at time 0 before the
  /// first. nil where it stays below.
  package func time(of level: Double) -> Double? {
    guard let after = values.firstIndex(where: { $0 >= level }) else { return nil }
    guard after > 0 else { return times[0] * level / values[0] }
    let share = (level - values[after - 1]) / (values[after] - values[after - 1])
    return times[after - 1] * Double.pow(times[after] / times[after - 1], share)
  }
}

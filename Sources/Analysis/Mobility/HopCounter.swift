import Mathematics

/// How far, and for how long, an ion must leave its position for a hop to count.
public struct HopCriterion: Codable, Sendable, Equatable {
  /// Å; about half of the distance between neighbouring sites: more than the amplitude of an ion's rattle in
  /// its cage, less than the shortest jump between sites (2 to 4 Å in these salts).
  public var radius_A: Double
  /// ps; an ion that returns sooner has not hopped.
  public var dwell_ps: Double
  /// ps; window of the running mean that removes vibrations from the path.
  public var smoothing_ps: Double

  /// A length in Å and times in ps.
  public init(radius_A: Double = 1.5, dwell_ps: Double = 0.5, smoothing_ps: Double = 0.25) {
    self.radius_A = radius_A
    self.dwell_ps = dwell_ps
    self.smoothing_ps = smoothing_ps
  }
}

/// Hop statistics of some ions, as sums that can be added over blocks and runs.
public struct HopStatistics: Codable, Sendable, Equatable {
  /// All hops.
  public var hops = 0
  /// Hops back to where the previous hop of the ion started.
  public var backHops = 0
  /// Σ of the times between such a hop and the previous one, ps.
  public var backWait_ps = 0.0
  /// Hops onward, after an earlier hop of the same ion.
  public var onwardHops = 0
  /// Σ of the times between such a hop and the previous one, ps.
  public var onwardWait_ps = 0.0
  /// Σ of the squared distances between the centres of residence, Å².
  public var squaredLength_A2 = 0.0

  /// No hops.
  public init() {}

  /// The sums of both.
  public static func + (left: HopStatistics, right: HopStatistics) -> HopStatistics {
    var sum = left
    sum.hops += right.hops
    sum.backHops += right.backHops
    sum.backWait_ps += right.backWait_ps
    sum.onwardHops += right.onwardHops
    sum.onwardWait_ps += right.onwardWait_ps
    sum.squaredLength_A2 += right.squaredLength_A2
    return sum
  }

  /// The mean time after which a hop is undone, ps, where ions hop back sooner than onward; nil where they
  /// hop back no sooner, so that returns are only steps of the random walk.
  ///
  /// Waiting times are assumed exponential: they start anew after the dwell time, within which a return is no
  /// hop. The ratio of two mean waiting times is then F distributed, with counts divided by the number of
  /// ions that move together. A return time is accepted at a significance of 10 %, and of 30 % where more
  /// than 22 % of the hops after another are returns, which is more than chance gives with five neighbouring
  /// sites or more. Returns are ignored where there are fewer than five, or less than a tenth of all hops.
  /// False positives, and chance returns of the random walk, which lengthen the mean, make a fit less precise
  /// but do not bias it.
  /// - Parameter together: ions that move together, 1 or more.
  public func returnTime_ps(
    ionTime_ps: Double, runLength_ps: Double, dwell_ps: Double, together: Double = 4
  ) -> Double? {
    guard backHops >= 5, Double(backHops) >= 0.1 * Double(hops) else { return nil }
    let back = max(0, backWait_ps / Double(backHops) - dwell_ps)
    // Where few ions hopped onward, the time to do so is taken as a residence time, or a third of the run if
    // less.
    let onward =
      onwardHops >= 5
      ? max(0, onwardWait_ps / Double(onwardHops) - dwell_ps)
      : min(ionTime_ps / Double(hops), runLength_ps / 3)
    let ratio = FisherF(
      numerator: 2 * Double(backHops) / together, denominator: 2 * Double(max(onwardHops, 5)) / together)
    let share = Double(backHops) / Double(backHops + onwardHops)
    let limit = share > 0.22 ? 0.3 : 0.1
    return onward > 0 && ratio.cumulative(back / onward) < limit ? back : nil
  }
}

/// Counts hops from the paths of ions alone, with hysteresis and without knowledge of the sites.
///
/// An ion resides at the mean of its smoothed path. It hops when the path leaves a radius about that
/// centre and stays outside for a dwell time; it then resides at the mean over that time. To hop back it
/// has to cross the radius about the new centre.
struct HopCounter {
  private let radiusSquared: Double
  private let dwell: Int
  private let halfWindow: Int
  private let interval_ps: Double
  private(set) var statistics = HopStatistics()

  init(criterion: HopCriterion, frameInterval_ps: Double) {
    radiusSquared = criterion.radius_A * criterion.radius_A
    dwell = max(1, HopCounter.frames(criterion.dwell_ps / frameInterval_ps))
    halfWindow = HopCounter.frames(criterion.smoothing_ps / frameInterval_ps) / 2
    interval_ps = frameInterval_ps
  }

  /// Limits the number: a time beyond any run is equivalent to the longest run.
  private static func frames(_ ratio: Double) -> Int { Int(min(ratio.rounded(), 1e9)) }

  /// Adds one ion. - Parameter path: [component][frame], Å.
  mutating func add(path: UnsafeBufferPointer<Double>, frameCount n: Int) {
    // Cumulative sums: a running mean is a difference of two of them.
    var sums = [SIMD3<Double>](repeating: .zero, count: n + 1)
    for i in 0..<n { sums[i + 1] = sums[i] + SIMD3(path[i], path[n + i], path[2 * n + i]) }
    func smoothed(_ frame: Int) -> SIMD3<Double> {
      let first = max(0, frame - halfWindow)
      let last = min(n, frame + halfWindow + 1)
      return (sums[last] - sums[first]) / Double(last - first)
    }

    var centre = smoothed(0)
    var resident = 0.0
    var outside = SIMD3<Double>.zero
    var outsideFrames = 0
    var previous: (centre: SIMD3<Double>, frame: Int)?
    for frame in 0..<n {
      let position = smoothed(frame)
      if squared(position - centre) <= radiusSquared {
        resident += 1
        centre += (position - centre) / resident
        outside = .zero
        outsideFrames = 0
        continue
      }
      outside += position
      outsideFrames += 1
      guard outsideFrames >= dwell else { continue }
      let arrival = outside / Double(outsideFrames)
      let start = frame - outsideFrames + 1
      statistics.hops += 1
      statistics.squaredLength_A2 += squared(arrival - centre)
      if let previous {
        let wait = Double(start - previous.frame) * interval_ps
        if squared(arrival - previous.centre) < radiusSquared {
          statistics.backHops += 1
          statistics.backWait_ps += wait
        } else {
          statistics.onwardHops += 1
          statistics.onwardWait_ps += wait
        }
      }
      previous = (centre, start)
      centre = arrival
      resident = Double(outsideFrames)
      outside = .zero
      outsideFrames = 0
    }
  }
}

private func squared(_ v: SIMD3<Double>) -> Double { v.x * v.x + v.y * v.y + v.z * v.z }

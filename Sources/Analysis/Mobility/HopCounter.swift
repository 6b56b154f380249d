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
  /// Σ of the squared distances between the centres of residence, Å².
  public var squaredLength_A2 = 0.0

  /// No hops.
  public init() {}

  /// The sums of both.
  public static func + (left: HopStatistics, right: HopStatistics) -> HopStatistics {
    var sum = left
    sum.hops += right.hops
    sum.squaredLength_A2 += right.squaredLength_A2
    return sum
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
  private(set) var statistics = HopStatistics()

  init(criterion: HopCriterion, frameInterval_ps: Double) {
    radiusSquared = criterion.radius_A * criterion.radius_A
    dwell = max(1, HopCounter.frames(criterion.dwell_ps / frameInterval_ps))
    halfWindow = HopCounter.frames(criterion.smoothing_ps / frameInterval_ps) / 2
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
      statistics.hops += 1
      statistics.squaredLength_A2 += squared(arrival - centre)
      centre = arrival
      resident = Double(outsideFrames)
      outside = .zero
      outsideFrames = 0
    }
  }
}

private func squared(_ v: SIMD3<Double>) -> Double { v.x * v.x + v.y * v.y + v.z * v.z }

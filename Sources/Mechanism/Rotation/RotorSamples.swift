import Statistics

/// The orientation correlation functions of the anions of a kind in one run, apart from each other: what the error of
/// a rotation time comes from.
public struct RotorSamples: Codable, Sendable, Equatable {
  /// "B12H12".
  public var kind: String
  /// ps, ascending, without 0.
  public var lags_ps: [Double]
  /// C₁ of each anion, or of each of at most 64 groups of anions, `[group][lag]`.
  public var first: [[Double]]
  /// C₂, likewise.
  public var second: [[Double]]
  /// Anions in each group.
  public var sizes: [Int]
  /// From the first frame to the last, ps.
  public var length_ps: Double
  /// Between frames, ps.
  public var interval_ps: Double
  /// Variances of the mean over all anions, of C₁ at each lag, from time blocks; 0 beyond a block.
  public var betweenBlocks: [Double]
  /// The same from the scatter of the groups within the blocks, as if anions were independent.
  public var withinBlocks: [Double]
}

/// The reorientation jumps of the anions of a kind in one run.
public struct JumpCounts: Codable, Sendable, Equatable {
  /// "B12H12".
  public var kind: String
  /// Of each anion.
  public var jumps: [Int]
  /// Time for which each anion was watched, ps.
  public var watched_ps: Double
}

/// Sums of C₁ and C₂ of groups of anions over blocks of a run.
struct RotorSums {
  private static let mostGroups = 64
  /// The blocks, and pairs of frames in two of them.
  private static var blocks: Int { BlockSums.blockCount + 1 }

  private let lagCount: Int
  private let groupCount: Int
  /// `[group][block][lag]` of C₁, C₂ and the count.
  private var sums: [SIMD4<Double>]
  private var sizes: [Int]

  init(anions: Int, lagCount: Int) {
    self.lagCount = lagCount
    groupCount = max(1, min(anions, Self.mostGroups))
    sums = [SIMD4<Double>](repeating: .zero, count: groupCount * Self.blocks * lagCount)
    sizes = [Int](repeating: 0, count: groupCount)
    for anion in 0..<anions { sizes[anion % groupCount] += 1 }
  }

  /// - Parameter anion: counted among those of the kind.
  mutating func add(_ first: Double, _ second: Double, anion: Int, lag: Int, block: Int) {
    sums[(anion % groupCount * Self.blocks + block) * lagCount + lag] += [first, second, 1, 0]
  }

  private func sum(_ group: Int, _ block: Int, _ lag: Int) -> SIMD4<Double> {
    sums[(group * Self.blocks + block) * lagCount + lag]
  }

  func samples(kind: String, lags_ps: [Double], length_ps: Double, interval_ps: Double) -> RotorSamples {
    let whole = (0..<groupCount).map { group in
      (0..<lagCount).map { lag -> SIMD4<Double> in
        let all = (0..<Self.blocks).reduce(SIMD4<Double>.zero) { $0 + sum(group, $1, lag) }
        return all / max(1, all.z)
      }
    }
    var between: [Double] = []
    var within: [Double] = []
    for lag in 0..<lagCount {
      let variances = blockVariances(lag)
      between.append(variances?.between ?? 0)
      within.append(variances?.within ?? 0)
    }
    return RotorSamples(
      kind: kind, lags_ps: lags_ps, first: whole.map { $0.map(\.x) }, second: whole.map { $0.map(\.y) },
      sizes: sizes, length_ps: length_ps, interval_ps: interval_ps, betweenBlocks: between,
      withinBlocks: within)
  }

  /// Of a block's mean C₁ over all anions: by its scatter over the blocks, and by that of the groups within them.
  private func blockVariances(_ lag: Int) -> (between: Double, within: Double)? {
    guard groupCount > 1 else { return nil }
    var means: [Double] = []
    var within = 0.0
    for block in 0..<BlockSums.blockCount {
      let values = (0..<groupCount).map { sum($0, block, lag) }
      guard values.allSatisfy({ $0.z > 0 }) else { return nil }
      let own = values.map { $0.x / $0.z }
      let mean = own.reduce(0, +) / Double(groupCount)
      means.append(mean)
      within +=
        own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(groupCount - 1) / Double(groupCount)
    }
    let mean = means.reduce(0, +) / Double(means.count)
    let between = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(means.count - 1)
    return (between, within / Double(means.count))
  }
}

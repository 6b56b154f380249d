/// What one run tells about the motion of its mobile ions: all that is needed of its trajectory to pool
/// it with others.
public struct RunMobility: Codable, Sendable, Equatable {
  public var ionCount: Int
  public var frameCount: Int
  public var frameInterval_ps: Double
  /// Mean squared displacement over all ions and time origins, Å², at lags 0 ..< frameCount frames.
  public var msd_A2: [Double]
  /// The same within each of equal, consecutive blocks of time, [block][lag]; neighbours share the frame
  /// between them, and displacements do not leave a block. Empty where a block would be under six frames.
  public var blockMSD_A2: [[Double]]
  /// Lags at which the moments below are known, frames, rising.
  public var momentLags: [Int]
  /// ⟨r²⟩ at those lags, Å².
  public var meanSquare_A2: [Double]
  /// ⟨r⁴⟩ at those lags, Å⁴.
  public var meanQuartic_A4: [Double]
  /// Mean over ions of q(m) q(n), Å⁴, [lag][lag] at those lags, q(m) being the squared displacement of one ion
  /// over a lag m, averaged over origins: how the ions scatter.
  public var ionProducts_A4: [Double]
  /// Squared displacement of each ion over the run, Å².
  public var finalSquared_A2: [Double]
  /// The largest squared displacement from its first position that each ion reached, Å².
  public var largestSquared_A2: [Double]
  public var hops: HopStatistics
  /// What counted as a hop.
  public var hopCriterion: HopCriterion

  /// From the first frame to the last, ps.
  public var duration_ps: Double { Double(frameCount - 1) * frameInterval_ps }

  /// Frames of each block, 0 where there are none.
  public var blockFrameCount: Int { blockMSD_A2.first?.count ?? 0 }

  /// The non-Gaussian parameter α₂(t) = 3⟨r⁴⟩ / (5⟨r²⟩²) − 1 at `momentLags`; 0 for Brownian motion.
  public var nonGaussian: [Double] {
    zip(meanSquare_A2, meanQuartic_A4).map { $0 > 0 ? 3 * $1 / (5 * $0 * $0) - 1 : 0 }
  }

  /// Puts together parts that hold different ions of the same run, in the order given.
  /// - Throws: `AnalysisError` where there is none, or they differ in frames.
  public static func joining(_ parts: [RunMobility]) throws -> RunMobility {
    guard var whole = parts.first else { throw AnalysisError.empty(what: "parts of a run") }
    for part in parts.dropFirst() {
      guard part.frameCount == whole.frameCount, part.blockMSD_A2.count == whole.blockMSD_A2.count else {
        throw AnalysisError.wrongCount(
          what: "frames of a part of a run", found: part.frameCount, wanted: whole.frameCount)
      }
      let share = Double(part.ionCount) / Double(part.ionCount + whole.ionCount)
      func mean(_ a: [Double], _ b: [Double]) -> [Double] { zip(a, b).map { $0 + share * ($1 - $0) } }
      whole.msd_A2 = mean(whole.msd_A2, part.msd_A2)
      whole.blockMSD_A2 = zip(whole.blockMSD_A2, part.blockMSD_A2).map(mean)
      whole.meanSquare_A2 = mean(whole.meanSquare_A2, part.meanSquare_A2)
      whole.meanQuartic_A4 = mean(whole.meanQuartic_A4, part.meanQuartic_A4)
      whole.ionProducts_A4 = mean(whole.ionProducts_A4, part.ionProducts_A4)
      whole.finalSquared_A2 += part.finalSquared_A2
      whole.largestSquared_A2 += part.largestSquared_A2
      whole.hops = whole.hops + part.hops
      whole.ionCount += part.ionCount
    }
    return whole
  }
}

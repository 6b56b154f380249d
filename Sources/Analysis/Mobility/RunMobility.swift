/// The mobility of the ions in one run: all that is needed of its trajectory to pool it with other runs.
public struct RunMobility: Codable, Sendable, Equatable {
  /// Mobile ions.
  public var ionCount: Int
  /// Frames, equally spaced in time.
  public var frameCount: Int
  /// From frame to frame, ps.
  public var frameInterval_ps: Double
  /// Mean squared displacement over all ions and time origins, Å², at lags 0 ..< frameCount frames.
  public var msd_A2: [Double]
  /// The same within each of equal, consecutive blocks of time, [block][lag]; neighbouring blocks share the
  /// frame between them, and displacements do not leave a block. Empty where a block would have fewer than
  /// six frames.
  public var blockMSD_A2: [[Double]]
  /// Lags at which the moments below are known, frames, ascending.
  public var momentLags: [Int]
  /// ⟨r²⟩ at those lags, Å².
  public var meanSquare_A2: [Double]
  /// ⟨r⁴⟩ at those lags, Å⁴.
  public var meanQuartic_A4: [Double]
  /// The displacements by frequency, for the likelihood of D.
  public var modes: DisplacementModes
  /// Squared displacement of each ion over the run, Å².
  public var finalSquared_A2: [Double]
  /// The largest squared displacement from its first position that each ion reached, Å².
  public var largestSquared_A2: [Double]
  /// Hops of all ions.
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
}

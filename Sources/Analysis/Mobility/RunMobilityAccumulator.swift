/// Turns a trajectory into a `RunMobility`, one block of ions at a time: memory holds one block, whatever
/// the number of ions.
public final class RunMobilityAccumulator {
  private let frameCount: Int
  private let frameInterval_ps: Double
  /// [frame][3], Å, from its first frame; empty for none.
  private let reference: [Double]
  private let whole: MeanSquaredDisplacement
  private let blocks: [MeanSquaredDisplacement]
  private var moments: DisplacementMoments
  private var hops: HopCounter
  private let hopCriterion: HopCriterion
  private var finalSquared: [Double] = []
  private var largestSquared: [Double] = []
  /// [component][frame] of the ion at hand, Å from its first position.
  private var path: [Double]

  /// - Parameter frameInterval_ps: time from frame to frame.
  /// - Parameter blocks: blocks of time for the errors, five or more.
  /// - Parameter reference: the path [frame][3], Å, that displacements are measured against
  ///   (`ReferencePath`); nil for none.
  /// - Throws: `AnalysisError` for fewer than two frames, an interval that is not a positive time, a
  ///   reference of another length or that is not finite.
  public init(
    frameCount: Int, frameInterval_ps: Double, blocks: Int = 5, reference: [Double]? = nil,
    hopCriterion: HopCriterion = HopCriterion()
  ) throws {
    guard frameCount >= 2 else { throw AnalysisError.tooFewFrames(found: frameCount, wanted: 2) }
    guard frameInterval_ps > 0, frameInterval_ps.isFinite else {
      throw AnalysisError.outOfRange(
        what: "frame interval, ps", found: frameInterval_ps, wanted: "a time above 0")
    }
    guard blocks >= 5 else {
      throw AnalysisError.outOfRange(what: "time blocks", found: Double(blocks), wanted: "5 or more")
    }
    for (what, value, least) in [
      ("hop radius, Å", hopCriterion.radius_A, Double.leastNonzeroMagnitude),
      ("hop dwell, ps", hopCriterion.dwell_ps, 0), ("hop smoothing, ps", hopCriterion.smoothing_ps, 0),
    ] where !(value >= least && value.isFinite) {
      throw AnalysisError.outOfRange(what: what, found: value, wanted: "a positive finite value")
    }
    if let reference {
      guard reference.count == 3 * frameCount else {
        throw AnalysisError.wrongCount(
          what: "reference path [frame][3]", found: reference.count, wanted: 3 * frameCount)
      }
      if let bad = reference.firstIndex(where: { !$0.isFinite }) {
        throw AnalysisError.notFinite(what: "reference path", frame: bad / 3, ion: 0)
      }
    }
    self.frameCount = frameCount
    self.frameInterval_ps = frameInterval_ps
    self.hopCriterion = hopCriterion
    self.reference = reference.map { path in path.indices.map { path[$0] - path[$0 % 3] } } ?? []
    whole = try MeanSquaredDisplacement(frameCount: frameCount)
    let blockFrames = (frameCount - 1) / blocks + 1
    self.blocks =
      blockFrames < 6
      ? [] : try (0..<blocks).map { _ in try MeanSquaredDisplacement(frameCount: blockFrames) }
    moments = DisplacementMoments(frameCount: frameCount)
    hops = HopCounter(criterion: hopCriterion, frameInterval_ps: frameInterval_ps)
    path = [Double](repeating: 0, count: 3 * frameCount)
  }

  /// Adds all frames of a block of ions.
  /// - Parameter ions: unwrapped positions, Å, [frame][ion][3].
  /// - Throws: `AnalysisError` for a wrong count or a value that is not finite; the accumulator is then
  ///   as it was before.
  public func add(ions: UnsafeBufferPointer<Float>, ionCount: Int) throws {
    try check(count: ions.count, frameCount: frameCount, ionCount: ionCount)
    if let bad = ions.firstIndex(where: { !$0.isFinite }) {
      throw AnalysisError.notFinite(
        what: "mobile ions", frame: bad / (3 * ionCount), ion: bad / 3 % ionCount)
    }
    for ion in 0..<ionCount { add(ion: ion, of: ionCount, in: ions) }
  }

  /// The same from an array.
  public func add(ions: [Float], ionCount: Int) throws {
    try ions.withUnsafeBufferPointer { try add(ions: $0, ionCount: ionCount) }
  }

  private func add(ion: Int, of ionCount: Int, in ions: UnsafeBufferPointer<Float>) {
    let n = frameCount
    path.withUnsafeMutableBufferPointer { path in
      for component in 0..<3 {
        let first = Double(ions[ion * 3 + component])
        for frame in 0..<n {
          path[component * n + frame] = Double(ions[(frame * ionCount + ion) * 3 + component]) - first
        }
        guard !reference.isEmpty else { continue }
        for frame in 0..<n { path[component * n + frame] -= reference[frame * 3 + component] }
      }
    }
    path.withUnsafeBufferPointer { path in
      guard let base = path.baseAddress else { return }
      whole.add(path: base, stride: n, first: 0)
      for (index, block) in blocks.enumerated() {
        block.add(path: base, stride: n, first: index * (block.frameCount - 1))
      }
      moments.add(path: base)
      hops.add(path: path, frameCount: n)
      var largest = 0.0
      var final = 0.0
      for frame in 0..<n {
        let (x, y, z) = (base[frame], base[n + frame], base[2 * n + frame])
        final = x * x + y * y + z * z
        largest = max(largest, final)
      }
      finalSquared.append(final)
      largestSquared.append(largest)
    }
  }

  /// What has been added so far.
  /// - Throws: `AnalysisError.empty` where no ion was.
  public func finish() throws -> RunMobility {
    guard !finalSquared.isEmpty else { throw AnalysisError.empty(what: "mobile ions") }
    let means = moments.values(ionCount: finalSquared.count)
    return RunMobility(
      ionCount: finalSquared.count, frameCount: frameCount, frameInterval_ps: frameInterval_ps,
      msd_A2: whole.values(), blockMSD_A2: blocks.map { $0.values() }, momentLags: moments.lags,
      meanSquare_A2: means.squares, meanQuartic_A4: means.quartics, ionProducts_A4: means.products,
      finalSquared_A2: finalSquared, largestSquared_A2: largestSquared, hops: hops.statistics,
      hopCriterion: hopCriterion)
  }
}

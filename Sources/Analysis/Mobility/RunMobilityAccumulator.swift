import Support

/// Computes a `RunMobility` from a trajectory, some ions at a time. Memory holds these ions, whatever their
/// total number, and 32 bytes for each frame plus about 110 for each frame and thread.
public final class RunMobilityAccumulator {
  private let frameCount: Int
  private let frameInterval_ps: Double
  /// [component][frame], Å, from its first frame; empty for none.
  private let reference: [Double]
  private let whole: MeanSquaredDisplacement
  private let blocks: [MeanSquaredDisplacement]
  private var moments: DisplacementMoments
  private let modes: ModeSums
  private var hops = HopStatistics()
  private let hopCriterion: HopCriterion
  private var finalSquared: [Double] = []
  private var largestSquared: [Double] = []
  private var workers: [IonWorker] = []

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
    try checkLargest(frameCount: frameCount)
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
    self.reference = reference.map { Self.fromItsStart($0, frameCount: frameCount) } ?? []
    whole = try MeanSquaredDisplacement(frameCount: frameCount)
    let blockFrames = (frameCount - 1) / blocks + 1
    self.blocks =
      blockFrames < 6
      ? [] : try (0..<blocks).map { _ in try MeanSquaredDisplacement(frameCount: blockFrames) }
    moments = DisplacementMoments(frameCount: frameCount)
    modes = ModeSums(try ModeLayout(frameCount: frameCount, frameInterval_ps: frameInterval_ps))
  }

  /// [frame][3] → [component][frame]
  private static func fromItsStart(_ path: [Double], frameCount: Int) -> [Double] {
    var result = [Double](repeating: 0, count: 3 * frameCount)
    for frame in 0..<frameCount {
      for k in 0..<3 { result[k * frameCount + frame] = path[3 * frame + k] - path[k] }
    }
    return result
  }

  /// Adds all frames of some ions, on threads; the sums do not depend on their number.
  /// - Parameter paths: unwrapped positions, Å, [ion][component][frame].
  /// - Throws: `AnalysisError` for a wrong count or a value that is not finite; the accumulator is then
  ///   unchanged.
  public func add(paths: UnsafeBufferPointer<Float>, ionCount: Int, threads: Int = 1) throws {
    try check(count: paths.count, frameCount: frameCount, ionCount: ionCount, what: "paths [ion][3][frame]")
    try checkFinite(paths: paths, frameCount: frameCount)
    guard let base = paths.baseAddress else { return }
    let n = frameCount
    add(ionCount: ionCount, threads: threads) { worker, ion in
      worker.load { component, frame in base[(ion * 3 + component) &* n &+ frame] }
    }
  }

  /// Adds all frames of a block of ions.
  /// - Parameter ions: unwrapped positions, Å, [frame][ion][3].
  /// - Throws: `AnalysisError` for a wrong count or a value that is not finite; the accumulator is then
  ///   unchanged.
  public func add(ions: UnsafeBufferPointer<Float>, ionCount: Int) throws {
    try check(count: ions.count, frameCount: frameCount, ionCount: ionCount)
    if let bad = ions.firstIndex(where: { !$0.isFinite }) {
      throw AnalysisError.notFinite(
        what: "mobile ions", frame: bad / (3 * ionCount), ion: bad / 3 % ionCount)
    }
    guard let base = ions.baseAddress else { return }
    add(ionCount: ionCount, threads: 1) { worker, ion in
      worker.load { component, frame in base[(frame &* ionCount &+ ion) &* 3 &+ component] }
    }
  }

  /// The same from an array.
  public func add(ions: [Float], ionCount: Int) throws {
    try ions.withUnsafeBufferPointer { try add(ions: $0, ionCount: ionCount) }
  }

  private func add(ionCount: Int, threads: Int, load: (IonWorker, Int) -> Void) {
    while workers.count < min(threads, ionCount) {
      workers.append(
        IonWorker(
          frameCount: frameCount, whole: whole.makePart(), blocks: blocks.map { $0.makePart() },
          moments: moments, modes: ModeSums(modes.layout),
          hops: HopCounter(criterion: hopCriterion, frameInterval_ps: frameInterval_ps)))
    }
    inOrder(count: ionCount, workers: Array(workers.prefix(max(1, threads)))) { worker, ion in
      load(worker, ion)
      worker.analyse(reference: reference)
    } reduce: { worker, _ in
      whole.add(worker.whole)
      for (block, part) in zip(blocks, worker.blocks) { block.add(part) }
      moments.add(worker.moments)
      modes.add(worker.modes)
      hops = hops + worker.hops
      finalSquared.append(worker.finalSquared)
      largestSquared.append(worker.largestSquared)
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
      meanSquare_A2: means.squares, meanQuartic_A4: means.quartics,
      modes: modes.values(), finalSquared_A2: finalSquared, largestSquared_A2: largestSquared, hops: hops,
      hopCriterion: hopCriterion)
  }
}

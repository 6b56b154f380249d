import Support

/// Mean squared displacement over all time origins, by FFT, of one ion after another.
///
/// MSD(m) = ⟨|r(i+m) − r(i)|²⟩ over i = S1(m) − 2 S2(m), S2 the autocorrelation of the positions (Calandrini
/// et al., Collection SFN 12, 201 (2011), section 4). S2 is summed over the ions before the one inverse
/// transform. Memory: 16 bytes for each frame, and 32 for each frame and thread.
package final class MeanSquaredDisplacement {
  package let frameCount: Int
  private let plan: SpectrumPlan
  private let spectrum: PowerSpectrum
  /// Σ over ions of |r|² at each frame, Å².
  private var squares: [Double]
  private var ionCount = 0
  private var parts: [IonDisplacement] = []

  /// - Throws: `AnalysisError` for fewer than two frames or a length that can't be transformed.
  package init(frameCount: Int) throws {
    guard frameCount >= 2 else { throw AnalysisError.tooFewFrames(found: frameCount, wanted: 2) }
    self.frameCount = frameCount
    plan = try SpectrumPlan(length: frameCount)
    spectrum = PowerSpectrum(plan)
    squares = [Double](repeating: 0, count: frameCount)
  }

  /// Adds ions, on threads; the sums do not depend on their number.
  /// - Parameter paths: unwrapped positions, Å, [ion][component][frame].
  /// - Throws: `AnalysisError` for a wrong count or a value that is not finite.
  package func add(paths: UnsafeBufferPointer<Float>, ionCount: Int, threads: Int = 1) throws {
    try check(count: paths.count, frameCount: frameCount, ionCount: ionCount, what: "paths [ion][3][frame]")
    try checkFinite(paths: paths, frameCount: frameCount)
    guard let base = paths.baseAddress else { return }
    while parts.count < min(threads, ionCount) { parts.append(makePart()) }
    inOrder(count: ionCount, workers: Array(parts.prefix(max(1, threads)))) { part, ion in
      part.set(path: base + ion * 3 * frameCount, stride: frameCount, first: 0)
    } reduce: { part, _ in
      add(part)
    }
  }

  /// Makes the memory of one thread, which processes one ion after another.
  func makePart() -> IonDisplacement { IonDisplacement(plan) }

  func add(_ part: IonDisplacement) {
    spectrum.add(part.spectrum)
    squares.withUnsafeMutableBufferPointer {
      guard let base = $0.baseAddress else { return }
      addValues(of: part.squares, to: base, count: frameCount)
    }
    ionCount += 1
  }

  /// Å², for lags 0 ..< frameCount.
  package func values() -> [Double] {
    guard ionCount > 0 else { return [Double](repeating: 0, count: frameCount) }
    let correlation = spectrum.autocorrelation()
    var result = [Double](repeating: 0, count: frameCount)
    var sum = 2 * squares.reduce(0, +)
    for lag in 1..<frameCount {
      sum -= squares[lag - 1] + squares[frameCount - lag]
      let pairs = Double((frameCount - lag) * ionCount)
      // Rounding may leave −1e-16 for an ion that does not move at all.
      result[lag] = max(0, (sum - 2 * correlation[lag]) / pairs)
    }
    return result
  }
}

/// The contribution of one ion to the sums.
final class IonDisplacement {
  let frameCount: Int
  let spectrum: PowerSpectrum
  /// |r|² at each frame, Å².
  let squares: UnsafeMutablePointer<Double>

  init(_ plan: SpectrumPlan) {
    frameCount = plan.length
    spectrum = PowerSpectrum(plan)
    squares = .allocate(capacity: frameCount)
    squares.initialize(repeating: 0, count: frameCount)
  }

  deinit { squares.deallocate() }

  /// Replaces the ion by another.
  /// - Parameter path: [component][frame] of a longer path, Å.
  /// - Parameter stride: frames of the longer path, from one component to the next.
  /// - Parameter first: the frame of the longer path at which this one starts.
  func set<T: PathElement>(path: UnsafePointer<T>, stride: Int, first: Int) {
    spectrum.clear()
    squares.update(repeating: 0, count: frameCount)
    for component in 0..<3 {
      let x = path + component * stride + first
      // Without the mean, S1 and 2 S2 are not much larger than their difference.
      let mean = sum(x, count: frameCount) / Double(frameCount)
      spectrum.add { subtract(mean, from: x, to: $0, addingSquaresTo: squares, count: frameCount) }
    }
  }
}

/// The mean squared displacement of ions over all time origins.
/// - Parameter positions: unwrapped, Å, [frame][ion][3].
/// - Returns: Å², for lags 0 ..< frameCount.
/// - Throws: `AnalysisError` for fewer than two frames, a wrong count, or a value that is not finite.
public func meanSquaredDisplacement(positions: [Double], frameCount: Int, ionCount: Int) throws -> [Double] {
  try check(count: positions.count, frameCount: frameCount, ionCount: ionCount)
  let msd = try MeanSquaredDisplacement(frameCount: frameCount)
  let part = msd.makePart()
  var path = [Double](repeating: 0, count: 3 * frameCount)
  for ion in 0..<ionCount {
    for frame in 0..<frameCount {
      for component in 0..<3 {
        let value = positions[(frame * ionCount + ion) * 3 + component]
        guard value.isFinite else {
          throw AnalysisError.notFinite(what: "positions", frame: frame, ion: ion)
        }
        path[component * frameCount + frame] = value
      }
    }
    path.withUnsafeBufferPointer { path in
      if let base = path.baseAddress { part.set(path: base, stride: frameCount, first: 0) }
    }
    msd.add(part)
  }
  return msd.values()
}

/// - Throws: `AnalysisError` where a block of ions can't have this many values.
func check(
  count: Int, frameCount: Int, ionCount: Int, what: String = "positions [frame][ion][3]"
) throws {
  guard frameCount >= 2 else { throw AnalysisError.tooFewFrames(found: frameCount, wanted: 2) }
  guard ionCount >= 1 else { throw AnalysisError.empty(what: "ions") }
  guard count == frameCount * ionCount * 3 else {
    throw AnalysisError.wrongCount(what: what, found: count, wanted: frameCount * ionCount * 3)
  }
}

/// - Throws: `AnalysisError.notFinite` for the first value of paths [ion][3][frame] that is not finite.
func checkFinite(
  paths: UnsafeBufferPointer<Float>, frameCount: Int, what: String = "mobile ions"
) throws {
  guard let base = paths.baseAddress else { return }
  for path in 0..<(paths.count / frameCount) {
    let x = base + path * frameCount
    if !isFinite(x, count: frameCount), let frame = (0..<frameCount).first(where: { !x[$0].isFinite }) {
      throw AnalysisError.notFinite(what: what, frame: frame, ion: path / 3)
    }
  }
}

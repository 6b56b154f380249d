/// Mean squared displacement over all time origins, by FFT, of one ion after another.
///
/// MSD(m) = ⟨|r(i+m) − r(i)|²⟩ over i = S1(m) − 2 S2(m), S2 the autocorrelation of the positions
/// (Calandrini et al., Collection SFN 12, 201 (2011), section 4). It is summed over the ions before the
/// one transform back.
final class MeanSquaredDisplacement {
  let frameCount: Int
  private let spectrum: PowerSpectrum
  /// Σ over ions of |r|² at each frame, Å².
  private var squares: [Double]
  private var series: [Double]
  private var ionCount = 0

  /// - Throws: `AnalysisError.outOfRange` for a length that can't be transformed.
  init(frameCount: Int) throws {
    self.frameCount = frameCount
    spectrum = try PowerSpectrum(length: frameCount)
    squares = [Double](repeating: 0, count: frameCount)
    series = [Double](repeating: 0, count: frameCount)
  }

  /// Adds one ion.
  /// - Parameter path: [component][frame] of a longer path, Å.
  /// - Parameter stride: frames of the longer path, from one component to the next.
  /// - Parameter first: the frame of the longer path at which this one starts.
  func add(path: UnsafePointer<Double>, stride: Int, first: Int) {
    for component in 0..<3 {
      let x = path + component * stride + first
      var mean = 0.0
      for i in 0..<frameCount { mean += x[i] }
      mean /= Double(frameCount)
      series.withUnsafeMutableBufferPointer { series in
        squares.withUnsafeMutableBufferPointer { squares in
          // Without the mean, S1 and 2 S2 are not much larger than their difference.
          for i in 0..<frameCount {
            let value = x[i] - mean
            series[i] = value
            squares[i] += value * value
          }
        }
      }
      series.withUnsafeBufferPointer { series in
        if let base = series.baseAddress { spectrum.add(base) }
      }
    }
    ionCount += 1
  }

  /// Å², for lags 0 ..< frameCount.
  func values() -> [Double] {
    guard ionCount > 0 else { return [Double](repeating: 0, count: frameCount) }
    let correlation = spectrum.autocorrelation()
    var result = [Double](repeating: 0, count: frameCount)
    var sum = 2 * squares.reduce(0, +)
    for lag in 1..<max(1, frameCount) {
      sum -= squares[lag - 1] + squares[frameCount - lag]
      let pairs = Double((frameCount - lag) * ionCount)
      // Rounding may leave −1e-16 for an ion that does not move at all.
      result[lag] = max(0, (sum - 2 * correlation[lag]) / pairs)
    }
    return result
  }
}

/// The mean squared displacement of ions over all time origins.
/// - Parameter positions: unwrapped, Å, [frame][ion][3].
/// - Returns: Å², for lags 0 ..< frameCount.
/// - Throws: `AnalysisError` for fewer than two frames, a wrong count, or a value that is not finite.
public func meanSquaredDisplacement(positions: [Double], frameCount: Int, ionCount: Int) throws -> [Double] {
  try check(count: positions.count, frameCount: frameCount, ionCount: ionCount)
  let msd = try MeanSquaredDisplacement(frameCount: frameCount)
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
      if let base = path.baseAddress { msd.add(path: base, stride: frameCount, first: 0) }
    }
  }
  return msd.values()
}

/// - Throws: `AnalysisError` where a block [frame][ion][3] can't have this many values.
func check(count: Int, frameCount: Int, ionCount: Int) throws {
  guard frameCount >= 2 else { throw AnalysisError.tooFewFrames(found: frameCount, wanted: 2) }
  guard ionCount >= 1 else { throw AnalysisError.empty(what: "ions") }
  guard count == frameCount * ionCount * 3 else {
    throw AnalysisError.wrongCount(
      what: "positions [frame][ion][3]", found: count, wanted: frameCount * ionCount * 3)
  }
}

import RealModule

/// ⟨r²⟩ and ⟨r⁴⟩ at a few lags, for the non-Gaussian parameter.
///
/// Directly, since α₂ is wanted to a few per cent only: about 24 lags, spaced by ratio, and at most some
/// 1000 origins of each ion at each lag.
struct DisplacementMoments {
  /// Frames, rising.
  let lags: [Int]
  private let frameCount: Int
  private var squares: [Double]
  private var quartics: [Double]

  init(frameCount: Int) {
    self.frameCount = frameCount
    let longest = max(1, frameCount / 2)
    var lags: [Int] = []
    for k in 0..<24 {
      let lag = Int(Double.pow(Double(longest), Double(k) / 23).rounded())
      if lag > lags.last ?? 0 { lags.append(lag) }
    }
    self.lags = lags
    squares = [Double](repeating: 0, count: lags.count)
    quartics = squares
  }

  private func stride(_ lag: Int) -> Int { max(1, (frameCount - lag) / 1000) }

  /// Adds one ion. - Parameter path: [component][frame], Å.
  mutating func add(path: UnsafePointer<Double>) {
    let n = frameCount
    for (index, lag) in lags.enumerated() {
      var square = 0.0
      var quartic = 0.0
      var i = 0
      let step = stride(lag)
      while i < n - lag {
        let x = path[i + lag] - path[i]
        let y = path[n + i + lag] - path[n + i]
        let z = path[2 * n + i + lag] - path[2 * n + i]
        let r2 = x * x + y * y + z * z
        square += r2
        quartic += r2 * r2
        i += step
      }
      squares[index] += square
      quartics[index] += quartic
    }
  }

  mutating func clear() {
    for index in lags.indices {
      squares[index] = 0
      quartics[index] = 0
    }
  }

  /// Adds the sums of other ions over the same frames.
  mutating func add(_ other: DisplacementMoments) {
    for index in lags.indices {
      squares[index] += other.squares[index]
      quartics[index] += other.quartics[index]
    }
  }

  /// Å² and Å⁴ at each lag.
  func values(ionCount: Int) -> ([Double], [Double]) {
    let counts = lags.map { lag in
      let step = stride(lag)
      return Double(ionCount * ((frameCount - lag + step - 1) / step))
    }
    return (zip(squares, counts).map { $0 / $1 }, zip(quartics, counts).map { $0 / $1 })
  }
}

import RealModule

/// ⟨r²⟩ and ⟨r⁴⟩ at a few lags, for the non-Gaussian parameter.
///
/// Computed directly, since an accuracy of a few per cent suffices: lags are spaced by a ratio of about 1.22,
/// with some 1000 origins of each ion at each lag.
struct DisplacementMoments {
  /// Frames, ascending.
  let lags: [Int]
  private let frameCount: Int
  private var squares: [Double]
  private var quartics: [Double]

  init(frameCount: Int) {
    self.frameCount = frameCount
    let longest = max(1, frameCount / 2)
    var lags: [Int] = []
    let steps = max(23, Int(Double.log(Double(longest)) / 0.2))
    for k in 0...steps {
      let lag = Int(Double.pow(Double(longest), Double(k) / Double(steps)).rounded())
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

  /// Adds the sums over other ions for the same frames.
  mutating func add(_ other: DisplacementMoments) {
    for index in lags.indices {
      squares[index] += other.squares[index]
      quartics[index] += other.quartics[index]
    }
  }

  private func origins(_ lag: Int) -> Int {
    let step = stride(lag)
    return (frameCount - lag + step - 1) / step
  }

  /// ⟨r²⟩, Å², and ⟨r⁴⟩, Å⁴, at each lag.
  func values(ionCount: Int) -> (squares: [Double], quartics: [Double]) {
    let counts = lags.map { Double(ionCount * origins($0)) }
    return (zip(squares, counts).map { $0 / $1 }, zip(quartics, counts).map { $0 / $1 })
  }
}

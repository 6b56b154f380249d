import Analysis
import RealModule

/// Spin–lattice relaxation of a quadrupolar nucleus of spin 3/2 (¹¹B, ²³Na) by motion with one correlation time:
/// Bloembergen, Purcell and Pound's expression,
/// 1/T1 = (2π²/25) C_Q² (1 + η²/3) [τ/(1 + ω₀²τ²) + 4τ/(1 + 4ω₀²τ²)], C_Q in Hz, ω₀ = 2π ν.
///
/// The two terms are separate; the text of Tsai et al. 2023 prints them merged.
public struct SpinLatticeRelaxation: Sendable, Equatable {
  /// ν, Hz.
  public let larmor_Hz: Double
  /// C_Q, Hz.
  public let quadrupolarCoupling_Hz: Double
  /// η, 0 to 1.
  public let asymmetry: Double

  /// ω₀τ at which T1 is shortest.
  public static let minimum = 0.6158

  /// - Throws: `AnalysisError.outOfRange`.
  public init(larmor_Hz: Double, quadrupolarCoupling_Hz: Double, asymmetry: Double = 0) throws {
    for (what, value) in [
      ("Larmor frequency, Hz", larmor_Hz), ("quadrupolar coupling, Hz", quadrupolarCoupling_Hz),
    ] where !(value > 0 && value.isFinite) {
      throw AnalysisError.outOfRange(what: what, found: value, wanted: "above 0")
    }
    guard asymmetry >= 0, asymmetry <= 1 else {
      throw AnalysisError.outOfRange(what: "asymmetry η", found: asymmetry, wanted: "0 to 1")
    }
    self.larmor_Hz = larmor_Hz
    self.quadrupolarCoupling_Hz = quadrupolarCoupling_Hz
    self.asymmetry = asymmetry
  }

  /// T1, s, for a correlation time, s.
  public func relaxationTime_s(correlationTime_s tau: Double) -> Double {
    let omega = 2 * Double.pi * larmor_Hz
    let x = omega * tau
    let strength =
      2 * Double.pi * Double.pi / 25 * quadrupolarCoupling_Hz * quadrupolarCoupling_Hz
      * (1 + asymmetry * asymmetry / 3)
    return 1 / (strength * (tau / (1 + x * x) + 4 * tau / (1 + 4 * x * x)))
  }

  /// The correlation times, s, that give a T1: the fast one, below the minimum, and the slow one.
  /// - Returns: nil for a T1 shorter than the minimum.
  public func correlationTimes_s(relaxationTime_s time: Double) -> (fast: Double, slow: Double)? {
    let omega = 2 * Double.pi * larmor_Hz
    // The minimum to all digits, by a golden-section search on its logarithm.
    let middle = Self.minimumTime(omega, relaxationTime_s)
    guard time > 0, time.isFinite, time >= relaxationTime_s(correlationTime_s: middle) else { return nil }
    func solve(from start: Double, factor: Double) -> Double {
      var near = start
      var far = start * factor
      while relaxationTime_s(correlationTime_s: far) < time { far *= factor }
      for _ in 0..<200 {
        let half = (near * far).squareRoot()
        if half == near || half == far { break }
        if relaxationTime_s(correlationTime_s: half) < time { near = half } else { far = half }
      }
      return (near * far).squareRoot()
    }
    return (solve(from: middle, factor: 0.5), solve(from: middle, factor: 2))
  }

  private static func minimumTime(_ omega: Double, _ time: (Double) -> Double) -> Double {
    var low = 0.1 / omega
    var high = 10 / omega
    let golden = (5.0.squareRoot() - 1) / 2
    for _ in 0..<200 {
      let ratio = high / low
      let a = high / Double.pow(ratio, golden)
      let b = low * Double.pow(ratio, golden)
      if time(a) < time(b) { high = b } else { low = a }
    }
    return (low * high).squareRoot()
  }
}

import CFFTW
import Synchronization

/// FFTW's planner shares tables between threads; only the execution of a plan is reentrant.
private let planner = Mutex(())

/// Sums the power spectra of real series of one length, so that the autocorrelation of all of them costs
/// one transform back at the end.
final class PowerSpectrum {
  /// Points of each series.
  let length: Int
  private let size: Int
  private let real: UnsafeMutablePointer<Double>
  private let complex: UnsafeMutablePointer<fftw_complex>
  private let forward: fftw_plan
  private let backward: fftw_plan
  private var power: [Double]

  /// - Throws: `AnalysisError.outOfRange` for a length that FFTW can't plan or hold.
  init(length: Int) throws {
    self.length = length
    // Zeros of the same length keep the end of a series from meeting its start.
    size = PowerSpectrum.smoothSize(atLeast: 2 * length)
    guard length > 0, let n = Int32(exactly: size),
      let real = fftw_alloc_real(size), let complex = fftw_alloc_complex(size / 2 + 1)
    else { throw AnalysisError.outOfRange(what: "frames", found: Double(length), wanted: "1 to 10⁹") }
    let plans = planner.withLock { _ in
      // Estimated plans are the same each time, so that aggregating twice gives the same bytes.
      (
        fftw_plan_dft_r2c_1d(n, real, complex, UInt32(FFTW_ESTIMATE)).map { Plan($0) },
        fftw_plan_dft_c2r_1d(n, complex, real, UInt32(FFTW_ESTIMATE)).map { Plan($0) }
      )
    }
    guard let forward = plans.0, let backward = plans.1 else {
      throw AnalysisError.outOfRange(what: "frames", found: Double(length), wanted: "a length FFTW plans")
    }
    self.real = real
    self.complex = complex
    self.forward = forward.plan
    self.backward = backward.plan
    power = [Double](repeating: 0, count: size / 2 + 1)
  }

  deinit {
    planner.withLock { _ in
      fftw_destroy_plan(forward)
      fftw_destroy_plan(backward)
    }
    fftw_free(real)
    fftw_free(complex)
  }

  /// Adds one series, `length` values.
  func add(_ series: UnsafePointer<Double>) {
    real.update(from: series, count: length)
    (real + length).update(repeating: 0, count: size - length)
    fftw_execute(forward)
    power.withUnsafeMutableBufferPointer { power in
      for k in 0..<power.count {
        power[k] += complex[k].0 * complex[k].0 + complex[k].1 * complex[k].1
      }
    }
  }

  /// Σ over series and origins of x(i) x(i + lag), for lags 0 ..< `length`.
  func autocorrelation() -> [Double] {
    for k in 0..<power.count { complex[k] = (power[k], 0) }
    fftw_execute(backward)
    return (0..<length).map { real[$0] / Double(size) }
  }

  /// The smallest product of 2, 3 and 5 from `minimum` on: sizes for which FFTW is fast.
  static func smoothSize(atLeast minimum: Int) -> Int {
    var best = Int.max
    var five = 1
    while five < 2 * minimum {
      var three = five
      while three < 2 * minimum {
        var n = three
        while n < minimum { n *= 2 }
        // An even size keeps the transform's halves whole.
        if n % 2 == 0 { best = min(best, n) }
        three *= 3
      }
      five *= 5
    }
    return best
  }
}

/// Carries a plan out of the planner's lock.
private struct Plan: @unchecked Sendable {
  let plan: fftw_plan
  init(_ plan: fftw_plan) { self.plan = plan }
}

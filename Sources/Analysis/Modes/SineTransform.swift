internal import CFFTW
import Mathematics

/// The orthonormal sine transform (DST-I) of real series of one length:
/// û(k) = √(2/(n+1)) Σ u(j) sin(π k j/(n+1)), k = 1 … n.
///
/// It diagonalises the covariance of the increments of a diffusing particle whose position has white noise
/// (Vestergaard, Blainey, Flyvbjerg, Phys. Rev. E 89, 022726 (2014)). Any number of threads may use it at once.
final class SineTransform: @unchecked Sendable {
  /// Points of each series.
  let length: Int
  private let plan: fftw_plan

  /// - Throws: `AnalysisError.outOfRange` for a length that FFTW can't plan.
  init(length: Int) throws {
    guard length > 0, length < Int(Int32.max) / 4, let series = fftw_alloc_real(length) else {
      throw AnalysisError.outOfRange(what: "displacements", found: Double(length), wanted: "1 to 5·10⁸")
    }
    defer { fftw_free(series) }
    // Unaligned: the arrays of Swift may start anywhere.
    let flags = UInt32(FFTW_ESTIMATE) | UInt32(FFTW_UNALIGNED)
    let made = withFFTWPlanner {
      fftw_plan_r2r_1d(Int32(length), series, series, FFTW_RODFT00, flags).map { Made(plan: $0) }
    }
    guard let made else {
      throw AnalysisError.outOfRange(
        what: "displacements", found: Double(length), wanted: "a length FFTW plans")
    }
    self.length = length
    plan = made.plan
  }

  deinit { withFFTWPlanner { fftw_destroy_plan(plan) } }

  /// Replaces the series by its modes.
  func transform(_ series: UnsafeMutableBufferPointer<Double>) {
    precondition(series.count == length)
    guard let base = series.baseAddress else { return }
    fftw_execute_r2r(plan, base, base)
    let scale = 1 / (2 * Double(length + 1)).squareRoot()
    for k in 0..<length { base[k] *= scale }
  }

  private struct Made: @unchecked Sendable {
    let plan: fftw_plan
  }
}

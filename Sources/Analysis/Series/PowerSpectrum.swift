internal import CFFTW
import Foundation
import Mathematics
import Units

/// The transforms of real series of one length, padded with zeros against wrap-around. Any number of threads
/// may use it at once, each with memory of its own.
final class SpectrumPlan: @unchecked Sendable {
  /// Points of each series.
  let length: Int
  /// Points of the transforms.
  let size: Int
  /// Frequencies.
  var count: Int { size / 2 + 1 }
  private let forward: fftw_plan
  private let backward: fftw_plan

  /// - Throws: `AnalysisError.outOfRange` for a length that FFTW can't plan or hold.
  init(length: Int) throws {
    self.length = length
    guard length > 0, length < Int(Int32.max) / 4 else {
      throw AnalysisError.outOfRange(what: "frames", found: Double(length), wanted: "1 to 5·10⁸")
    }
    let size = SpectrumPlan.smoothSize(atLeast: 2 * length)
    self.size = size
    let n = Int32(size)
    guard let real = fftw_alloc_real(size + 2) else {
      throw AnalysisError.outOfRange(
        what: "frames", found: Double(length), wanted: "a length that memory holds")
    }
    defer { fftw_free(real) }
    let plans = withFFTWPlanner {
      // In place, which is faster where the caches are too small. Estimated plans are the same each time, so
      // that aggregating twice gives the same bytes.
      real.withMemoryRebound(to: fftw_complex.self, capacity: size / 2 + 1) { complex in
        (
          fftw_plan_dft_r2c_1d(n, real, complex, UInt32(FFTW_ESTIMATE)).map { Plan($0) },
          fftw_plan_dft_c2r_1d(n, complex, real, UInt32(FFTW_ESTIMATE)).map { Plan($0) }
        )
      }
    }
    guard let forward = plans.0, let backward = plans.1 else {
      throw AnalysisError.outOfRange(what: "frames", found: Double(length), wanted: "a length FFTW plans")
    }
    self.forward = forward.plan
    self.backward = backward.plan
  }

  deinit {
    withFFTWPlanner {
      fftw_destroy_plan(forward)
      fftw_destroy_plan(backward)
    }
  }

  /// Memory for one transform, with the alignment of the plans: `size + 2` numbers, to be deallocated.
  func makeBuffer() -> UnsafeMutablePointer<Double> {
    let bytes = (size + 2) * MemoryLayout<Double>.stride
    // A long transform strides over all of it, which huge pages make 10 % faster.
    let page = bytes > 4 << 20 ? 2 << 20 : 64
    let raw = UnsafeMutableRawPointer.allocate(byteCount: (bytes + page - 1) / page * page, alignment: page)
    if page > 64 { madvise(raw, bytes, MADV_HUGEPAGE) }
    let buffer = raw.bindMemory(to: Double.self, capacity: size + 2)
    buffer.initialize(repeating: 0, count: size + 2)
    return buffer
  }

  /// Replaces a series by the real and imaginary parts of its transform, one after the other.
  func transform(_ buffer: UnsafeMutablePointer<Double>) {
    buffer.withMemoryRebound(to: fftw_complex.self, capacity: count) {
      fftw_execute_dft_r2c(forward, buffer, $0)
    }
  }

  /// The inverse transform without normalisation: `size` times too large.
  func transformBack(_ buffer: UnsafeMutablePointer<Double>) {
    buffer.withMemoryRebound(to: fftw_complex.self, capacity: count) {
      fftw_execute_dft_c2r(backward, $0, buffer)
    }
  }

  /// The smallest even product of 2, 3 and 5 that is not below `minimum`: sizes for which FFTW is fast.
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

/// Moves a plan out of the scope of the planner's lock.
private struct Plan: @unchecked Sendable {
  let plan: fftw_plan
  init(_ plan: fftw_plan) { self.plan = plan }
}

/// Sums the power spectra of real series of one length, so that the autocorrelation of all of them needs one
/// inverse transform at the end.
final class PowerSpectrum {
  let plan: SpectrumPlan
  /// Points of each series.
  var length: Int { plan.length }
  private let power: UnsafeMutablePointer<Double>
  /// The buffer of the transform in progress, used by the thread that transforms.
  private lazy var buffer = plan.makeBuffer()
  private var hasBuffer = false

  init(_ plan: SpectrumPlan) {
    self.plan = plan
    power = .allocate(capacity: plan.count)
    power.initialize(repeating: 0, count: plan.count)
  }

  /// - Throws: `AnalysisError.outOfRange` for a length that FFTW can't plan or hold.
  convenience init(length: Int) throws { self.init(try SpectrumPlan(length: length)) }

  deinit {
    power.deallocate()
    if hasBuffer { buffer.deallocate() }
  }

  /// Adds one series, `length` values.
  package func add(_ series: UnsafePointer<Double>) { add { $0.update(from: series, count: length) } }

  /// Adds the series of `length` values that `fill` writes.
  package func add(_ fill: (UnsafeMutablePointer<Double>) -> Void) {
    hasBuffer = true
    fill(buffer)
    (buffer + length).update(repeating: 0, count: plan.size + 2 - length)
    plan.transform(buffer)
    addSquaredModuli(of: buffer, to: power, count: plan.count)
  }

  func clear() { power.update(repeating: 0, count: plan.count) }

  /// Adds the sum of another of the same length.
  package func add(_ other: PowerSpectrum) { addValues(of: other.power, to: power, count: plan.count) }

  /// Σ over series and origins of x(i) x(i + lag), for lags 0 ..< `length`.
  func autocorrelation() -> [Double] {
    hasBuffer = true
    for k in 0..<plan.count {
      buffer[2 * k] = power[k]
      buffer[2 * k + 1] = 0
    }
    plan.transformBack(buffer)
    let scale = Double(plan.size)
    return (0..<length).map { buffer[$0] / scale }
  }
}

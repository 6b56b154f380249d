internal import CFFTW
import Mathematics

/// The two precisions of the mesh, each with its FFTW.
protocol MeshScalar: SIMDScalar, BinaryFloatingPoint, BitwiseCopyable, Codable {
  associatedtype Complex
  static var fftw: FFTWFunctions<Self, Complex> { get }

  // The operators of SIMD types work lane by lane where the scalar is generic: these are written for each precision.

  /// sum + a b.
  static func multiplyAdd(_ sum: SIMD8<Self>, _ a: SIMD8<Self>, _ b: Self) -> SIMD8<Self>
  /// Σ a b.
  static func dot(_ a: SIMD8<Self>, _ b: SIMD8<Self>) -> Double
  static func scaled(_ a: SIMD8<Self>, _ b: Self) -> SIMD8<Self>
}

/// The functions of FFTW for one precision.
struct FFTWFunctions<Real, Complex> {
  typealias Sizes = UnsafePointer<Int32>
  typealias Reals = UnsafeMutablePointer<Real>
  typealias Complexes = UnsafeMutablePointer<Complex>

  let allocate: (Int) -> Reals?
  let release: (UnsafeMutableRawPointer) -> Void
  let planForward:
    (
      Int32, Sizes, Int32, Reals, Sizes?, Int32, Int32, Complexes, Sizes?, Int32, Int32, UInt32
    ) -> OpaquePointer?
  let planBackward:
    (
      Int32, Sizes, Int32, Complexes, Sizes?, Int32, Int32, Reals, Sizes?, Int32, Int32, UInt32
    ) -> OpaquePointer?
  let planComplex:
    (
      Int32, Sizes, Int32, Complexes, Sizes?, Int32, Int32, Complexes, Sizes?, Int32, Int32, Int32, UInt32
    ) -> OpaquePointer?
  let execute: (OpaquePointer) -> Void
  let destroy: (OpaquePointer) -> Void
}

/// Plans are estimated, not measured: a measured plan differs from run to run, and with it the last bits of
/// a force.
private let flags = UInt32(FFTW_ESTIMATE)

/// Numbers in one real array, and complex numbers in its transform.
private func sizes(_ dimensions: [Int32]) -> (real: Int32, complex: Int32) {
  let last = dimensions.last ?? 1
  let others = dimensions.dropLast().reduce(1, *)
  return (others * last, others * (last / 2 + 1))
}

extension MeshScalar {
  /// Memory with the alignment that FFTW prefers.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Self> {
    fftw.allocate(max(count, 1)) ?? .allocate(capacity: max(count, 1))
  }

  static func release(_ pointer: UnsafeMutablePointer<Self>) { fftw.release(pointer) }

  private static func complex(_ pointer: UnsafeMutablePointer<Self>) -> UnsafeMutablePointer<Complex> {
    UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Complex.self)
  }

  /// Transforms `many` real arrays of these dimensions, one after the other, into complex ones of
  /// (real, imaginary) that keep half of the last dimension and one.
  static func planForward(
    _ dimensions: [Int32], many: Int, _ real: UnsafeMutablePointer<Self>,
    _ complex: UnsafeMutablePointer<Self>
  ) -> OpaquePointer? {
    let size = sizes(dimensions)
    return withFFTWPlanner {
      fftw.planForward(
        Int32(dimensions.count), dimensions, Int32(many), real, nil, 1, size.real, Self.complex(complex), nil,
        1, size.complex, flags)
    }
  }

  /// The transforms in the opposite direction.
  static func planBackward(
    _ dimensions: [Int32], many: Int, _ complex: UnsafeMutablePointer<Self>,
    _ real: UnsafeMutablePointer<Self>
  ) -> OpaquePointer? {
    let size = sizes(dimensions)
    return withFFTWPlanner {
      fftw.planBackward(
        Int32(dimensions.count), dimensions, Int32(many), Self.complex(complex), nil, 1, size.complex, real,
        nil, 1, size.real, flags)
    }
  }

  /// Transforms `many` complex lines in place; the numbers of one line are `many` apart.
  static func planLines(
    _ length: Int, many: Int, _ complex: UnsafeMutablePointer<Self>, isForward: Bool
  ) -> OpaquePointer? {
    let data = Self.complex(complex)
    return withFFTWPlanner {
      fftw.planComplex(
        1, [Int32(length)], Int32(many), data, nil, Int32(many), 1, data, nil, Int32(many), 1,
        isForward ? FFTW_FORWARD : FFTW_BACKWARD, flags)
    }
  }

  static func execute(_ plan: OpaquePointer) { fftw.execute(plan) }
  static func destroy(_ plan: OpaquePointer) { withFFTWPlanner { fftw.destroy(plan) } }
}

extension Double: MeshScalar {
  static var fftw: FFTWFunctions<Double, fftw_complex> {
    FFTWFunctions(
      allocate: fftw_alloc_real, release: fftw_free, planForward: fftw_plan_many_dft_r2c,
      planBackward: fftw_plan_many_dft_c2r, planComplex: fftw_plan_many_dft, execute: fftw_execute,
      destroy: fftw_destroy_plan)
  }

  @inline(__always)
  static func multiplyAdd(_ sum: SIMD8<Double>, _ a: SIMD8<Double>, _ b: Double) -> SIMD8<Double> {
    sum.addingProduct(a, SIMD8(repeating: b))
  }

  @inline(__always)
  static func scaled(_ a: SIMD8<Double>, _ b: Double) -> SIMD8<Double> { a * b }

  /// By halves: `sum()` compiles to a call.
  @inline(__always)
  static func dot(_ a: SIMD8<Double>, _ b: SIMD8<Double>) -> Double {
    let product = a * b
    let four = product.lowHalf + product.highHalf
    let two = four.lowHalf + four.highHalf
    return Double(two.x + two.y)
  }
}

extension Float: MeshScalar {
  static var fftw: FFTWFunctions<Float, fftwf_complex> {
    FFTWFunctions(
      allocate: fftwf_alloc_real, release: fftwf_free, planForward: fftwf_plan_many_dft_r2c,
      planBackward: fftwf_plan_many_dft_c2r, planComplex: fftwf_plan_many_dft, execute: fftwf_execute,
      destroy: fftwf_destroy_plan)
  }

  @inline(__always)
  static func multiplyAdd(_ sum: SIMD8<Float>, _ a: SIMD8<Float>, _ b: Float) -> SIMD8<Float> {
    sum.addingProduct(a, SIMD8(repeating: b))
  }

  @inline(__always)
  static func scaled(_ a: SIMD8<Float>, _ b: Float) -> SIMD8<Float> { a * b }

  /// By halves: `sum()` compiles to a call.
  @inline(__always)
  static func dot(_ a: SIMD8<Float>, _ b: SIMD8<Float>) -> Double {
    let product = a * b
    let four = product.lowHalf + product.highHalf
    let two = four.lowHalf + four.highHalf
    return Double(two.x + two.y)
  }
}

internal import CFFTW
import Mathematics

/// The two precisions of the mesh, each with its FFTW.
protocol MeshScalar: SIMDScalar, BinaryFloatingPoint, Codable {
  /// sum + a b. The operators of SIMD types work lane by lane where the scalar is generic.
  static func multiplyAdd(_ sum: SIMD8<Self>, _ a: SIMD8<Self>, _ b: Self) -> SIMD8<Self>
  /// Σ a b.
  static func dot(_ a: SIMD8<Self>, _ b: SIMD8<Self>) -> Double
  static func scaled(_ a: SIMD8<Self>, _ b: Self) -> SIMD8<Self>
  /// Memory that FFTW likes.
  static func allocate(_ count: Int) -> UnsafeMutablePointer<Self>
  static func release(_ pointer: UnsafeMutablePointer<Self>)
  /// Transforms `many` real arrays of these dimensions, one after the other, into complex ones of
  /// (real, imaginary) that keep half of the last dimension and one.
  static func planForward(
    _ dimensions: [Int32], many: Int, _ real: UnsafeMutablePointer<Self>,
    _ complex: UnsafeMutablePointer<Self>
  ) -> OpaquePointer?
  static func planBackward(
    _ dimensions: [Int32], many: Int, _ complex: UnsafeMutablePointer<Self>,
    _ real: UnsafeMutablePointer<Self>
  ) -> OpaquePointer?
  /// Transforms `many` complex lines in place, which lie beside each other.
  static func planLines(_ length: Int, many: Int, _ complex: UnsafeMutablePointer<Self>, isForward: Bool)
    -> OpaquePointer?
  static func execute(_ plan: OpaquePointer)
  static func destroy(_ plan: OpaquePointer)
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

extension Double: MeshScalar {
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

  static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    fftw_alloc_real(max(count, 1)) ?? .allocate(capacity: max(count, 1))
  }

  static func release(_ pointer: UnsafeMutablePointer<Double>) { fftw_free(pointer) }

  private static func complex(_ p: UnsafeMutablePointer<Double>) -> UnsafeMutablePointer<fftw_complex> {
    UnsafeMutableRawPointer(p).assumingMemoryBound(to: fftw_complex.self)
  }

  static func planForward(
    _ dimensions: [Int32], many: Int, _ real: UnsafeMutablePointer<Double>,
    _ complex: UnsafeMutablePointer<Double>
  ) -> OpaquePointer? {
    let size = sizes(dimensions)
    return fftw_plan_many_dft_r2c(
      Int32(dimensions.count), dimensions, Int32(many), real, nil, 1, size.real, Self.complex(complex), nil,
      1,
      size.complex, flags)
  }

  static func planBackward(
    _ dimensions: [Int32], many: Int, _ complex: UnsafeMutablePointer<Double>,
    _ real: UnsafeMutablePointer<Double>
  ) -> OpaquePointer? {
    let size = sizes(dimensions)
    return fftw_plan_many_dft_c2r(
      Int32(dimensions.count), dimensions, Int32(many), Self.complex(complex), nil, 1, size.complex, real,
      nil, 1,
      size.real, flags)
  }

  static func planLines(_ length: Int, many: Int, _ complex: UnsafeMutablePointer<Double>, isForward: Bool)
    -> OpaquePointer?
  {
    let data = Self.complex(complex)
    return fftw_plan_many_dft(
      1, [Int32(length)], Int32(many), data, nil, Int32(many), 1, data, nil, Int32(many), 1,
      isForward ? FFTW_FORWARD : FFTW_BACKWARD, flags)
  }

  static func execute(_ plan: OpaquePointer) { fftw_execute(plan) }
  static func destroy(_ plan: OpaquePointer) { fftw_destroy_plan(plan) }
}

extension Float: MeshScalar {
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

  static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
    fftwf_alloc_real(max(count, 1)) ?? .allocate(capacity: max(count, 1))
  }

  static func release(_ pointer: UnsafeMutablePointer<Float>) { fftwf_free(pointer) }

  private static func complex(_ p: UnsafeMutablePointer<Float>) -> UnsafeMutablePointer<fftwf_complex> {
    UnsafeMutableRawPointer(p).assumingMemoryBound(to: fftwf_complex.self)
  }

  static func planForward(
    _ dimensions: [Int32], many: Int, _ real: UnsafeMutablePointer<Float>,
    _ complex: UnsafeMutablePointer<Float>
  ) -> OpaquePointer? {
    let size = sizes(dimensions)
    return fftwf_plan_many_dft_r2c(
      Int32(dimensions.count), dimensions, Int32(many), real, nil, 1, size.real, Self.complex(complex), nil,
      1,
      size.complex, flags)
  }

  static func planBackward(
    _ dimensions: [Int32], many: Int, _ complex: UnsafeMutablePointer<Float>,
    _ real: UnsafeMutablePointer<Float>
  ) -> OpaquePointer? {
    let size = sizes(dimensions)
    return fftwf_plan_many_dft_c2r(
      Int32(dimensions.count), dimensions, Int32(many), Self.complex(complex), nil, 1, size.complex, real,
      nil, 1,
      size.real, flags)
  }

  static func planLines(_ length: Int, many: Int, _ complex: UnsafeMutablePointer<Float>, isForward: Bool)
    -> OpaquePointer?
  {
    let data = Self.complex(complex)
    return fftwf_plan_many_dft(
      1, [Int32(length)], Int32(many), data, nil, Int32(many), 1, data, nil, Int32(many), 1,
      isForward ? FFTW_FORWARD : FFTW_BACKWARD, flags)
  }

  static func execute(_ plan: OpaquePointer) { fftwf_execute(plan) }
  static func destroy(_ plan: OpaquePointer) { fftwf_destroy_plan(plan) }
}

import Foundation

/// The two precisions of the pair kernel, with what the SIMD types of the standard library lack.
public protocol KernelScalar: SIMDScalar, BinaryFloatingPoint, Sendable, Codable
where SIMDMaskScalar: FixedWidthInteger & Sendable {
  /// e^x for x in about −80…80.
  static func exponential(_ x: SIMD8<Self>) -> SIMD8<Self>
  static func squareRoot(_ x: SIMD8<Self>) -> SIMD8<Self>
  /// Lane i is true when bit i is set.
  static func mask(bits: UInt32) -> SIMDMask<SIMD8<SIMDMaskScalar>>
  /// Error of the fitted Coulomb polynomials, as a fraction of their largest value.
  static var polynomialTolerance: Double { get }
}

extension Float: KernelScalar {
  public static var polynomialTolerance: Double { 2e-8 }

  /// 2^n·2^f with f in −½…½: a polynomial for 2^f (relative error 2e-8) and n added to the exponent.
  /// Rounds by adding 1.5·2²³, because `rounded()` compiles to a call for each lane.
  @inline(__always)
  public static func exponential(_ x: SIMD8<Float>) -> SIMD8<Float> {
    let magic = SIMD8<Float>(repeating: 12_582_912)
    let y = x * 1.442_695_040_888_963_4
    let shifted = y + magic
    let f = y - (shifted - magic)
    let integer = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
    var p = SIMD8<Float>(repeating: 1.535_336_188e-4)
    p = SIMD8<Float>(repeating: 1.339_887_440e-3).addingProduct(p, f)
    p = SIMD8<Float>(repeating: 9.618_437_357e-3).addingProduct(p, f)
    p = SIMD8<Float>(repeating: 5.550_332_548e-2).addingProduct(p, f)
    p = SIMD8<Float>(repeating: 2.402_264_791e-1).addingProduct(p, f)
    p = SIMD8<Float>(repeating: 6.931_472_028e-1).addingProduct(p, f)
    p = SIMD8<Float>(repeating: 1).addingProduct(p, f)
    return unsafeBitCast(unsafeBitCast(p, to: SIMD8<Int32>.self) &+ integer, to: SIMD8<Float>.self)
  }

  @inline(__always)
  public static func squareRoot(_ x: SIMD8<Float>) -> SIMD8<Float> { x.squareRoot() }

  @inline(__always)
  public static func mask(bits: UInt32) -> SIMDMask<SIMD8<Int32>> {
    let lanes = SIMD8<Int32>(1, 2, 4, 8, 16, 32, 64, 128)
    return (SIMD8<Int32>(repeating: Int32(truncatingIfNeeded: bits)) & lanes) .!= SIMD8<Int32>.zero
  }
}

extension Double: KernelScalar {
  public static var polynomialTolerance: Double { 1e-14 }

  /// As for `Float`, with the Taylor series of e^(f ln 2) to degree 13 (relative error below 2e-16).
  @inline(__always)
  public static func exponential(_ x: SIMD8<Double>) -> SIMD8<Double> {
    let magic = SIMD8<Double>(repeating: 6_755_399_441_055_744)
    let shifted = (x * 1.442_695_040_888_963_407_36) + magic
    let n = shifted - magic
    // ln 2 in two parts, so that x − n ln 2 keeps its digits.
    let f = (x - n * 0.693_147_180_369_123_816_49) - n * 1.908_214_929_270_587_700_02e-10
    let integer = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &<< 52
    var p = SIMD8<Double>(repeating: 1 / 6_227_020_800)
    p = SIMD8<Double>(repeating: 1 / 479_001_600).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 39_916_800).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 3_628_800).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 362_880).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 40_320).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 5_040).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 720).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 120).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 24).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 6).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1 / 2).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1).addingProduct(p, f)
    p = SIMD8<Double>(repeating: 1).addingProduct(p, f)
    return unsafeBitCast(unsafeBitCast(p, to: SIMD8<Int64>.self) &+ integer, to: SIMD8<Double>.self)
  }

  @inline(__always)
  public static func squareRoot(_ x: SIMD8<Double>) -> SIMD8<Double> { x.squareRoot() }

  @inline(__always)
  public static func mask(bits: UInt32) -> SIMDMask<SIMD8<Int64>> {
    let lanes = SIMD8<Int64>(1, 2, 4, 8, 16, 32, 64, 128)
    return (SIMD8<Int64>(repeating: Int64(bits)) & lanes) .!= SIMD8<Int64>.zero
  }
}

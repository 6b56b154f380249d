import CEngine
import Foundation

/// A register of numbers: what `NEPKernel` is written in, once for both precisions.
protocol SIMDVector: BitwiseCopyable, LaneArithmetic where Number: BinaryFloatingPoint & BitwiseCopyable {
  static var width: Int { get }
  init(repeating value: Number)
  static func / (a: Self, b: Self) -> Self
  /// The smaller of each lane and a limit.
  func capped(_ limit: Number) -> Self
  var root: Self { get }
  var hyperbolicTangent: Self { get }
  var sum: Number { get }
  /// In lane i the sum of the i-th of `width` registers that lie one behind the other.
  static func sums(_ rows: UnsafePointer<Number>) -> Self
  /// Terms of the series of sine and cosine that are exact to rounding up to π/2.
  static var trigonometricTerms: Int { get }
}

extension SIMDVector {
  @inline(__always) init(_ place: UnsafePointer<Number>) {
    self = UnsafeRawPointer(place).loadUnaligned(as: Self.self)
  }

  @inline(__always) func store(_ place: UnsafeMutablePointer<Number>) {
    UnsafeMutableRawPointer(place).storeBytes(of: self, as: Self.self)
  }

  @inline(__always) func scaled(_ factor: Number) -> Self { self * Self(repeating: factor) }

  @inline(__always) func adding(_ a: Self, times factor: Number) -> Self {
    addingProduct(a, Self(repeating: factor))
  }

  /// Sine and cosine of 0…π/2, by their power series.
  @inline(__always) var sineAndCosine: (sine: Self, cosine: Self) {
    let square = self * self
    var sine = Self.zero
    var cosine = Self.zero
    var k = Self.trigonometricTerms
    while k > 0 {
      // 1 − x²/(2k(2k+1)) (1 − …) and 1 − x²/((2k−1)2k) (1 − …), from inside.
      let a = Number(-1) / Number(2 * k * (2 * k + 1))
      let b = Number(-1) / Number((2 * k - 1) * 2 * k)
      sine = square.scaled(a) * (sine + Self(repeating: 1))
      cosine = square.scaled(b) * (cosine + Self(repeating: 1))
      k -= 1
    }
    return (self.addingProduct(self, sine), cosine + Self(repeating: 1))
  }
}

extension SIMD8<Float>: SIMDVector, LaneArithmetic {
  typealias Number = Float
  static var width: Int { 8 }
  // x¹⁵/15! at π/2 is 7e-10.
  static var trigonometricTerms: Int { 6 }

  @inline(__always) func capped(_ limit: Float) -> Self { replacing(with: limit, where: self .> limit) }
  @inline(__always) var root: Self { pw_roots_float8(self) }
  @inline(__always) static func sums(_ rows: UnsafePointer<Float>) -> Self { pw_sums_float8(rows) }
  @inline(__always) var sum: Float {
    let four = lowHalf + highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// 1 − 2/(exp 2x + 1), to 1e-7.
  @inline(__always) var hyperbolicTangent: Self {
    // Beyond 9 it is 1 to this precision.
    let x = replacing(with: 9, where: self .> 9).replacing(with: -9, where: self .< -9)
    return Self(repeating: 1) - Self(repeating: 2) / ((x + x).exponential + Self(repeating: 1))
  }

  /// 2ⁿ times the series of the rest, |x| < 87.
  @inline(__always) private var exponential: Self {
    // Adding it leaves the nearest whole number in the lowest bits.
    let magic: Float = 12_582_912
    let shifted = Self(repeating: magic).addingProduct(self, Self(repeating: 1.442695041))
    let n = shifted - Self(repeating: magic)
    // ln 2 in two parts, the first with few bits.
    let rest = self.addingProduct(n, Self(repeating: -0.693359375))
      .addingProduct(n, Self(repeating: 2.12194440e-4))
    var series = Self(repeating: 1 / 5040)
    for k in [Float(720), 120, 24, 6, 2, 1, 1] {
      series = Self(repeating: 1 / k).addingProduct(series, rest)
    }
    let bits = unsafeBitCast(series, to: SIMD8<Int32>.self)
    let power = unsafeBitCast(shifted, to: SIMD8<Int32>.self) &<< 23
    return unsafeBitCast(bits &+ power, to: Self.self)
  }
}

extension SIMD4<Double>: SIMDVector, LaneArithmetic {
  typealias Number = Double
  static var width: Int { 4 }
  // x²³/23! at π/2 is 1e-18.
  static var trigonometricTerms: Int { 10 }

  @inline(__always) func capped(_ limit: Double) -> Self { replacing(with: limit, where: self .> limit) }
  @inline(__always) var root: Self { pw_roots_double4(self) }
  @inline(__always) static func sums(_ rows: UnsafePointer<Double>) -> Self { pw_sums_double4(rows) }
  @inline(__always) var sum: Double { (x + z) + (y + w) }
  var hyperbolicTangent: Self { Self(tanh(x), tanh(y), tanh(z), tanh(w)) }
}

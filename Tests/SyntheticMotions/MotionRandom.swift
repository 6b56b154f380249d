import Mathematics
import RealModule

/// Random numbers by distribution: a seed gives the same numbers everywhere.
package struct MotionRandom: RandomNumberGenerator, Sendable {
  private var source: SplitMix64
  /// The second of the last pair of normal numbers.
  private var spare: Double?

  /// Neighbouring seeds are moved apart: the generator counts up from its seed.
  package init(seed: UInt64) { source = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678) }

  /// The numbers of one set of a named motion, whatever other sets are made (FNV-1a of the name).
  package init(name: String, set: Int) {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    self.init(seed: hash ^ (UInt64(set) &* 0xD134_2543_DE82_EF95 &+ 0x2545_F491_4F6C_DD1D))
  }

  package mutating func next() -> UInt64 { source.next() }

  /// Uniform, above 0 and below 1.
  package mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// Uniform among 0 ..< count.
  package mutating func index(_ count: Int) -> Int { Int(uniform() * Double(count)) }

  /// Normal, of unit variance (Box and Muller).
  package mutating func normal() -> Double {
    if let number = spare {
      spare = nil
      return number
    }
    let radius = (-2 * Double.log(uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * Double.sin(angle)
    return radius * Double.cos(angle)
  }

  /// Exponential, of unit mean.
  package mutating func exponential() -> Double { -Double.log(uniform()) }
}

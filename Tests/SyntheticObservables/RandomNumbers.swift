import Mathematics
import RealModule
import SyntheticMotions
import Units

/// Random numbers by distribution: a seed gives the same numbers everywhere.
package struct RandomNumbers: RandomNumberGenerator, Sendable {
  private var source: SplitMix64

  /// Neighbouring seeds are moved apart: the generator counts up from its seed.
  package init(seed: UInt64) { source = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678) }

  /// The numbers of one set of a named motion, whatever other sets are made.
  package init(name: String, set: Int) {
    var source = MotionRandom(name: name, set: set)
    self.init(seed: source.next())
  }

  package mutating func next() -> UInt64 { source.next() }

  /// Uniform, above 0 and below 1.
  package mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// Normal, of unit variance (Box and Muller; one of the pair).
  package mutating func normal() -> Double {
    (-2 * Double.log(uniform())).squareRoot() * Double.cos(2 * Double.pi * uniform())
  }

  /// Exponential, of unit mean.
  package mutating func exponential() -> Double { -Double.log(uniform()) }
}

/// The SplitMix64 generator (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195): one 64-bit seed, the
/// same stream on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mixed(state)
  }

  /// The `index`-th number, from 1, of the stream of a seed.
  package static func number(_ index: Int, seed: UInt64) -> UInt64 {
    mixed(seed &+ increment &* UInt64(truncatingIfNeeded: index))
  }

  private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  private static func mixed(_ state: UInt64) -> UInt64 {
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A uniform integer in 0..<bound. Not by the standard library, whose stream may change.
  package mutating func next(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let n = UInt64(bound)
    // Draws beyond the last whole multiple of n would favour small numbers.
    let limit = UInt64.max - (UInt64.max % n + 1) % n
    var draw = next() as UInt64
    while draw > limit { draw = next() }
    return Int(draw % n)
  }

  /// `count` different numbers from 0..<total, each subset equally likely, in ascending order.
  package mutating func sample(_ count: Int, of total: Int) -> [Int] {
    var numbers = Array(0..<max(total, 0))
    let taken = min(max(count, 0), numbers.count)
    for i in 0..<taken {
      numbers.swapAt(i, i + next(below: numbers.count - i))
    }
    return numbers[..<taken].sorted()
  }
}

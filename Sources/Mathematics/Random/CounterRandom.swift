import Foundation

/// Counter-based random numbers: functions of their purpose, not of the numbers drawn before; the same for an
/// atom and a step on any number of ranks, and after a resume.
///
/// Philox 4×32-10: Salmon et al., SC'11, "Parallel random numbers: as easy as 1, 2, 3".
public struct CounterRandom: Sendable {
  /// The purpose of a number. Runs that resume from checkpoints depend on the values, which must not change.
  public enum Purpose: UInt32, Sendable {
    case velocity = 1
    case noise = 2
    case lattice = 3
  }

  private let key: SIMD2<UInt32>

  /// The same numbers for the same seed.
  public init(seed: UInt64) {
    key = [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)]
  }

  /// Three standard normal numbers for an atom at a step.
  @inline(__always)
  public func normal3(_ purpose: Purpose, id: Int32, step: Int64) -> SIMD3<Double> {
    let a = block([
      UInt32(bitPattern: id), purpose.rawValue, UInt32(truncatingIfNeeded: step),
      UInt32(truncatingIfNeeded: step >> 32),
    ])
    let b = block([
      UInt32(bitPattern: id), purpose.rawValue | 0x8000_0000, UInt32(truncatingIfNeeded: step),
      UInt32(truncatingIfNeeded: step >> 32),
    ])
    let first = Self.boxMuller(a.x, a.y, a.z, a.w)
    let second = Self.boxMuller(b.x, b.y, b.z, b.w)
    return [first.x, first.y, second.x]
  }

  @inline(__always)
  private static func boxMuller(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> SIMD2<Double> {
    // 53 bits each; the first is never 0.
    let scale = 1.0 / 9_007_199_254_740_992
    let u = (Double((UInt64(a) << 21) ^ (UInt64(b) >> 11)) + 0.5) * scale
    let v = Double((UInt64(c) << 21) ^ (UInt64(d) >> 11)) * scale
    let radius = (-2 * log(min(u, 1))).squareRoot()
    return [radius * cos(2 * .pi * v), radius * sin(2 * .pi * v)]
  }

  /// One block of the generator.
  @inline(__always)
  func block(_ counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let p = UInt64(0xD251_1F53) * UInt64(c.x)
      let q = UInt64(0xCD9E_8D57) * UInt64(c.z)
      c = [
        UInt32(truncatingIfNeeded: q >> 32) ^ c.y ^ k.x, UInt32(truncatingIfNeeded: q),
        UInt32(truncatingIfNeeded: p >> 32) ^ c.w ^ k.y, UInt32(truncatingIfNeeded: p),
      ]
      k = k &+ [0x9E37_79B9, 0xBB67_AE85]
    }
    return c
  }
}

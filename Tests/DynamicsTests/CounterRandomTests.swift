import Foundation
import Mathematics
import Testing

struct CounterRandomTests {
  /// Known answers of Random123's kat_vectors for philox4x32-10.
  @Test func referenceGivesKnownAnswers() {
    #expect(
      philox(counter: [0, 0, 0, 0], key: [0, 0]) == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
    let ones = UInt32.max
    #expect(
      philox(counter: [ones, ones, ones, ones], key: [ones, ones])
        == [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd])
  }

  /// The engine's numbers equal those of the reference, through the polar form of two blocks.
  @Test func numbersFollowFromTheGenerator() {
    for (seed, id, step) in [
      (UInt64(0), Int32(0), Int64(0)), (2026, 7, 12345), (0xdead_beef_0123_4567, 99_999, 1 << 40),
      (.max, .max, .max),
    ] {
      let random = CounterRandom(seed: seed)
      for purpose in [CounterRandom.Purpose.velocity, .noise] {
        let found = random.normal3(purpose, id: id, step: step)
        let key = [UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)]
        let time = UInt64(bitPattern: step)
        func pair(_ word: UInt32) -> (Double, Double) {
          let c = philox(
            counter: [UInt32(bitPattern: id), word, UInt32(truncatingIfNeeded: time), UInt32(time >> 32)],
            key: key)
          let u = (Double(UInt64(c[0]) << 21 ^ UInt64(c[1]) >> 11) + 0.5) / 9_007_199_254_740_992
          let v = Double(UInt64(c[2]) << 21 ^ UInt64(c[3]) >> 11) / 9_007_199_254_740_992
          let radius = (-2 * log(u)).squareRoot()
          return (radius * cos(2 * .pi * v), radius * sin(2 * .pi * v))
        }
        let (first, second) = (pair(purpose.rawValue), pair(purpose.rawValue | 0x8000_0000))
        #expect(found == SIMD3(first.0, first.1, second.0))
      }
    }
  }

  /// Moments of 300,000 numbers within four standard errors: 1/√n, √(2/n), √(15/n), √(96/n).
  @Test func numbersAreNormal() {
    let random = CounterRandom(seed: 42)
    var sums = [Double](repeating: 0, count: 4)
    var products = [Double](repeating: 0, count: 3)
    let draws = 100_000
    for id in 0..<Int32(100) {
      for step in 0..<Int64(draws / 100) {
        let v = random.normal3(.noise, id: id, step: step)
        for k in 0..<3 {
          for power in 0..<4 { sums[power] += pow(v[k], Double(power + 1)) }
          products[k] += v[k] * v[(k + 1) % 3]
        }
      }
    }
    let n = Double(3 * draws)
    #expect(abs(sums[0] / n) < 4 / n.squareRoot())
    #expect(abs(sums[1] / n - 1) < 4 * (2 / n).squareRoot())
    #expect(abs(sums[2] / n) < 4 * (15 / n).squareRoot())
    #expect(abs(sums[3] / n - 3) < 4 * (96 / n).squareRoot())
    for product in products { #expect(abs(product / Double(draws)) < 4 / Double(draws).squareRoot()) }
  }

  @Test func numbersDependOnWhatTheyAreFor() {
    let a = CounterRandom(seed: 1)
    let b = CounterRandom(seed: 2)
    let v = a.normal3(.noise, id: 3, step: 4)
    #expect(v == a.normal3(.noise, id: 3, step: 4))
    #expect(v != b.normal3(.noise, id: 3, step: 4))
    #expect(v != a.normal3(.velocity, id: 3, step: 4))
    #expect(v != a.normal3(.noise, id: 4, step: 4))
    #expect(v != a.normal3(.noise, id: 3, step: 5))
  }

  /// Philox 4×32 with ten rounds, as written in Salmon et al. (2011).
  private func philox(counter: [UInt32], key: [UInt32]) -> [UInt32] {
    var (c, k) = (counter, key)
    for _ in 0..<10 {
      let (high0, low0) = c[0].multipliedFullWidthWords(by: 0xD251_1F53)
      let (high1, low1) = c[2].multipliedFullWidthWords(by: 0xCD9E_8D57)
      c = [high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0]
      k = [k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85]
    }
    return c
  }
}

extension UInt32 {
  fileprivate func multipliedFullWidthWords(by other: UInt32) -> (high: UInt32, low: UInt32) {
    let product = multipliedFullWidth(by: other)
    return (product.high, product.low)
  }
}

import RealModule
import SyntheticObservables
import Testing

@testable import Analysis
@testable import Crystal
@testable import Mathematics
@testable import Mechanism

struct MotionObservableTests {
  private func brownian(ions: Int, frames: Int, together: Bool, _ random: inout RandomNumbers) -> HandMade {
    var made = HandMade(cell: Cell(cubic: 15))
    var r: [Vector3] = (0..<ions).map { _ in
      [15 * random.uniform(), 15 * random.uniform(), 15 * random.uniform()]
    }
    let step = (2 * 0.2 * made.interval_ps).squareRoot()
    for _ in 0..<frames {
      made.cations.append(r)
      let common = random.vector() * step
      for i in r.indices { r[i] += together ? common : random.vector() * step }
    }
    return made
  }

  /// Independent ions have a Haven ratio of 1, N ions that move as one have 1/N; D_σ is N D then.
  @Test(arguments: [false, true]) func havenRatio(together: Bool) throws {
    var random = RandomNumbers(seed: 12)
    let made = brownian(ions: 20, frames: 4000, together: together, &random)
    let result = try made.observe(CollectiveDisplacement(system: made.system))
    let value = try #require(result.values.first { $0.observable == "haven-ratio" })
    let ratio = try #require(value.mean)
    if together {
      #expect(abs(ratio - 0.05) < 1e-6)
    } else {
      let error = try #require(standardError(value.blocks.compactMap(\.self)))
      // t with four degrees of freedom: 4.6 errors at 1 %.
      #expect(abs(ratio - 1) < 4.6 * error && error < 0.6)
      let alpha = try #require(result.curve("non-gaussian"))
      for place in 0..<20 { #expect(abs(try #require(alpha.mean[place])) < 0.1) }
    }
  }

  /// Brownian ions: 4πr²G_s is Maxwell's distribution; the other ions are an ideal gas, G_d = 1.
  @Test func vanHove() throws {
    var random = RandomNumbers(seed: 13)
    let made = brownian(ions: 40, frames: 600, together: false, &random)
    let result = try made.observe(VanHove(system: made.system))
    let own = try #require(result.curve("van-hove-self", "Na, 0.5 ps"))
    let variance = 2 * 0.2 * 0.5
    var area = 0.0
    for (r, value) in zip(own.x, own.mean) {
      let exact =
        4 * Double.pi * r * r * Double.exp(-r * r / (2 * variance))
        / Double.pow(2 * Double.pi * variance, 1.5)
      // 600 × 40 displacements in bins of 0.1 Å, of which 12,000 are independent.
      #expect(abs(try #require(value) - exact) < 0.08)
      area += try #require(value) * VanHove.bin_A
    }
    #expect(abs(area - 1) < 1e-9)
    let others = try #require(result.curve("van-hove-distinct", "Na, 0.5 ps"))
    for place in stride(from: 20, to: 100, by: 10) {
      // Five blocks' errors are t distributed with four degrees of freedom: 8.6 errors at 1 in 1000.
      let off = abs(try #require(others.mean[place]) - 1)
      #expect(off < 8.6 * others.error(place) && others.error(place) < 0.06)
    }
  }

  /// Pairs of streamed frames are those that a double loop finds, at each lag.
  @Test func lagsAgainstAllPairs() {
    let count = 300
    var lags = FrameLags<Int>(frameCount: count)
    var seen = [[(Int, Int)]](repeating: [], count: lags.lags.count)
    for index in 0..<count {
      lags.add(index * 7, index: index) { old, frame, place in
        #expect(frame == old * 7)
        seen[place].append((old, index))
      }
    }
    #expect(lags.lags.last.map { $0 <= count / 2 && $0 > count / 2 - 16 } == true)
    for (place, lag) in lags.lags.enumerated() {
      // Level l takes frames that are multiples of 2^l.
      let spacing = lag < 16 ? 1 : 1 << (Int(Double.log2(Double(lag))) - 3)
      let wanted = stride(from: 0, to: count - lag, by: spacing).map { ($0, $0 + lag) }
      #expect(seen[place].map(\.0) == wanted.map(\.0) && seen[place].map(\.1) == wanted.map(\.1))
    }
  }
}

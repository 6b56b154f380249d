import Analysis

struct Generator: RandomNumberGenerator {
  var state: UInt64 = 1
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 31)
  }
}

// Forty ions on random walks with D = 0.6 Å²/ps: 2000 frames, one every 0.1 ps; [frame][ion], Å, unwrapped.
var random = Generator()
var positions = [[SIMD3<Double>](repeating: .zero, count: 40)]
for frame in 1..<2000 {
  positions.append(positions[frame - 1].map { $0 + SIMD3.random(in: -0.6...0.6, using: &random) })
}

let diffusivity = try DiffusivityEstimate(positions: positions, interval_ps: 0.1)
if let value = diffusivity.value_A2_per_ps, let interval = diffusivity.interval(level: 0.95) {
  print("D = \(value) Å²/ps, 95 % interval \(interval.lowerBound) to \(interval.upperBound) Å²/ps")
}

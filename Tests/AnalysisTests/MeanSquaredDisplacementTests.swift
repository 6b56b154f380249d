import SyntheticObservables
import Testing

@testable import Analysis

struct MeanSquaredDisplacementTests {
  private func bruteForce(_ r: [Double], frames: Int, ions: Int) -> [Double] {
    (0..<frames).map { lag in
      var sum = 0.0
      for i in 0..<(frames - lag) {
        for k in 0..<(3 * ions) {
          let d = r[(i + lag) * 3 * ions + k] - r[i * 3 * ions + k]
          sum += d * d
        }
      }
      return sum / Double((frames - lag) * ions)
    }
  }

  /// Relative 1e-9: the FFT loses about the ratio of the largest to the least value, 1e4 here, of 1e-16.
  @Test(arguments: [2, 3, 7, 64, 101, 250])
  func equalsDoubleLoop(frames: Int) throws {
    var random = RandomNumbers(seed: UInt64(frames))
    let ions = 3
    var r = (0..<(3 * ions)).map { _ in 1000 * random.normal() }
    for index in (3 * ions)..<(3 * ions * frames) { r.append(r[index - 3 * ions] + random.normal()) }
    let fast = try meanSquaredDisplacement(positions: r, frameCount: frames, ionCount: ions)
    let slow = bruteForce(r, frames: frames, ions: ions)
    #expect(fast.count == frames)
    #expect(fast[0] == 0)
    for (a, b) in zip(fast, slow).dropFirst() { #expect(abs(a / b - 1) < 1e-9) }
  }

  /// An ion in uniform motion: v² t², to rounding.
  @Test func uniformMotion() throws {
    let r = (0..<50).flatMap { [Double($0), 2 * Double($0), -2 * Double($0)] }
    let msd = try meanSquaredDisplacement(positions: r, frameCount: 50, ionCount: 1)
    for (lag, value) in msd.enumerated() { #expect(abs(value - 9 * Double(lag * lag)) < 1e-9) }
  }

  @Test func accumulatorGivesTheSameInBlocksOfIonsAndOfTime() throws {
    let run = SyntheticRun(ionCount: 6, frameCount: 101, frameInterval_ps: 0.1)
    var random = RandomNumbers(seed: 5)
    let paths = run.brownian(diffusivity: 1, &random)
    let whole = try run.mobility(paths)
    let msd = try meanSquaredDisplacement(
      positions: paths.map(Double.init), frameCount: 101, ionCount: 6)
    for (a, b) in zip(whole.msd_A2, msd).dropFirst() { #expect(abs(a / b - 1) < 1e-9) }

    // Blocks of 21 frames share the frame between them.
    #expect(whole.blockMSD_A2.count == 5)
    for (block, values) in whole.blockMSD_A2.enumerated() {
      let part = Array(paths[(block * 20 * 18)..<((block * 20 + 21) * 18)]).map(Double.init)
      let wanted = try meanSquaredDisplacement(positions: part, frameCount: 21, ionCount: 6)
      for (a, b) in zip(values, wanted).dropFirst() { #expect(abs(a / b - 1) < 1e-9) }
    }

    // Two ions, then four.
    let accumulator = try RunMobilityAccumulator(frameCount: 101, frameInterval_ps: 0.1)
    let frames = (0..<101).map { Array(paths[($0 * 18)..<($0 * 18 + 18)]) }
    let first = frames.flatMap { $0[..<6] }
    let rest = frames.flatMap { $0[6...] }
    try accumulator.add(ions: first, ionCount: 2)
    try accumulator.add(ions: rest, ionCount: 4)
    #expect(try accumulator.finish() == whole)
  }

  @Test func driftOfTheFrameworkIsTakenOff() throws {
    let run = SyntheticRun(ionCount: 4, frameCount: 64, frameInterval_ps: 0.1)
    var random = RandomNumbers(seed: 8)
    let paths = run.latticeWalk(step: 0.5, &random)
    // Multiples of 1/256 Å: adding and subtracting them is exact.
    let drift = (0..<64).map { SIMD3<Float>(Float($0) / 4, -Float($0 * $0) / 256, 1) }
    var moved = paths
    for index in moved.indices { moved[index] += drift[index / 12][index % 3] }
    // Bodies of masses 1 and 3 whose centre of mass is where the drift is.
    let bodies = drift.flatMap { [$0.x + 3, $0.y, $0.z, $0.x - 1, $0.y, $0.z] }
    var reference = try ReferencePath(frameCount: 64)
    try reference.add(bodies, masses_amu: [1, 3])
    #expect(try run.mobility(moved, reference: reference.finish()) == run.mobility(paths))
    #expect(try run.mobility(moved).msd_A2 != run.mobility(paths).msd_A2)
  }

  /// α₂ is 0 for Gaussian displacements; for a jump of fixed length in a fraction p of all displacements it
  /// is 3 / (5 p) − 1.
  @Test func nonGaussianParameter() throws {
    var random = RandomNumbers(seed: 2)
    let run = SyntheticRun(ionCount: 200, frameCount: 201, frameInterval_ps: 0.1)
    let brownian = try run.mobility(run.brownian(diffusivity: 1, &random))
    // 40,000 displacements: the error of α₂ at the first lag is about 0.01.
    #expect(abs(brownian.nonGaussian[0]) < 0.04)
    let jumps = try run.mobility(run.hops(rate: 0.1, length: 1, &random))
    // p = 1 − exp(−0.01), up to the few frames with two hops; 400 jumps give it to 5 %.
    #expect(abs(jumps.nonGaussian[0] / (0.6 / 0.01) - 1) < 0.2)
  }
}

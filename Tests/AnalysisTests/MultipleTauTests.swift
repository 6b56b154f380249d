import Analysis
import Foundation
import Mathematics
import Mechanism
import RealModule
import Testing

@Suite struct MultipleTauTests {
  /// A random walk of a few ions, `[sample][ion][3]`.
  private static func walk(samples: Int, ions: Int, step: Double) -> [Float] {
    var random = SystemRandomNumberGenerator64(seed: 3)
    var at = [Double](repeating: 0, count: 3 * ions)
    return (0..<samples).flatMap { _ -> [Float] in
      defer { for k in at.indices { at[k] += step * random.sign() } }
      return at.map { Float($0) }
    }
  }

  private struct SystemRandomNumberGenerator64 {
    var state: UInt64
    init(seed: UInt64) { state = seed }
    mutating func sign() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 63 == 0 ? -1 : 1
    }
  }

  /// Lags of level 0 use every origin: there the result is the mean squared displacement of the record's
  /// analysis, computed by Fourier transforms in double precision (1e-9). At longer lags fewer origins are
  /// used, and the sums of fourth powers of a walk by ±1 along three axes follow: ⟨r²⟩ = 3n, ⟨r⁴⟩ = 15n² −
  /// 6n, to three standard errors of some 4,000 origins.
  @Test func displacementsOfAWalk() throws {
    let (samples, ions) = (2001, 40)
    let paths = Self.walk(samples: samples, ions: ions, step: 1)
    let estimator = MultipleTauEstimator.multipleTau(sampleCount: samples)
    #expect(Array(estimator.lags.prefix(24)) == Array(1..<16) + [16, 18, 20, 22, 24, 26, 28, 30, 32])
    #expect(estimator.lags.last == 1920)
    let blocks = (0..<samples).map { max(0, $0 - 1) / 400 }
    let second = estimator.displacements(paths, blocks: blocks, members: ions)
    let fourth = estimator.displacements(paths, blocks: blocks, members: ions, power: 2)
    func mean(_ sums: MultipleTauEstimator.Sums, _ index: Int) -> Double {
      sums.sums.reduce(0) { $0 + $1[index] } / sums.counts.reduce(0) { $0 + $1[index] }
    }
    let accumulator = try RunMobilityAccumulator(frameCount: samples, frameInterval_ps: 0.05)
    try accumulator.add(ions: paths, ionCount: ions)
    let mobility = try accumulator.finish()
    for lag in 1..<16 {
      #expect(abs(mean(second, lag - 1) - mobility.msd_A2[lag]) < 1e-9 * mobility.msd_A2[lag])
    }
    for (index, lag) in estimator.lags.enumerated() where lag <= 60 {
      let n = Double(lag)
      // Independent displacements: of each ion one after the other. Var r² = 6n² − 6n, var r⁴ < 200 n⁴.
      let count = Double(ions * samples / lag)
      #expect(abs(mean(second, index) - 3 * n) <= 3 * (6 * n * n / count).squareRoot() + 1e-9, "\(lag)")
      #expect(
        abs(mean(fourth, index) - (15 * n * n - 6 * n)) <= 3 * n * n * (200 / count).squareRoot(), "\(lag)")
    }
    // Both ends in a block of 400: 400 − lag pairs, one more in the first.
    #expect(second.counts[0][4] == Double(ions * 396) && second.counts[4][4] == Double(ions * 395))
    #expect(second.counts[5][4] == Double(ions * 5 * 4))
  }

  /// A body that rotates uniformly about z: for vectors at an angle θ to the axis, u·u′ = cos²θ + sin²θ cos
  /// ωt.
  @Test func orientationsOfAnEvenTurn() {
    let (samples, speed) = (300, 0.02)
    let turns = (0..<samples).flatMap { sample -> [Float] in
      let half = speed * Double(sample) / 2
      return [Float(Double.cos(half)), 0, 0, Float(Double.sin(half))]
    }
    let vectors: [Vector3] = [[1, 0, 0], [0, 0.6, 0.8], [0, 0, 1]]
    let estimator = MultipleTauEstimator.multipleTau(sampleCount: samples)
    let blocks = [Int](repeating: 0, count: samples)
    for degree in [1, 2] {
      let sums = estimator.orientations(turns, vectors: vectors, degree: degree, blocks: blocks, members: 1)
      for (index, lag) in estimator.lags.enumerated() {
        let turn = Double.cos(speed * Double(lag))
        let cosines = [turn, 0.64 + 0.36 * turn, 1]
        let wanted = cosines.map { degree == 1 ? $0 : 1.5 * $0 * $0 - 0.5 }.reduce(0, +) / 3
        // Quaternions in single precision.
        #expect(abs(sums.sums[0][index] / sums.counts[0][index] - wanted) < 1e-6)
      }
    }
  }

  /// A cosine of two periods within the channels, from every 32nd origin.
  @Test func productsOfAnOscillation() {
    let velocities = (0..<640).flatMap { [Float(Double.cos(Double($0) * 2 * Double.pi / 128)), 0, 0] }
    let estimator = MultipleTauEstimator.linear(sampleCount: 640)
    #expect(estimator.lags == Array(0..<256))
    let sums = estimator.products(velocities, blocks: [Int](repeating: 0, count: 640), members: 1)
    for lag in [0, 32, 64, 128] {
      #expect(sums.counts[0][lag] == Double((640 - lag + 31) / 32))
      // Origins at whole quarters of a period: cos² averages to ½ over an even number of them.
      let wanted = 0.5 * Double.cos(Double(lag) * 2 * Double.pi / 128)
      #expect(abs(sums.sums[0][lag] / sums.counts[0][lag] - wanted) < 1e-6)
    }
  }
}

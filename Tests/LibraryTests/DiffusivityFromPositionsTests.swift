import Analysis
import Testing

/// Arrays of positions give what the accumulator of a study's run gives.
struct DiffusivityFromPositionsTests {
  /// Steps of ±1/2 Å along each axis, which single precision holds exactly.
  private func walk(ions: Int, frames: Int, seed: UInt64) -> [[SIMD3<Double>]] {
    var state = seed
    func step() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 63 == 0 ? 0.5 : -0.5
    }
    var positions = [[SIMD3<Double>](repeating: .zero, count: ions)]
    for frame in 1..<frames {
      positions.append(positions[frame - 1].map { $0 + SIMD3(step(), step(), step()) })
    }
    return positions
  }

  @Test func equalsTheAccumulator() throws {
    let positions = walk(ions: 8, frames: 400, seed: 3)
    let accumulator = try RunMobilityAccumulator(frameCount: 400, frameInterval_ps: 0.2)
    try accumulator.add(
      ions: positions.flatMap { $0.flatMap { [Float($0.x), Float($0.y), Float($0.z)] } }, ionCount: 8)
    let wanted = try estimateDiffusivity(runs: [accumulator.finish()])
    let found = try DiffusivityEstimate(positions: positions, interval_ps: 0.2)
    #expect(found == wanted)
    // Far from the origin, and against a reference that moves: the same displacements.
    let moved = positions.enumerated().map { frame, ions in
      ions.map { $0 + SIMD3(1e6 + 0.25 * Double(frame), -1e6, 0) }
    }
    let reference = (0..<400).map { SIMD3(0.25 * Double($0), 0, 0) }
    #expect(try DiffusivityEstimate(positions: moved, interval_ps: 0.2, reference: reference) == wanted)
  }

  @Test func replicasGiveOneEstimate() throws {
    let runs = (1...5).map { walk(ions: 8, frames: 400, seed: $0) }
    let estimate = try DiffusivityEstimate(runs: runs, interval_ps: 0.2)
    #expect(estimate.errorSource == .likelihood)
    // 3 · 0.5² / (6 · 0.2), by the estimate's own error.
    let error = try #require(estimate.standardError_A2_per_ps)
    #expect(abs((estimate.value_A2_per_ps ?? 0) - 0.625) < 4 * error)
    #expect(error < 0.0625)
  }

  @Test func unlikeFramesAreRefused() {
    var positions = walk(ions: 3, frames: 20, seed: 1)
    positions[7].removeLast()
    #expect(throws: AnalysisError.wrongCount(what: "ions of frame 7", found: 2, wanted: 3)) {
      try DiffusivityEstimate(positions: positions, interval_ps: 0.1)
    }
    #expect(throws: AnalysisError.tooFewFrames(found: 0, wanted: 2)) {
      try DiffusivityEstimate(positions: [], interval_ps: 0.1)
    }
    #expect(throws: AnalysisError.empty(what: "ions")) {
      try DiffusivityEstimate(positions: [[], []], interval_ps: 0.1)
    }
  }
}

import SyntheticObservables
import Testing

@testable import Analysis
@testable import Results

struct BadInputTests {
  @Test(arguments: [0, 1]) func tooFewFrames(frames: Int) {
    #expect(throws: AnalysisError.tooFewFrames(found: frames, wanted: 2)) {
      _ = try RunMobilityAccumulator(frameCount: frames, frameInterval_ps: 0.1)
    }
    #expect(throws: AnalysisError.tooFewFrames(found: frames, wanted: 2)) {
      _ = try meanSquaredDisplacement(
        positions: [Double](repeating: 0, count: 3 * frames), frameCount: frames, ionCount: 1)
    }
    #expect(throws: AnalysisError.self) { _ = try ReferencePath(frameCount: frames) }
  }

  @Test func notFiniteNamesFrameAndIonAndHarmsNothing() throws {
    let run = SyntheticRun(ionCount: 2, frameCount: 10, frameInterval_ps: 1)
    let accumulator = try RunMobilityAccumulator(frameCount: 10, frameInterval_ps: 1)
    try accumulator.add(ions: run.still, ionCount: 2)
    let before = try accumulator.finish()
    var bad = run.still
    bad[7 * 6 + 3 + 1] = .nan
    #expect(throws: AnalysisError.notFinite(what: "mobile ions", frame: 7, ion: 1)) {
      try accumulator.add(ions: bad, ionCount: 2)
    }
    #expect(try accumulator.finish() == before)
    let text = AnalysisError.notFinite(what: "mobile ions", frame: 7, ion: 1).description
    #expect(text.contains("frame 7") && text.contains("ion 1"))
  }

  @Test func wrongCounts() throws {
    let accumulator = try RunMobilityAccumulator(frameCount: 10, frameInterval_ps: 1)
    #expect(throws: AnalysisError.self) { try accumulator.add(ions: [0, 1, 2], ionCount: 1) }
    #expect(throws: AnalysisError.self) { try accumulator.add(ions: [], ionCount: 0) }
    #expect(throws: AnalysisError.empty(what: "mobile ions")) { _ = try accumulator.finish() }
    #expect(throws: AnalysisError.wrongCount(what: "reference path [frame][3]", found: 3, wanted: 30)) {
      _ = try RunMobilityAccumulator(frameCount: 10, frameInterval_ps: 1, reference: [0, 0, 0])
    }
  }

  @Test(arguments: [0, -1, Double.nan, .infinity]) func badIntervalsVolumesTemperatures(value: Double) throws
  {
    #expect(throws: AnalysisError.self) {
      _ = try RunMobilityAccumulator(frameCount: 10, frameInterval_ps: value)
    }
    #expect(throws: AnalysisError.self) {
      _ = try NernstEinstein(ionCount: 1, formalCharge_e: 1, volume_A3: value)
    }
    let run = SyntheticRun(ionCount: 2, frameCount: 100, frameInterval_ps: 1)
    let mobility = try run.mobility(run.still)
    let parameters = PoolingParameters(formalCharge_e: 1)
    #expect(throws: AnalysisError.self) {
      _ = try poolTemperature(
        temperature_K: value, runs: [mobility], volume_A3: 100, parameters: parameters)
    }
    #expect(throws: AnalysisError.self) {
      _ = try summariseSet(point: [:], temperatures: [], extrapolateTo_K: [value])
    }
    #expect(throws: AnalysisError.self) {
      _ = try estimateDiffusivity(
        runs: [mobility], parameters: DiffusivityParameters(firstLag_ps: value))
    }
  }

  @Test func runsThatDoNotBelongTogether() throws {
    let fine = SyntheticRun(ionCount: 2, frameCount: 100, frameInterval_ps: 1)
    let coarse = SyntheticRun(ionCount: 2, frameCount: 100, frameInterval_ps: 2)
    let larger = SyntheticRun(ionCount: 3, frameCount: 100, frameInterval_ps: 1)
    let first = try fine.mobility(fine.still)
    let parameters = PoolingParameters(formalCharge_e: 1)
    #expect(throws: AnalysisError.mismatch(what: "frame interval, ps", first: 1, second: 2)) {
      _ = try estimateDiffusivity(runs: [first, coarse.mobility(coarse.still)])
    }
    #expect(throws: AnalysisError.mismatch(what: "mobile ions", first: 2, second: 3)) {
      _ = try poolTemperature(
        temperature_K: 300, runs: [first, larger.mobility(larger.still)], volume_A3: 100,
        parameters: parameters)
    }
    #expect(throws: AnalysisError.self) {
      _ = try poolTemperature(temperature_K: 300, runs: [], volume_A3: 100, parameters: parameters)
    }
  }

  /// Runs too short for blocks, lags or moments give a warning and do not crash.
  @Test(arguments: [2, 3, 5, 12, 26, 40]) func shortRuns(frames: Int) throws {
    let run = SyntheticRun(ionCount: 3, frameCount: frames, frameInterval_ps: 0.05)
    var random = RandomNumbers(seed: 1)
    let mobility = try run.mobility(run.brownian(diffusivity: 0.1, &random))
    for replicas in [1, 2, 6] {
      let pooled = try poolTemperature(
        temperature_K: 300, runs: [RunMobility](repeating: mobility, count: replicas), volume_A3: 100,
        parameters: PoolingParameters(
          formalCharge_e: 1, activeCutoff: .squaredDisplacement(A2: 1)))
      let isMeasured = pooled.summary.diffusivity_A2_per_ps != nil
      #expect(isMeasured == (pooled.summary.diffusivityInterval95_cm2_per_s != nil))
      #expect(isMeasured == (pooled.summary.upperBound_A2_per_ps == nil))
      #expect(isMeasured || !pooled.summary.notes.isEmpty)
      #expect(!isMeasured || frames > 12)
    }
  }
}

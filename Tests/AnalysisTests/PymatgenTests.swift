import Foundation
import SyntheticObservables
import TestSupport
import Testing

@testable import Analysis

/// Against pymatgen-analysis-diffusion, which shares no code with ours.
@Suite(.needs(.python))
struct PymatgenTests {
  private struct Answer: Decodable {
    var lag_fs: [Int]
    var msd_A2: [Double]
    var diffusivity_cm2_per_s: Double
  }

  private func ask(file: URL, mobile: Int, interval_fs: Int, observations: Int) throws -> Answer {
    let script = try #require(Bundle.module.url(forResource: "Resources/pymatgen_msd", withExtension: "py"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(Python.path))
    process.arguments = [script.path, file.path, "\(mobile)", "\(interval_fs)", "\(observations)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
    return try JSONDecoder().decode(Answer.self, from: output)
  }

  /// MSD at its lags and D by its window and an ordinary fit, both to 1e-6 (asked for; the arithmetic of
  /// both is good to about 1e-12, and the coordinates are exact in single precision).
  private func compare(_ run: RunMobility, with answer: Answer, interval_fs: Int) throws {
    #expect(answer.lag_fs.count > 20)
    let lags = answer.lag_fs.map { $0 / interval_fs }
    for (lag, theirs) in zip(lags, answer.msd_A2) {
      #expect(abs(run.msd_A2[lag] / theirs - 1) < 1e-6)
    }
    let slope = try ordinaryLeastSquaresSlope(
      x: lags.map { Double($0) * run.frameInterval_ps }, y: lags.map { run.msd_A2[$0] })
    // 1 Å²/ps is 1e-4 cm²/s.
    #expect(abs(slope / 6 * 1e-4 / answer.diffusivity_cm2_per_s - 1) < 1e-6)
  }

  @Test func bundledTrajectory() throws {
    let file = try #require(Bundle.module.url(forResource: "Resources/trajectory", withExtension: "txt"))
    let frames = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
      try line.split(separator: " ").map { try #require(Float($0)) }
    }
    // Four Na, then four B; equal masses, as pymatgen takes the mean of the framework's displacements.
    var drift = try ReferencePath(frameCount: frames.count)
    try drift.add(frames.flatMap { $0[12...] }, masses_amu: [1, 1, 1, 1])
    let accumulator = try RunMobilityAccumulator(
      frameCount: frames.count, frameInterval_ps: 0.1, reference: drift.finish())
    try accumulator.add(ions: frames.flatMap { $0[..<12] }, ionCount: 4)
    let answer = try ask(file: file, mobile: 4, interval_fs: 100, observations: 8)
    try compare(accumulator.finish(), with: answer, interval_fs: 100)
  }

  /// Steps of half an Ångström on each axis in each frame.
  @Test func exactRandomWalk() throws {
    let run = SyntheticRun(ionCount: 10, frameCount: 300, frameInterval_ps: 0.1)
    var random = RandomNumbers(seed: 3)
    let paths = run.latticeWalk(step: 0.5, &random)
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("walk-\(UUID()).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    // A framework atom that does not move: pymatgen needs one to subtract the drift.
    let lines = (0..<run.frameCount).map { frame in
      (paths[(frame * 30)..<(frame * 30 + 30)].map { "\($0)" } + ["0", "0", "0"]).joined(separator: " ")
    }
    try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    let answer = try ask(file: file, mobile: 10, interval_fs: 100, observations: 20)
    try compare(run.mobility(paths), with: answer, interval_fs: 100)
  }
}

import Foundation
import TestSupport
import Testing

extension WithRanks {
  /// Studies whose runs go side by side on the cores of this machine.
  @Suite struct SideBySideRunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private func manifest(sample: String) -> SmallStudy {
      var manifest = SmallStudy()
      manifest.stages = "{relax: {force: 5 eV/Å}, equilibrate: 10 fs, sample: \(sample)}"
      manifest.temperatures = "[600 K, 700 K, 800 K]"
      manifest.resources = "{ranks: auto}"
      return manifest
    }

    /// Bit for bit what each run gives by itself on as many ranks; and the ranks are kept.
    @Test func theBitsAreThoseOfEachRunAlone() throws {
      let manifest = manifest(sample: "40 fs")
      try folder.write(manifest.text, to: "small.yaml")
      let result = try paddlewheel("run", "small.yaml", "--output", "study", in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
      #expect(result.errors.contains("3 runs on 1 rank each"), "\(result.errors)")
      #expect(result.errors.contains("0000-T600K-r1: starts on 1 rank"), "\(result.errors)")
      let study = StudyFolder(path: "\(folder.path)/study")
      let chosen = try String(contentsOfFile: "\(study.path)/ranks.json", encoding: .utf8)
      #expect(chosen.contains("\"2\" : 1"))
      let alone = try manifest.plan(in: folder, as: "alone")
      for index in 0..<3 {
        let ranks = try Ranks(arguments: ["-np", "1", program, "simulate", alone.path, String(index)])
        #expect(ranks.end() == 0, "\(ranks.output)")
        let comparison = try compareRecords(try study.run(index), try alone.run(index))
        #expect(comparison.differences == [])
        #expect(comparison.files == 1 && comparison.datasets > 20)
      }
    }

    /// All that go write checkpoints, and what waits is not started; the same command goes on.
    @Test func cancelEndsTheCommandThatRunsAStudy() throws {
      try folder.write(manifest(sample: "50 ps").text, to: "small.yaml")
      let command = Process()
      command.executableURL = URL(fileURLWithPath: program)
      command.arguments = ["run", "small.yaml", "--output", "study", "--jobs", "2"]
      command.currentDirectoryURL = URL(fileURLWithPath: folder.path)
      command.standardInput = FileHandle.nullDevice
      try Data().write(to: URL(fileURLWithPath: "\(folder.path)/output"))
      command.standardOutput = FileHandle(forWritingAtPath: "\(folder.path)/output")
      command.standardError = command.standardOutput
      try startUnmasked(command)
      defer { if command.isRunning { command.terminate() } }
      let study = StudyFolder(path: "\(folder.path)/study")
      func state(_ index: Int) -> String? { try? study.state(index)["state"] as? String }
      while command.isRunning, state(0) != "running" || state(1) != "running" { usleep(50_000) }
      let status = try paddlewheel("status", "study", in: folder.path)
      #expect(status.output.contains("paddlewheel run is at work on"), "\(status.output)")
      #expect(status.output.contains("queued"), "\(status.output)")
      let why = try paddlewheel("explain", "study", "2", in: folder.path)
      #expect(why.output.contains("waits for its turn in paddlewheel run"), "\(why.output)")

      let cancelled = try paddlewheel("cancel", "study", in: folder.path)
      #expect(cancelled.exitCode == 0, "\(cancelled.errors)")
      #expect(cancelled.output.contains("cancelled: 0000-T600K-r1, 0001-T700K-r1"), "\(cancelled.output)")
      #expect(cancelled.output.contains("not started: 0002-T800K-r1"), "\(cancelled.output)")
      #expect(cancelled.errors.contains("paddlewheel run, process \(command.processIdentifier) of"))
      command.waitUntilExit()
      let text = try String(contentsOfFile: "\(folder.path)/output", encoding: .utf8)
      #expect(command.terminationStatus == 75, "\(text)")
      #expect(text.contains("0002-T800K-r1: skipped: cancelled"), "\(text)")
      for index in 0..<2 {
        #expect(state(index) == "stopped")
        let names = try FileManager.default.contentsOfDirectory(atPath: try study.run(index))
        #expect(names.contains { $0.hasPrefix("checkpoint.") })
      }
      #expect(state(2) == nil)
      #expect(try paddlewheel("explain", "study", "0", in: folder.path).output.contains("It was cancelled."))
    }
  }
}

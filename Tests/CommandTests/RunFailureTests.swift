import Foundation
import Runner
import TestSupport
import Testing

extension WithRanks {
  @Suite struct RunFailureTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    /// A record of some 4 MB.
    private var large: SmallStudy {
      var study = SmallStudy()
      study.record = "{mobile: 1 fs, anions: 1 fs, all: 1 fs, observables: 10 fs, checkpoint: 0.3 s}"
      study.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 2 ps}"
      return study
    }

    @Test(.needs(.smallDisk)) func aRunThatFillsTheDiskGoesOnWhenThereIsRoom() throws {
      let disk = try SmallDisk()
      try folder.write(large.text, to: "small.yaml")
      let study = StudyFolder(path: "\(disk.folder.path)/study")
      let first = try paddlewheel("run", "small.yaml", "--output", study.path, in: folder.path)
      #expect(first.exitCode == 1 || first.exitCode == 3, "\(first.errors)")
      #expect(first.errors.contains("No space left on device"), "\(first.errors)")
      #expect(first.errors.contains("\(try study.run())/"), "\(first.errors)")
      #expect(try study.state()["state"] as? String != "done")

      try disk.grow()
      let second = try paddlewheel("run", "small.yaml", "--output", study.path, in: folder.path)
      #expect(second.exitCode == 0, "\(second.errors)")
      let whole = try large.plan(in: folder, as: "whole")
      try #require(try simulate(whole) == 0)
      let comparison = try compareRecords(try study.run(), try whole.run())
      #expect(comparison.differences == [])
      #expect(comparison.files == 2 && comparison.datasets > 40)
    }

    /// Only rank 1 is limited to files of 200 kB; rank 0 would wait for it for ever.
    @Test func anErrorOnOneRankEndsAll() throws {
      let study = try large.plan(in: folder)
      // If ignored, the signal becomes a write error.
      let limited = "trap '' XFSZ; ulimit -f 200; exec \"$@\""
      let command = [program, "simulate", study.path, "0"]
      // By TCP: Open MPI's own shared memory is a file of some MB.
      let ranks = try Ranks(
        arguments: ["--mca", "btl", "self,tcp", "-np", "1"] + command + [
          ":", "-np", "1", "bash", "-c", limited, "limited",
        ] + command)
      #expect(ranks.end() == 1)
      #expect(ranks.output.contains("\(try study.run())/rank-0001.attempt-1.h5"), "\(ranks.output)")
      #expect(ranks.output.contains("File too large"), "\(ranks.output)")
      #expect(try study.state()["state"] as? String == "failed")
      #expect((try study.state()["message"] as? String)?.contains("rank-0001.attempt-1.h5") == true)

      #expect(try simulate(study) == 0)
      #expect(try study.state()["state"] as? String == "done")
    }

    /// A folder is in the way of the merged file of rank 1.
    @Test func anErrorOfOneRankAtTheEndEndsAll() throws {
      let study = try SmallStudy().plan(in: folder)
      let obstacle = try study.run() + "/rank-0001.h5"
      try FileManager.default.createDirectory(
        atPath: obstacle + "/mine", withIntermediateDirectories: true)
      let ranks = try Ranks(study)
      #expect(ranks.end() == 1)
      #expect(ranks.output.contains(obstacle), "\(ranks.output)")
      #expect(try study.state()["state"] as? String == "failed")

      try FileManager.default.removeItem(atPath: obstacle)
      #expect(try simulate(study) == 0)
      #expect(try study.state()["state"] as? String == "done")
      let result = try paddlewheel("aggregate", study.path, in: folder.path)
      #expect(result.exitCode == 0, "\(result.errors)")
    }

    /// One run of a study fails; the other's results are computed.
    @Test func aFailedRunDoesNotKeepTheOthersFromRunning() throws {
      var manifest = SmallStudy()
      manifest.temperatures = "[700 K, 800 K]"
      let study = try manifest.plan(in: folder)
      let obstacle = try study.run(0) + "/rank-0000.h5"
      try FileManager.default.createDirectory(
        atPath: obstacle + "/mine", withIntermediateDirectories: true)
      let result = try paddlewheel("run", "small.yaml", "--output", study.path, in: folder.path)
      #expect(result.exitCode == 3)
      #expect(result.errors.contains("0000-T700K-r1 failed: "), "\(result.errors)")
      #expect(try study.state(1)["state"] as? String == "done")
      #expect(try study.missing().contains { $0.contains("0000-T700K-r1") })
      #expect(try study.temperatures().map { $0["temperature_K"] as? Double } == [800])

      try FileManager.default.removeItem(atPath: obstacle)
      let again = try paddlewheel("run", "small.yaml", "--output", study.path, in: folder.path)
      #expect(again.exitCode == 0, "\(again.errors)")
      #expect(try study.missing() == [])
    }

    /// Ctrl-C during `run` itself: a checkpoint, 75, and the same command resumes.
    @Test func runStopsWithACheckpointWhenInterrupted() throws {
      var manifest = SmallStudy()
      manifest.stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 1 ps}"
      let study = try manifest.plan(in: folder)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = ["run", "\(folder.path)/small.yaml", "--output", study.path]
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try startUnmasked(process)
      while process.isRunning, study.checkpointStep() < 20 { usleep(2000) }
      try #require(process.isRunning)
      process.interrupt()
      process.waitUntilExit()
      #expect(process.terminationStatus == 75)
      #expect(try study.state()["state"] as? String == "stopped")

      let again = try paddlewheel("run", "small.yaml", "--output", study.path, in: folder.path)
      #expect(again.exitCode == 0, "\(again.errors)")
      let whole = try manifest.plan(in: folder, as: "whole")
      try #require(try simulate(whole) == 0)
      #expect(try compareRecords(try study.run(), try whole.run()).differences == [])
    }
  }
}

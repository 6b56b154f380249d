import Checkpoints
import Foundation
import Logging
import Testing
import Trajectory

@testable import StudyStore
@testable import Support

/// A folder that can't be listed is not taken for an empty one: runs might be submitted twice.
@Test func unlistableFoldersAreErrors() throws {
  try withTemporaryFolder { folder in
    try write("a file", to: "\(folder)/extensions")
    let error = #expect(throws: RunFailure.self) { try ExtensionFolder(study: folder).all() }
    #expect(error?.message.contains("can't list \(folder)/extensions") == true)
    #expect(try ExtensionFolder(study: "\(folder)/nowhere").all().isEmpty)
  }
}

/// A checkpoint of a version that did not write its number reads back too; one without a position does not.
@Test func checkpointPositionsReadBack() throws {
  let checkpoint = RunCheckpoint(
    stage: .sample, stageStep: 120, blocks: 4, lastSteps: ["mobile": 100], energyAtStart_eV: -1.5,
    version: "9.9")
  var content = CheckpointContent(attempt: 2)
  try checkpoint.save(to: &content)
  #expect(content.integers == ["stage_step": [120], "blocks": [4]])
  #expect(content.doubles == ["energy_at_start": [-1.5]])
  #expect(content.text["stage"] == "sample")
  #expect(try RunCheckpoint(content, file: "c.h5") == checkpoint)
  var count = ExtrapolationCount()
  var other = checkpoint
  for atoms in [0, 3, 2] {
    count.add(step: 100 + atoms, time_ps: 0.1, atomsOutside: atoms, largestGrade: 1 + Double(atoms) / 10)
    other.extrapolation = count
    try other.save(to: &content)
    #expect(try RunCheckpoint(content, file: "c.h5") == other)
  }
  #expect(
    count.recordsOutside == 2 && count.mostAtoms == 3 && count.firstStep == 103 && count.largestStep == 103)
  content.text["version"] = nil
  #expect(try RunCheckpoint(content, file: "c.h5").version == nil)
  #expect(try RunCheckpoint(content, file: "c.h5").stageStep == 120)
}

/// What a checkpoint says of the run is named where it makes no sense.
@Test func oddCheckpointPositionsAreNamed() throws {
  func place(_ change: (inout CheckpointContent) -> Void) throws -> String? {
    var content = CheckpointContent(attempt: 2)
    try RunCheckpoint(stage: .sample, stageStep: 120, blocks: 4, lastSteps: ["mobile": 100]).save(
      to: &content)
    change(&content)
    do { _ = try RunCheckpoint(content, file: "c.h5") } catch { return error.place }
    return nil
  }
  #expect(try place { _ in } == nil)
  #expect(try place { $0.text["stage"] = "a stage" } == "/text/stage")
  for odd in [-1, Int64.max, .min] as [Int64] {
    #expect(try place { $0.integers["stage_step"] = [odd] } == "/integers/stage_step")
  }
  for odd in [[], [0], [-1], [1 << 62], [1, 2]] as [[Int64]] {
    #expect(try place { $0.integers["blocks"] = odd } == "/integers/blocks")
  }
  for odd in ["", "[]", "{\"mobile\": -1}", "{\"mobile\": 9223372036854775807}", "{\"mobile\": 1e30}"] {
    #expect(try place { $0.text["last_steps"] = odd } == "/text/last_steps")
  }
  #expect(try place { $0.doubles["energy_at_start"] = [.nan] } == "/doubles/energy_at_start")
  let sound = [9, 2, 3, 103, 0.1, 1.3, 103]
  #expect(try place { $0.doubles["extrapolation"] = sound } == nil)
  for (index, odd) in [(0, -1.0), (0, 0.5), (1, 10), (2, .nan), (3, -2), (5, .infinity), (6, 1e300)] {
    #expect(
      try place {
        $0.doubles["extrapolation"] = sound
        $0.doubles["extrapolation"]?[index] = odd
      } == "/doubles/extrapolation")
  }
  #expect(try place { $0.doubles["extrapolation"] = [1] } == "/doubles/extrapolation")
}

/// A record of a version without end reasons is readable.
@Test func attemptsOfOlderVersionsAreReadable() throws {
  try withTemporaryFolder { folder in
    try write(
      """
      {"attempt": 1, "ended": "stopped", "from": {"stage": "sample", "step": 20}, "host": "n0",
       "message": "cancelled", "pid": 7, "ranks": 2, "started_s": 1.5}
      """, to: "\(folder)/attempt-1.json")
    let record = try #require(AttemptHistory(directory: folder).record(1))
    #expect(record.from == AttemptRecord.Progress(stage: .sample, step: 20))
    #expect(record.reason == nil)
  }
}

/// A line is the time and the message; warnings and errors name their level.
@Test func runLogLinesHaveTheTimeAndTheMessage() throws {
  try withTemporaryFolder { folder in
    let log = Logger(runDirectory: folder)
    log.debug("not shown")
    log.info("sample from step 20")
    log.warning("a checkpoint is damaged")
    let text = try String(contentsOfFile: "\(folder)/log.txt", encoding: .utf8)
    let lines = text.split(separator: "\n").compactMap { $0.split(separator: " ", maxSplits: 1).last }
    #expect(lines == ["sample from step 20", "warning: a checkpoint is damaged"])
    #expect(text.firstMatch(of: #/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ /#) != nil)
  }
}

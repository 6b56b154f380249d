import Checkpoints
import Foundation
import Testing
import Trajectory

@testable import Scheduler
@testable import SlurmCommands
@testable import StudyStore
@testable import Support

/// Records that the program wrote itself, with numbers that it did not write.
@Suite struct OwnRecordTests {
  private func problem(_ record: String, _ check: (InputError) -> Void) throws {
    try withTemporaryFolder { folder in
      _ = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      try FileManager.default.createDirectory(
        atPath: "\(folder)/extensions", withIntermediateDirectories: true)
      try write(record, to: "\(folder)/extensions/0001.json")
      let error = #expect(throws: InputError.self) { try StudyDirectory(opening: folder) }
      if let error {
        #expect(error.place?.file == "\(folder)/extensions/0001.json")
        check(error)
      }
      // The runs are seen all the same, as they were before that record.
      let (study, problem) = try StudyDirectory.open(folder)
      #expect(study.runs == (try plan(plainExample)).runs)
      #expect(problem?.description == error?.description)
    }
  }

  private func record(_ lengths: String, number: String = "1") -> String {
    "{\"number\": \(number), \"created_s\": 1700000000, \"target\": 0.1, \"core_hours\": 1, \"sample_ps\": {\(lengths)}}"
  }

  @Test(arguments: [
    "\"0\": 10000000000000000000", "\"0\": 1e30", "\"0\": 9007199254740993", "\"0\": 0.001", "\"0\": -3",
    "\"0\": 0",
  ]) func lengthsThatNoRunHasAreRefused(_ length: String) throws {
    try problem(record(length)) { error in
      #expect(error.key == "sample_ps.0")
      #expect(error.wanted?.contains("what the run had") == true)
    }
  }

  @Test func runsThatTheStudyLacksAreRefused() throws {
    try problem(record("\"99\": 1e5")) { #expect($0.description.contains("sample_ps.99: found the run 99")) }
    try problem(record("\"-1\": 1e5")) { #expect($0.key == "sample_ps.-1") }
    try problem(record("", number: "2")) { #expect($0.description.contains("number: found 2, wanted 1")) }
  }

  @Test func numbersOfRoundsAreChecked() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/extensions", withIntermediateDirectories: true)
      try write(record("", number: "-5"), to: "\(folder)/extensions/0001.json")
      let error = #expect(throws: RunFailure.self) { try ExtensionFolder(study: folder).all() }
      #expect(error?.message.contains("0001.json: number: found -5, wanted 1 to") == true)
      try write(record(""), to: "\(folder)/extensions/9223372036854775807.json")
      #expect(throws: RunFailure.self) { try ExtensionFolder(study: folder).all() }
    }
  }

  /// A flipped bit of a record is noticed, wherever it is; records of older versions have no digest and are read.
  @Test func flippedBitsAreNoticed() throws {
    let round = StudyExtension(number: 1, created_s: 1.7e9, target: 0.1, coreHours: 2, sample_ps: [0: 12.5])
    let data = try SealedRecord.encode(round)
    #expect(try SealedRecord.decode(StudyExtension.self, from: data) == round)
    #expect(try SealedRecord.decode(StudyExtension.self, from: try fileJSON(round)) == round)
    for place in data.indices {
      var damaged = data
      damaged[place] ^= 1
      do {
        #expect(try SealedRecord.decode(StudyExtension.self, from: damaged) == round, "byte \(place)")
      } catch {}
    }
  }

  /// A state whose numbers would overflow is unknown, and says why.
  @Test(arguments: [
    "\"step\": -9223372036854775808", "\"steps\": 9223372036854775807", "\"time_ps\": -1", "\"attempt\": -1",
  ])
  func oddStatesAreUnknown(_ field: String) throws {
    try withTemporaryFolder { folder in
      let names = ["step": "0", "steps": "10", "time_ps": "0", "wall_time_s": "0", "attempt": "0"]
      let key = String(field.split(separator: "\"")[0])
      let rest = names.filter { $0.key != key }.map { "\"\($0.key)\": \($0.value)" }.sorted()
      try write(
        "{\"state\": \"stopped\", \((rest + [field]).joined(separator: ", "))}", to: "\(folder)/state.json")
      let state = RunState.read(from: "\(folder)/state.json", steps: 10)
      #expect(state.state == .unknown)
      #expect(state.message?.contains("\(key): found") == true, "\(state.message ?? "")")
    }
  }

  @Test func oddClaimsLeaveANextNumber() throws {
    try withTemporaryFolder { folder in
      try write("", to: "\(folder)/rank-0000.attempt-9223372036854775807.h5")
      let history = AttemptHistory(directory: folder)
      #expect(history.newest == 0)
      var record = try taken(history, above: 0)
      #expect(record.attempt == 1)
      record.attempt = 7
      try SealedRecord.encode(record).write(to: URL(fileURLWithPath: "\(folder)/attempt-1.json"))
      #expect(history.record(1) == nil)
      #expect(history.problem(with: 1)?.contains("found attempt 7") == true)
    }
  }

  @Test func oddSubmissionsAreRefused() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/submissions", withIntermediateDirectories: true)
      try write("time-limit: 10 min\n", to: "\(folder)/here.yaml")
      let site = try SiteProfile(contentsOf: "\(folder)/here.yaml")
      let submission = Submission(
        number: 1, created_s: 1, host: "h", pid: 1, site: site, ranks: 1,
        parts: [.init(offset: .min, runs: [0], jobName: "j", job: 1)])
      try SealedRecord.encode(submission).write(to: URL(fileURLWithPath: "\(folder)/submissions/0001.json"))
      let error = #expect(throws: RunFailure.self) { try SubmissionFolder(study: folder).all() }
      #expect(error?.message.contains("parts.0.offset: found \(Int.min)") == true)
    }
  }

  /// What no site profile is read with: a command without a word, and more than a name for a variable.
  @Test(arguments: ["list", "cancel", "submit", "jobVariable", "taskVariable"])
  func oddBatchCommandsAreRefused(_ key: String) throws {
    try withTemporaryFolder { folder in
      var templates = BatchTemplates(
        submit: ["qsub"], array: [], after: [], separator: ":", list: ["qstat"], cancel: ["qdel"],
        arrayName: "{number}[]", taskName: "{number}[{task}]", waiting: [], ended: [], jobVariable: "A",
        taskVariable: "B")
      switch key {
      case "list": templates.list = []
      case "cancel": templates.cancel = [""]
      case "submit": templates.submit = []
      case "jobVariable": templates.jobVariable = "A}; touch /tmp/x; ${A"
      default: templates.taskVariable = ""
      }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/submissions", withIntermediateDirectories: true)
      try write("time-limit: 10 min\n", to: "\(folder)/here.yaml")
      var site = try SiteProfile(contentsOf: "\(folder)/here.yaml")
      site.batch = templates
      let submission = Submission(
        number: 1, created_s: 1, host: "h", pid: 1, site: site, ranks: 1, parts: [])
      try SealedRecord.encode(submission).write(to: URL(fileURLWithPath: "\(folder)/submissions/0001.json"))
      let error = #expect(throws: RunFailure.self) { try SubmissionFolder(study: folder).all() }
      #expect(error?.message.contains("site.batch.\(key)") == true)
    }
  }

  /// Commands are known to those who have submitted with them, and in their jobs.
  @Test func commandsOfOthersAreNotKnown() throws {
    try withTemporaryFolder { folder in
      let site = BatchTemplates(
        submit: ["qsub"], array: [], after: [], separator: ":", list: ["qstat"], cancel: ["qdel"],
        arrayName: "{number}[]", taskName: "{number}[{task}]", waiting: ["Q", "H"], ended: ["F", "X"],
        jobVariable: "A", taskVariable: "B")
      let mine = ["XDG_CONFIG_HOME": folder]
      #expect(!KnownBatchCommands.has(site, environment: mine))
      try KnownBatchCommands.remember(site, environment: mine)
      #expect(KnownBatchCommands.has(site, environment: mine))
      #expect(!KnownBatchCommands.has(site, environment: ["HOME": folder]))
      var other = site
      other.list = ["sh", "-c", "touch mine"]
      #expect(!KnownBatchCommands.has(other, environment: mine))
      let job = [KnownBatchCommands.variable: KnownBatchCommands.digest(site)]
      #expect(KnownBatchCommands.has(site, environment: job))
      #expect(!KnownBatchCommands.has(other, environment: job))
    }
  }
}

/// `--discard-attempt`.
@Suite struct DiscardTests {
  /// A run with two attempts: files of both, and a checkpoint of each.
  private func study(in folder: String) throws -> StudyDirectory {
    let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
    let (path, history) = (study.runPath(0), study.attempts(at: 0))
    for number in 1...2 {
      var record = try taken(history, above: number - 1)
      record.ended = .failed
      record.exitCode = 1
      try history.write(record)
      try CheckpointStore(directory: path).write(CheckpointContent(attempt: number))
      try write("record", to: "\(path)/rank-0000.attempt-\(number).h5")
    }
    return study
  }

  private func names(_ path: String) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: path))
  }

  @Test func theNewestAttemptIsSetAside() throws {
    try withTemporaryFolder { folder in
      let study = try study(in: folder)
      let (aside, files) = try study.discard(DiscardedAttempt(run: 0, attempt: 2))
      #expect(files == ["rank-0000.attempt-2.h5", "checkpoint.b.h5"])
      #expect(try names(aside) == Set(files))
      let left = try names(study.runPath(0))
      #expect(
        left.isSuperset(of: ["rank-0000.attempt-1.h5", "checkpoint.a.h5", "attempt-1.json", "attempt-2.json"])
      )
      #expect(!left.contains("checkpoint.b.h5"))
      #expect(study.state(of: 0).state == .stopped)
      #expect(study.attempts(at: 0).newest == 2)
      #expect(try CheckpointStore(directory: study.runPath(0)).loadNewest()?.content.attempt == 1)
    }
  }

  /// Also where a checkpoint can't be read, and again after an interruption.
  @Test func allOfThemAreSetAside() throws {
    try withTemporaryFolder { folder in
      let study = try study(in: folder)
      try write("damaged", to: "\(study.runPath(0))/checkpoint.a.h5")
      _ = try study.discard(DiscardedAttempt(run: 0, attempt: 1))
      #expect(try CheckpointStore(directory: study.runPath(0)).loadNewest() == nil)
      let (second, files) = try study.discard(DiscardedAttempt(run: 0, attempt: 1))
      #expect(files.isEmpty && second.hasSuffix("discarded-attempt-1.2"))
    }
  }

  @Test func attemptsThatAreNotThereAreRefused() throws {
    try withTemporaryFolder { folder in
      let study = try study(in: folder)
      for attempt in [0, 3, -1] {
        #expect(throws: InputError.self) { try study.discard(DiscardedAttempt(run: 0, attempt: attempt)) }
      }
      #expect(throws: InputError.self) { try study.discard(DiscardedAttempt(run: 1, attempt: 1)) }
      #expect(throws: InputError.self) { try study.discard(DiscardedAttempt(run: 99, attempt: 1)) }
    }
    #expect(DiscardedAttempt("3:2") == DiscardedAttempt(run: 3, attempt: 2))
    for text in ["", "3", "3:", ":2", "a:2", "1:2:3"] { #expect(DiscardedAttempt(text) == nil) }
  }
}

/// A claim that nobody holds.
private func taken(_ history: AttemptHistory, above number: Int) throws -> AttemptRecord {
  guard case .taken(let record) = try history.claim(above: number, ranks: 1, isHeld: { _ in false }) else {
    throw RunFailure("the attempt is held")
  }
  return record
}

import Foundation
import Runner
import Synchronization
import TestSupport
import Testing
import Trajectory

/// Every test that starts ranks: they busy-wait, so that two at once would starve each other.
@Suite(.serialized, .needs(.python, .program("mpirun"))) enum WithRanks {}

/// A manifest of 208 atoms and a few hundred steps, with a checkpoint every few of them.
struct SmallStudy {
  var system = "{structure: na2b12h12-bcc, supercell: [[1, 1, 0], [-1, 1, 0], [0, 0, 2]]}"
  var potential = "paddlewheel-ff"
  var seed = 7
  var forces = "{cutoff: 9 Å}"
  var dynamics = "{ensemble: nvt, timestep: 1 fs}"
  var stages = "{relax: {force: 2 eV/Å}, equilibrate: 20 fs, sample: 0.5 ps}"
  var record = "{mobile: 10 fs, anions: 10 fs, all: 50 fs, observables: 10 fs, checkpoint: 0.03 s}"
  var temperatures = "700 K"
  var analysis = "{active: {cutoff: 2 Å^2}}"
  var ranks = 2
  /// Nil: the ranks alone.
  var resources: String?

  var text: String {
    """
    study: small
    seed: \(seed)
    system: \(system)
    potential: \(potential)
    forces: \(forces)
    dynamics: \(dynamics)
    stages: \(stages)
    record: \(record)
    sweep: {temperature: \(temperatures)}
    analysis: \(analysis)
    resources: \(resources ?? "{ranks: \(ranks)}")

    """
  }

  /// Writes the manifest as `small.yaml` in a folder and the study beside it.
  func plan(in folder: Folder, as name: String = "study") throws -> StudyFolder {
    try folder.write(text, to: "small.yaml")
    let result = try paddlewheel("plan", "small.yaml", "--output", name, in: folder.path)
    try #require(result.exitCode == 0, "\(result.errors)")
    return StudyFolder(path: "\(folder.path)/\(name)")
  }
}

/// A new folder, removed with its last owner.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/command-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }
}

/// Removes a folder when the process exits, which nothing does for a static value.
func removeAtExit(_ folder: Folder) {
  foldersAtExit.withLock { paths in
    if paths.isEmpty {
      atexit {
        foldersAtExit.withLock { for path in $0 { try? FileManager.default.removeItem(atPath: path) } }
      }
    }
    paths.append(folder.path)
  }
}

private let foldersAtExit = Mutex<[String]>([])

/// A study on disk.
struct StudyFolder: Sendable {
  let path: String

  var results: String { "\(path)/results" }

  /// Folders of the runs, in the order of their indices.
  func runs() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: "\(path)/runs").sorted().map { "\(path)/runs/\($0)" }
  }

  func run(_ index: Int = 0) throws -> String { try runs()[index] }

  func log(_ index: Int = 0) -> String {
    (try? String(contentsOfFile: run(index) + "/log.txt", encoding: .utf8)) ?? ""
  }

  /// `state.json`; empty where it is missing.
  func state(_ index: Int = 0) throws -> [String: Any] {
    guard let data = FileManager.default.contents(atPath: try run(index) + "/state.json") else { return [:] }
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  /// The step of the sampling stage of the newest checkpoint, from the log.
  func checkpointStep() -> Int {
    log().matches(of: /checkpoint in sample at step ([0-9]+)/).last.flatMap { Int($0.1) } ?? -1
  }

  /// The step of the newest checkpoint in a stage, from the log.
  func checkpoint(of stage: String) -> Int {
    log().matches(of: /checkpoint in ([A-Za-z0-9_-]+) at step ([0-9]+)/).last { $0.1 == stage }
      .flatMap { Int($0.2) } ?? -1
  }

  func summary() throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(results)/summary.json"))
    return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
  }

  func missing() throws -> [String] { try summary()["missing"] as? [String] ?? [] }

  /// The temperatures of the first set.
  func temperatures() throws -> [[String: Any]] {
    let set = (try summary()["sets"] as? [[String: Any]])?.first
    return set?["temperatures"] as? [[String: Any]] ?? []
  }

  func copy(to path: String) throws -> StudyFolder {
    try FileManager.default.copyItem(atPath: self.path, toPath: path)
    return StudyFolder(path: path)
  }

  /// The bytes of every file below a folder of the study, by relative path.
  func files(in folder: String) throws -> [String: Data] {
    let root = "\(path)/\(folder)"
    var files: [String: Data] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
      var isFolder: ObjCBool = false
      let file = "\(root)/\(name)"
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
        continue
      }
      files[name] = try Data(contentsOf: URL(fileURLWithPath: file))
    }
    return files
  }

  /// The files of results, without what `aggregate` keeps for itself, which has another time.
  func resultFiles() throws -> [String: Data] {
    try files(in: "results").filter { !$0.key.hasPrefix("readings/") }
  }

  /// Makes the next `aggregate` read all runs again.
  func forgetReadings() throws {
    let readings = "\(path)/results/readings"
    guard FileManager.default.fileExists(atPath: readings) else { return }
    try FileManager.default.removeItem(atPath: readings)
  }
}

/// `mpirun … paddlewheel simulate DIR 0`, started in the background.
final class Ranks {
  let process = Process()
  private let folder: Folder
  private var outputPath: String { "\(folder.path)/output" }

  init(_ study: StudyFolder, ranks: Int = 2) throws {
    folder = try Folder()
    try start(["-np", String(ranks)] + [program, "simulate", study.path, "0"])
  }

  /// - Parameter arguments: of mpirun.
  init(arguments: [String]) throws {
    folder = try Folder()
    try start(arguments)
  }

  private func start(_ arguments: [String]) throws {
    try Data().write(to: URL(fileURLWithPath: outputPath))
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["mpirun", "--bind-to", "none"] + arguments
    var variables = ProcessInfo.processInfo.environment
    variables["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
    variables["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
    variables["OMPI_MCA_rmaps_base_oversubscribe"] = "1"
    // A waiting rank must yield to those of other tests.
    variables["OMPI_MCA_mpi_yield_when_idle"] = "1"
    // Shared memory only: Open MPI then looks for no network, which halves its start-up time.
    variables["OMPI_MCA_pml"] = "ob1"
    variables["OMPI_MCA_btl"] = "self,vader"
    process.environment = variables
    process.standardInput = FileHandle.nullDevice
    let output = FileHandle(forWritingAtPath: outputPath)
    process.standardOutput = output
    process.standardError = output
    try startUnmasked(process)
  }

  /// Both streams of all ranks.
  var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

  /// Waits for the end.
  /// - Returns: the exit code of mpirun.
  func end() -> Int32 {
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Waits for the end, and kills mpirun where it does not notice that a rank is dead: Open MPI 4.1 waits for
  /// ever when one dies in the first milliseconds, before it has registered.
  /// - Returns: the exit code of mpirun, or that of the signal.
  func end(within seconds: Double) -> Int32 {
    let limit = Date().addingTimeInterval(seconds)
    while process.isRunning, Date() < limit { usleep(20_000) }
    if process.isRunning {
      for rank in ranks { kill(rank, SIGKILL) }
      kill(process.processIdentifier, SIGKILL)
    }
    return end()
  }

  /// Signals the ranks directly to write a checkpoint and exit, not through mpirun.
  func stop() { for rank in ranks { kill(rank, SIGUSR1) } }

  /// Waits until something is true.
  /// - Returns: false where the ranks exited before.
  func reach(_ isThere: () throws -> Bool) rethrows -> Bool {
    while process.isRunning {
      if try isThere() { return true }
      usleep(2000)
    }
    return false
  }

  /// The processes of the ranks, in their order.
  var ranks: [pid_t] {
    let parent = String(process.processIdentifier)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.sorted().filter { pid in
      guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else { return false }
      // "pid (name) state parent …"
      let text = String(decoding: data, as: UTF8.self)
      guard let end = text.lastIndex(of: ")") else { return false }
      let fields = text[end...].split(separator: " ")
      return fields.count > 2 && fields[2] == parent
    }
  }
}

/// Simulates run 0 of a study to its end.
/// - Returns: the exit code.
@discardableResult
func simulate(_ study: StudyFolder, ranks: Int = 2) throws -> Int32 { try Ranks(study, ranks: ranks).end() }

/// Kills the last rank in each of some stages once the log has a checkpoint of it, and then simulates the rest.
/// - Parameter moments: stages in their order, each with the least step of the checkpoint.
func killAndResume(_ study: StudyFolder, ranks: Int = 2, at moments: [(stage: String, step: Int)]) throws {
  for moment in moments {
    let run = try Ranks(study, ranks: ranks)
    try #require(run.reach { run.ranks.count == ranks }, "\(run.output)")
    try #require(run.reach { study.checkpoint(of: moment.stage) >= moment.step }, "\(run.output)")
    kill(try #require(run.ranks.last), SIGKILL)
    #expect(run.end(within: 10) != 0)
    #expect(try study.state()["stage"] as? String == moment.stage)
  }
  try #require(try simulate(study, ranks: ranks) == 0, "\(study.log())")
  for moment in moments {
    #expect(study.log().contains(try Regex("resumes \(moment.stage) at step [1-9]")), "\(study.log())")
  }
}

/// The same study without interruption, and without checkpoints within a stage.
func simulateWhole(_ manifest: SmallStudy, ranks: Int = 2, in folder: Folder) throws -> StudyFolder {
  var manifest = manifest
  manifest.record = manifest.record.replacing("checkpoint: 0.03 s", with: "checkpoint: 1 h")
  let study = try manifest.plan(in: folder, as: "whole")
  try #require(try simulate(study, ranks: ranks) == 0, "\(study.log())")
  return study
}

/// Every bit of the records of two runs is the same, and of the correlation functions that they computed.
func expectSame(_ one: StudyFolder, _ other: StudyFolder, ranks: Int = 2) throws {
  let comparison = try compareRecords(try one.run(), try other.run())
  #expect(comparison.differences == [])
  #expect(comparison.files == ranks)
  #expect(comparison.datasets > 20 * ranks, "\(comparison.datasets)")
  let found = try #require(try RunCorrelations(directory: try one.run()))
  let wanted = try #require(try RunCorrelations(directory: try other.run()))
  #expect(found.isComplete && found.series == wanted.series)
  #expect(wanted.series.contains { $0.sums.joined().contains { $0 != 0 } })
}

/// Starts a process that can be signalled: a thread of a pool blocks every signal, and its children inherit
/// that.
func startUnmasked(_ process: Process) throws {
  var none = sigset_t()
  var before = sigset_t()
  sigemptyset(&none)
  pthread_sigmask(SIG_SETMASK, &none, &before)
  defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
  try process.run()
}

// MARK: h5py

struct RecordComparison: Decodable {
  var files: Int
  var datasets: Int
  var differences: [String]
  var largest: Double
}

/// Compares the rank files of two runs by h5py.
func compareRecords(_ a: String, _ b: String, _ options: String...) throws -> RecordComparison {
  let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Peers/compare_records.py").path
  let process = Process()
  process.executableURL = URL(fileURLWithPath: try #require(Python.path))
  process.arguments = [script, a, b] + options
  let pipe = Pipe()
  process.standardOutput = pipe
  try process.run()
  let data = pipe.fileHandleForReading.readDataToEndOfFile()
  process.waitUntilExit()
  try #require(process.terminationStatus == 0)
  return try JSONDecoder().decode(RecordComparison.self, from: data)
}

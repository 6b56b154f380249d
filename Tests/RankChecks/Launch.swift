import Foundation
import RankCheckResults
import TestSupport

/// A process that ran to its end.
public struct Finished: Sendable {
  public var code: Int32
  public var output: String
  public var error: String
}

/// The output of a rank check that failed.
public struct LaunchError: Error, CustomStringConvertible {
  public let description: String
}

/// The built executable of this name: it lies beside the test bundle.
public func builtExecutable(_ name: String) -> URL {
  let bundle = Bundle.allBundles.map(\.bundleURL).first { $0.pathExtension == "xctest" }
  let folder = bundle?.deletingLastPathComponent() ?? Bundle.main.bundleURL
  return folder.appendingPathComponent(name)
}

/// Runs a program and waits for it; its output goes through files, so that no pipe can fill up.
public func execute(_ program: String, _ arguments: [String]) throws -> Finished {
  try withTemporaryFolder { folder in
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = cleanEnvironment()
    let files = ["out", "err"].map { folder.appendingPathComponent($0) }
    for file in files { try Data().write(to: file) }
    let handles = try files.map { try FileHandle(forWritingTo: $0) }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    try process.run()
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    return Finished(code: process.terminationStatus, output: texts[0], error: texts[1])
  }
}

/// MPI in the test process sets variables by which a child process would take itself for a rank of the same job.
private func cleanEnvironment() -> [String: String] {
  var result = ProcessInfo.processInfo.environment.filter { key, _ in
    !["OMPI_", "PMIX_", "ORTE_", "PRTE_"].contains { key.hasPrefix($0) }
  }
  // Tests also run in containers, as root.
  result["OMPI_ALLOW_RUN_AS_ROOT"] = "1"
  result["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1"
  // There are more ranks than cores: a waiting rank must yield.
  result["OMPI_MCA_mpi_yield_when_idle"] = "1"
  // Shared memory alone: Open MPI then looks for no network, which halves the time that it takes to start.
  result["OMPI_MCA_pml"] = "ob1"
  result["OMPI_MCA_btl"] = "self,vader"
  return result
}

public func withTemporaryFolder<T>(_ body: (URL) throws -> T) throws -> T {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "paddlewheel-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// Starts `paddlewheel-rank-check` on a number of ranks, and returns whatever exit code it ends with.
/// - Parameter timeout_s: after it mpirun ends the job, with its own message and exit code.
public func launchRankCheck(ranks: Int, _ commands: [String], timeout_s: Int? = nil) throws -> Finished {
  try mpirun(
    ranks: ranks, [builtExecutable("paddlewheel-rank-check").path] + commands, timeout_s: timeout_s)
}

/// Starts any program on a number of ranks.
public func mpirun(ranks: Int, _ command: [String], timeout_s: Int? = nil) throws -> Finished {
  guard let mpirun = findOnPath("mpirun") else { throw LaunchError(description: "no mpirun on the path") }
  let limit = timeout_s.map { ["--timeout", "\($0)"] } ?? []
  let arguments = ["--oversubscribe", "--bind-to", "none"] + limit + ["-np", "\(ranks)"] + command
  return try occupying(cores: ranks) { try execute(mpirun, arguments) }
}

/// Runs a check and reads its result.
public func rankCheck(ranks: Int, _ commands: [String]) throws -> RankCheckResult {
  try rankChecks(ranks: ranks, [commands])[0]
}

/// Runs several checks, each with a system of its own, one after the other under one mpirun: to start MPI takes as long
/// as many of them.
/// - Returns: the results in the order of the checks.
/// - Throws: `LaunchError` when one of them fails.
public func rankChecks(ranks: Int, _ checks: [[String]]) throws -> [RankCheckResult] {
  try withTemporaryFolder { folder in
    let files = checks.indices.map { folder.appendingPathComponent("\($0).json") }
    let commands = zip(checks, files).map { $0 + ["output=\($1.path)"] }.joined(separator: ["new="])
    let finished = try launchRankCheck(ranks: ranks, Array(commands))
    guard finished.code == 0 else {
      throw LaunchError(
        description: "rank check on \(ranks) ranks ended with \(finished.code): "
          + finished.error + finished.output)
    }
    return try files.map { try JSONDecoder().decode(RankCheckResult.self, from: Data(contentsOf: $0)) }
  }
}

import Foundation
import TestSupport
import Testing

/// A Slurm cluster for one test, on this machine: two nodes, n0 and n1, which Slurm takes to have two cores
/// each.
final class TestCluster: Sendable {
  /// The cluster of the running test.
  @TaskLocal static var current: TestCluster?

  /// Its folder inside the one that `scripts/test` has made, which also removes what a killed test leaves
  /// behind.
  let folder: String

  static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("cluster").path

  init() throws {
    let parent = try #require(ProcessInfo.processInfo.environment["PADDLEWHEEL_CLUSTER"])
    folder = "\(parent)/\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    // The daemons must not hold the pipes of this process open.
    try run("'\(Self.scripts)/local/up' '\(folder)' 2 2 >'\(folder).log' 2>&1 </dev/null")
  }

  func takeDown() throws {
    try run("'\(Self.scripts)/local/down' '\(folder)' --purge >'\(folder).log' 2>&1 </dev/null")
  }

  private func run(_ line: String) throws {
    let result = try bash(line)
    let log = FileManager.default.contents(atPath: "\(folder).log").map {
      String(decoding: $0, as: UTF8.self)
    }
    try #require(result.exitCode == 0, "\(log ?? "")")
  }

  /// Runs a shell command with Slurm's environment.
  @discardableResult
  static func shell(_ line: String) throws -> CommandResult {
    let cluster = try #require(current)
    return try bash("source '\(cluster.folder)/environment'; \(line)")
  }

  /// Lines of squeue, one for each array task that has not ended.
  static func queue() throws -> [String] {
    try shell("squeue -h -r -o '%i %T %r %E'").output.split(separator: "\n").map(String.init)
  }

  /// Waits until the queue is empty.
  static func drain(_ seconds: Double = 300) async throws {
    let isEmpty = try await wait(seconds) { try queue().isEmpty }
    let left = try queue()
    #expect(isEmpty, "\(left)")
  }
}

/// Waits until a condition holds, while other tests continue.
func wait(_ seconds: Double, until condition: () throws -> Bool) async throws -> Bool {
  let limit = Date().addingTimeInterval(seconds)
  while Date() < limit {
    if try condition() { return true }
    try await Task.sleep(for: .milliseconds(200))
  }
  return try condition()
}

private func bash(_ line: String) throws -> CommandResult {
  // Daemons must not keep open the pipes of other tests, which a process started in the meantime inherits.
  let closing = "for fd in /proc/self/fd/*; do fd=${fd##*/}; ((fd < 3)) || eval \"exec $fd>&-\"; done; "
  let folder = try Folder()
  let files = ["output", "errors"].map { "\(folder.path)/\($0)" }
  for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
  let process = Process()
  process.executableURL = URL(fileURLWithPath: "/bin/bash")
  process.arguments = ["-c", closing + line]
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = FileHandle(forWritingAtPath: files[0])
  process.standardError = FileHandle(forWritingAtPath: files[1])
  try startUnmasked(process)
  process.waitUntilExit()
  let texts = try files.map {
    String(decoding: try Data(contentsOf: URL(fileURLWithPath: $0)), as: UTF8.self)
  }
  return CommandResult(exitCode: process.terminationStatus, output: texts[0], errors: texts[1])
}

/// Gives each test of a suite a cluster, a few of them at a time: they mostly wait for Slurm.
struct OnCluster: SuiteTrait, TestTrait, TestScoping {
  private static let permits = Permits(2)
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    await Self.permits.take()
    do {
      let cluster = try TestCluster()
      let outcome: Result<Void, any Error>
      do {
        try await TestCluster.$current.withValue(cluster) { try await function() }
        outcome = .success(())
      } catch { outcome = .failure(error) }
      try cluster.takeDown()
      try outcome.get()
    } catch {
      await Self.permits.give()
      throw error
    }
    await Self.permits.give()
  }
}

extension Trait where Self == OnCluster {
  static var onCluster: OnCluster { OnCluster() }
}

/// Limits the number of tests that run at once.
private actor Permits {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

import Foundation
import Synchronization
import Testing

@testable import Scheduler
@testable import StudyStore

/// A shell script in place of the program, under the real mpirun. `$2` is the study, `$3` the index.
private func launch(
  _ script: String, in folder: String, ranks: Int = 2, stallLimit: String? = nil,
  stop: StopRequest = StopRequest(),
  onLine: @escaping @Sendable (String) -> Void = { _ in }
) async throws -> LaunchOutcome {
  let program = "\(folder)/program"
  try write("#!/bin/sh\n" + script, to: program)
  try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
  let limit = stallLimit.map { ", stall-limit: \($0)" } ?? ""
  let manifest = plainExample.replacing("{ranks: 2}", with: "{ranks: 2\(limit)}")
  let study = try StudyDirectory(creating: "\(folder)/study", plan: try plan(manifest))
  var launcher = MPILauncher(executable: program) { MPILauncher.local(in: $0) }
  launcher.slack_s = 0
  launcher.patience_s = 0.5
  return try await launcher.launch(
    study: study, index: 0, place: LaunchPlace(ranks: ranks), stop: stop, onLine: onLine)
}

@Test func outcomesOfRealRanks() async throws {
  let minimal = #"printf '{"state":"done","step":1,"steps":1,"time_ps":1,"wall_time_s":1,"attempt":1}'"#
  let cases: [(String, LaunchOutcome)] = [
    ("\(minimal) > $2/runs/0000-T500K-r1/state.json", .done),
    ("exit 0", .failed(exitCode: 1, message: "the ranks exited before the run was done")),
    ("exit 75", .stopped),
    ("echo 'paddlewheel: no space left' >&2; exit 3", .failed(exitCode: 3, message: "no space left")),
  ]
  for (script, outcome) in cases {
    try await withFolder { folder in
      let actual = try await launch(script, in: folder)
      #expect(actual == outcome)
    }
  }
}

@Test func linesOfAllRanksAreStreamed() async throws {
  try await withFolder { folder in
    let lines = Mutex<[String]>([])
    _ = try await launch("echo rank $OMPI_COMM_WORLD_RANK $1 $3", in: folder, ranks: 3) { line in
      lines.withLock { $0.append(line) }
    }
    #expect(
      lines.withLock { $0 }.sorted() == ["rank 0 simulate 0", "rank 1 simulate 0", "rank 2 simulate 0"])
  }
}

/// A request to stop reaches every rank, and they have time to write their files.
@Test func stopReachesTheRanks() async throws {
  try await withFolder { folder in
    let stop = StopRequest()
    let script = """
      trap 'sleep 2; touch '$0'.$OMPI_COMM_WORLD_RANK; sleep 1; exit 75' USR1
      echo ready
      while :; do sleep 0.1; done
      """
    let outcome = try await launch(script, in: folder, stop: stop) { line in
      if line == "ready", stop.count == 0 { stop.request() }
    }
    #expect(outcome == .stopped)
    #expect(FileManager.default.fileExists(atPath: "\(folder)/program.0"))
    #expect(FileManager.default.fileExists(atPath: "\(folder)/program.1"))
  }
}

/// A rank is stopped, and says nothing any more: the launch ends with the reason, and leaves no process.
@Test(arguments: [
  "kill -STOP $$", "trap '' USR1 TERM; sleep 1000", "[ $OMPI_COMM_WORLD_RANK = 1 ] || kill -STOP $$",
])
func ranksThatStandStillAreEnded(_ script: String) async throws {
  try await withFolder { folder in
    let pids = "for k in 1 2; do echo $$ >> $0.pids; done; \(script)\nsleep 1000"
    let outcome = try await launch(pids, in: folder, stallLimit: "1 s")
    guard case .failed(let code, let message) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(code == 1)
    #expect(message.hasPrefix("no step for "))
    let numbers = try String(contentsOfFile: "\(folder)/program.pids", encoding: .utf8).split(separator: "\n")
    #expect(Set(numbers).count == 2)
    for pid in numbers.compactMap({ pid_t($0) }) {
      for _ in 0..<100 where kill(pid, 0) == 0 { usleep(20_000) }
      #expect(kill(pid, 0) != 0, "process \(pid) is left")
    }
  }
}

/// Ctrl-C is obeyed where ranks do not: the first asks, the second ends, the third kills.
@Test func aStoppedRankDoesNotKeepTheUserWaiting() async throws {
  try await withFolder { folder in
    let stop = StopRequest()
    let outcome = try await launch("echo ready; trap '' USR1 TERM; kill -STOP $$", in: folder, stop: stop) {
      line in
      guard line == "ready", stop.count == 0 else { return }
      for _ in 0..<3 {
        stop.request()
        usleep(300_000)
      }
    }
    #expect(outcome == .stopped)
  }
}

/// Files that change are progress, also without a step.
@Test func ranksThatWriteAreLeftAlone() async throws {
  try await withFolder { folder in
    let script = """
      for k in 1 2 3 4 5 6 7 8; do echo line >> $2/runs/0000-T500K-r1/rank-0000.h5; sleep 0.4; done
      exit 75
      """
    let outcome = try await launch(script, in: folder, stallLimit: "2 s")
    #expect(outcome == .stopped)
  }
}

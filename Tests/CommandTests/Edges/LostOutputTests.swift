import Foundation
import Testing

/// Standard output and standard error on a full disk, closed, or without a reader.
@Suite struct LostOutputTests {
  /// Runs a line of the shell in a folder with `small.yaml`, with the program as `$P`.
  private func shell(_ line: String, in folder: String, _ environment: [String: String] = [:]) throws -> Int32
  {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    process.arguments = ["-c", line]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(["P": program]) { $1 }
      .merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// The case `stderr-full`: what can't be told is dropped, and the exit code decides.
  @Test(arguments: [
    ("$P status nowhere 2>/dev/full", 2), ("$P status nowhere 2>&-", 2), ("$P status nowhere >&- 2>&-", 2),
    ("$P status nowhere <&- >&- 2>&-", 2), ("$P plan small.yaml --json >/dev/full", 1),
    ("$P plan small.yaml >&-", 1), ("$P --help >/dev/full", 1), ("$P structure describe nabh4 >/dev/full", 1),
    ("(sleep 0.2; $P plan small.yaml --json) | true; exit ${PIPESTATUS[0]}", 1),
    ("(sleep 0.2; $P status nowhere 2>&1) | true; exit ${PIPESTATUS[0]}", 2),
    ("$P plan small.yaml --output s >&- 2>&-; test -e s/study.yaml -a ! -s s/.x", 0),
    ("$P structure build nabh4 --output a.cif 2>/dev/full && test -s a.cif", 0),
    ("$P structure build nabh4 --output /dev/stdout --format cif >/dev/full", 1),
    ("$P structure build nabh4 --output /dev/stdout --format cif | grep -q _cell_length_a", 0),
    (
      "echo kept > f; $P structure build nabh4 --output /dev/stdout --format cif >> f; head -1 f | grep kept",
      0
    ),
  ])
  func theExitCodeDecides(_ line: String, _ code: Int32) throws {
    try withManifest { folder in
      let found = try shell(line, in: folder)
      #expect(found == code, "\(line)")
    }
  }

  /// Descriptors that are closed must not be taken by files: what is printed would end in them.
  @Test func whatIsPrintedEndsInNoFile() throws {
    try withManifest { folder in
      _ = try shell("$P plan small.yaml --output s <&- >&- 2>&-", in: folder)
      let text = try String(contentsOfFile: "\(folder)/s/study.yaml", encoding: .utf8)
      #expect(!text.contains("warning") && !text.contains("wrote"))
    }
  }

  /// The case of the array task: its messages are lost, its requeueing is not. Slurm and mpirun are stand-ins.
  @Test func anArrayTaskOnAFullDiskAsksToBeStartedAgain() throws {
    try withManifest { folder in
      let fake = "\(folder)/fake"
      try FileManager.default.createDirectory(atPath: fake, withIntermediateDirectories: true)
      let stand = """
        #!/bin/sh
        echo "${0##*/} $*" >> '\(folder)/calls'
        case "${0##*/} $1" in sbatch*) echo 4711;; "scontrol show") echo Restarts=0;; mpirun*) exit 1;; esac
        """
      for name in ["sbatch", "squeue", "scontrol", "sacct", "sinfo", "scancel", "mpirun"] {
        try stand.write(toFile: "\(fake)/\(name)", atomically: true, encoding: .utf8)
        chmod("\(fake)/\(name)", 0o755)
      }
      try "time-limit: 1 h\nretry-delay: 0 s\n".write(
        toFile: "\(folder)/site.yaml", atomically: true, encoding: .utf8)
      // A submission as `submit` writes it; without the benchmark.
      #expect(try shell("$P plan small.yaml --output s", in: folder) == 0)
      try FileManager.default.createDirectory(
        atPath: "\(folder)/s/submissions", withIntermediateDirectories: true)
      try """
      {"number": 1, "created_s": 0, "host": "h", "pid": 1, "ranks": 1, "finished": true,
       "parts": [{"offset": 0, "runs": [0, 1], "job_name": "n", "job": 4711}],
       "site": {"site": "s", "modules": [], "environment": {}, "launcher": "mpirun", "launcherOptions": [],
        "timeLimit_s": 3600, "retries": 3, "retryDelay_s": 0, "exclude": [], "directives": [],
        "coordinator": {"timeLimit_s": 60, "cores": 1}}}
      """.write(toFile: "\(folder)/s/submissions/0001.json", atomically: true, encoding: .utf8)
      let environment = [
        "PATH": "\(fake):\(ProcessInfo.processInfo.environment["PATH"] ?? "")", "SLURM_JOB_ID": "4711",
        "SLURM_ARRAY_JOB_ID": "4711", "SLURM_ARRAY_TASK_ID": "0", "SLURM_RESTART_COUNT": "0",
        "SLURMD_NODENAME": "n1",
      ]
      for end in [">/dev/full 2>&1", "2>&- >&-"] {
        try? FileManager.default.removeItem(atPath: "\(folder)/calls")
        // It then waits to be ended.
        _ = try shell(
          "$P element s --submission 1 --offset 0 \(end) & for i in $(seq 200); do "
            + "grep -q requeue calls 2>/dev/null && break; sleep 0.05; done; kill -9 $!", in: folder,
          environment)
        let calls = try String(contentsOfFile: "\(folder)/calls", encoding: .utf8)
        #expect(calls.contains("scontrol requeue 4711_0"), "\(end): \(calls)")
      }
    }
  }
}

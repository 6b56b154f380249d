import Foundation
import Testing

extension WithRanks {
  /// A study on a batch system other than Slurm: commands that behave as the manual of OpenPBS says.
  @Suite struct OtherBatchSystemTests {
    private let folder: Folder
    private let study: StudyFolder
    private var tools: String { "\(folder.path)/tools" }

    init() throws {
      folder = try Folder()
      study = StudyFolder(path: "\(folder.path)/study")
      try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
      try folder.write(Self.system, to: "tools/qsub")
      for name in ["qsub", "qstat", "qdel"] {
        if name != "qsub" {
          try FileManager.default.copyItem(atPath: "\(tools)/qsub", toPath: "\(tools)/\(name)")
        }
        chmod("\(tools)/\(name)", 0o755)
      }
      var small = SmallStudy.longDisturbed
      small.ranks = 1
      small.temperatures = "[500 K, 600 K, 700 K]"
      try folder.write(small.text, to: "small.yaml")
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      let profile = try String(
        contentsOfFile: root.appendingPathComponent("cluster/pbs.yaml").path, encoding: .utf8
      )
      .replacing(try Regex("(?m)^(setup|modules):.*\n"), with: "")
      .replacing(
        "time-limit: 24 h",
        with: "time-limit: 1 min\nsignal-margin: 55 s\nlauncher-options: [--oversubscribe]")
      try folder.write(profile, to: "site.yaml")
    }

    private func command(_ line: String) throws -> CommandResult {
      let variables = [
        "PATH": "\(tools):\(ProcessInfo.processInfo.environment["PATH"] ?? "")",
        "FAKE_PBS": "\(folder.path)/pbs", "XDG_CONFIG_HOME": "\(folder.path)/config",
      ]
      return try shell("cd '\(folder.path)' && \(line)", variables)
    }

    private func shell(_ line: String, _ variables: [String: String]) throws -> CommandResult {
      let process = Process()
      let (output, errors) = ("\(folder.path)/output", "\(folder.path)/errors")
      for path in [output, errors] { FileManager.default.createFile(atPath: path, contents: nil) }
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["-c", "\(line) >'\(output)' 2>'\(errors)'"]
      process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
      try process.run()
      process.waitUntilExit()
      return CommandResult(
        exitCode: process.terminationStatus, output: try String(contentsOfFile: output, encoding: .utf8),
        errors: try String(contentsOfFile: errors, encoding: .utf8))
    }

    /// Waits until nothing is queued, for as long as something changes.
    private func drain() async throws {
      for _ in 0..<1200 {
        if try command("qstat -t").output.isEmpty { return }
        try await Task.sleep(for: .milliseconds(500))
      }
      Issue.record("the queue does not become empty")
    }

    private func states() throws -> [String] {
      let result = try command("'\(program)' status study --json")
      let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any]
      return (object?["runs"] as? [[String: Any]] ?? []).compactMap { $0["state"] as? String }
    }

    /// Runs get five seconds at a time: what is not done is submitted again by the job of the results, until all is done, as an
    /// undisturbed run does it.
    @Test func runsGoOnUntilAllAreDone() async throws {
      let submit = "'\(program)' submit small.yaml --site site.yaml --yes --output study"
      let preview = try command("\(submit.replacing(" --yes", with: "")) --dry-run")
      #expect(preview.output.contains("-J 1-3"), "\(preview.output)\(preview.errors)")
      let first = try command(submit)
      #expect(first.exitCode == 0, "\(first.errors)")
      #expect(
        first.output.contains("submitted 3 runs as array 1; job 2 computes the results"), "\(first.output)")
      let second = try command(submit)
      #expect(second.output.contains("nothing to submit"), "\(second.output)\(second.errors)")
      try await drain()
      #expect(try states() == ["done", "done", "done"])
      #expect(FileManager.default.fileExists(atPath: "\(study.results)/report.html"))
      let submissions = try FileManager.default.contentsOfDirectory(atPath: "\(study.path)/submissions")
      #expect(submissions.count { $0.hasSuffix(".json") } > 1)
      let whole = try paddlewheel("run", "small.yaml", "--output", "whole", in: folder.path)
      try #require(whole.exitCode == 0, "\(whole.errors)")
      for run in 0..<3 {
        let comparison = try compareRecords(
          try study.run(run), try StudyFolder(path: "\(folder.path)/whole").run(run))
        #expect(comparison.differences == [] && comparison.files > 0)
      }
    }

    /// Tasks that wait are taken out of the queue, and those that run stop.
    @Test func cancelling() async throws {
      #expect(
        try command("FAKE_PBS_SLOTS=1 '\(program)' submit small.yaml --site site.yaml --yes --output study")
          .exitCode == 0)
      // To somebody who has never submitted with them, the commands of the record are only words.
      try FileManager.default.createDirectory(
        atPath: "\(folder.path)/other", withIntermediateDirectories: true)
      try folder.write("#!/bin/sh\ntouch '\(folder.path)/asked'\n", to: "other/qstat")
      chmod("\(folder.path)/other/qstat", 0o755)
      let others = try command(
        "XDG_CONFIG_HOME='\(folder.path)/none' PATH='\(folder.path)/other':\"$PATH\" '\(program)' status study --json"
      )
      #expect(others.output.contains("is not asked"), "\(others.output)\(others.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/asked"))
      let cancelled = try command("'\(program)' cancel study")
      #expect(cancelled.exitCode == 0, "\(cancelled.errors)")
      #expect(try command("cat pbs/deleted").output.contains("1[3]"))
      try await drain()
      #expect(try states().allSatisfy { $0 != "done" && $0 != "running" && $0 != "queued" })
    }

    /// A single program under three names. Jobs are files in FAKE_PBS, and a process for each array runs its tasks, two at a time.
    private static let system = #"""
      #!/usr/bin/env python3
      import fcntl, os, pathlib, signal, subprocess, sys, time
      home = pathlib.Path(os.environ["FAKE_PBS"])
      home.mkdir(exist_ok=True)
      name = os.path.basename(sys.argv[0])

      def state(job): return (home / job).read_text()
      def put(job, text):
          (home / (job + ".new")).write_text(text)
          (home / (job + ".new")).rename(home / job)
      def tasks(number): return sorted(p.name for p in home.iterdir() if p.name.split("[")[0] == number and p.suffix != ".new")

      def run(script, number, jobs, after):
          while any(state(t) not in "X" for a in after for t in tasks(a)): time.sleep(0.1)
          waiting, going = list(jobs), {}
          while waiting or going:
              for job, process in list(going.items()):
                  if process.poll() is not None:
                      put(job, "X"); del going[job]
              for job in list(waiting):
                  if state(job) == "X": waiting.remove(job)
                  elif len(going) < int(os.environ.get("FAKE_PBS_SLOTS", "2")):
                      environment = {**os.environ, "PBS_JOBID": job + ".server"}
                      environment.pop("PBS_ARRAY_INDEX", None)
                      if "[" in job: environment["PBS_ARRAY_INDEX"] = job.split("[")[1][:-1]
                      put(job, "R"); waiting.remove(job)
                      going[job] = subprocess.Popen(["/bin/bash", script], env=environment)
              time.sleep(0.05)

      if name == "qstat":
          jobs = [p.name for p in home.iterdir() if p.name[0].isdigit() and p.suffix != ".new"]
          rows = [f"{j}.server  name  user  0 {state(j)} workq" for j in sorted(jobs) if state(j) != "X"]
          if rows: print("Job id  Name  User  Time Use S Queue\n------  ----  ----  -------- - -----\n" + "\n".join(rows))
      elif name == "qdel":
          with open(home / "deleted", "a") as file: file.write(sys.argv[1] + "\n")
          if state(sys.argv[1]) == "Q": put(sys.argv[1], "X")
      else:
          words, first, last, after, script = sys.argv[1:], None, None, [], None
          while words:
              word = words.pop(0)
              if word == "-J": first, last = map(int, words.pop(0).split("-"))
              elif word == "-W": after = words.pop(0).removeprefix("depend=afterany:").replace("[]", "").split(":")
              elif word[0] == "-": words.pop(0)
              else: script = word
          if first is not None and first >= last: sys.exit("qsub: illegal -J value")
          with open(home / "lock", "w") as lock:
              fcntl.flock(lock, fcntl.LOCK_EX)
              counter = home / "counter"
              number = str(int(counter.read_text()) + 1 if counter.exists() else 1)
              counter.write_text(number)
          jobs = [f"{number}[{i}]" for i in range(first, last + 1)] if first is not None else [number]
          for job in jobs: put(job, "Q")
          print(f"{number}{'[]' if first is not None else ''}.server", flush=True)
          if os.fork() == 0:
              os.setsid()
              null = os.open(os.devnull, os.O_RDWR)
              for descriptor in (0, 1, 2): os.dup2(null, descriptor)
              run(script, number, jobs, after)

      """#
  }
}

import Foundation
import Testing

@testable import Scheduler
@testable import SlurmCommands
@testable import StudyStore
@testable import Support

@Suite struct SlurmTests {
  @Test func squeueIsReadLineByLine() {
    let queue = SlurmQueue(
      lines: """
        12_3|12|3|RUNNING|None|n0
        12_4|12|4|PENDING|JobArrayTaskLimit|
        15|15|N/A|COMPLETED|None|n[0-1]
        slurm_load_jobs: trouble
        """)
    #expect(queue.entries.count == 3)
    #expect(queue.entry(SlurmJob(job: 12, task: 3, restart: 2))?.isActive == true)
    #expect(queue.entry(SlurmJob(job: 12, task: 4))?.isPending == true)
    #expect(queue.entry(SlurmJob(job: 12, task: 4))?.reason == "JobArrayTaskLimit")
    #expect(queue.entry(SlurmJob(job: 15, task: nil))?.isActive == false)
  }

  @Test func rangesOfTasks() {
    #expect(JobScript.ranges([0, 1, 2, 3, 7, 9, 10]) == "0-3,7,9-10")
    #expect(JobScript.ranges([5]) == "5")
    #expect(BatchScript.time(61) == "0-00:02:00")
    #expect(BatchScript.time(86400 * 2 + 3600) == "2-01:00:00")
    #expect(shellQuoted("it's $HOME") == "'it'\\''s $HOME'")
  }

  /// Consecutive attempts from the same checkpoint count; one that made progress, and one that was cancelled,
  /// do not.
  @Test func attemptsWithoutProgressAreCounted() {
    func attempt(_ number: Int, from step: Int?, _ ended: RunState.Phase?, _ reason: EndReason? = nil)
      -> AttemptRecord
    {
      var record = AttemptRecord(attempt: number, ranks: 2, environment: ["SLURMD_NODENAME": "n\(number)"])
      record.from = step.map { .init(stage: .sample, step: $0) }
      record.ended = ended
      record.reason = reason
      return record
    }
    let here = AttemptRecord.Progress(stage: .sample, step: 200)
    let many = (1...20).map { attempt($0, from: $0 * 10, .stopped) }
    #expect(RetryPolicy(many, progress: .init(stage: .sample, step: 210)).attemptsWithoutProgress.isEmpty)
    #expect(RetryPolicy(many, progress: here).attemptsWithoutProgress.count == 1)
    let failing = [
      attempt(1, from: 100, .failed), attempt(2, from: 200, .failed), attempt(3, from: nil, nil),
    ]
    let policy = RetryPolicy(failing, progress: here)
    #expect(policy.attemptsWithoutProgress.count == 2)
    #expect(policy.allows(retries: 2))
    #expect(!policy.allows(retries: 1))
    #expect(policy.failedNodes == ["n2", "n3"])
    let cancelled = [attempt(1, from: 200, .stopped, .cancelled)]
    #expect(RetryPolicy(cancelled, progress: here).attemptsWithoutProgress.isEmpty)
    var bad = attempt(1, from: 200, .failed)
    bad.exitCode = 2
    #expect(!RetryPolicy([bad], progress: here).allows(retries: 9))
  }

  /// The site profiles of realistic clusters, and the job scripts that they give.
  @Test(arguments: ["local", "university", "national", "preemptible", "wholenodes"]) func profilesAreReadable(
    _ name: String
  ) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let site = try SiteProfile(contentsOf: root.appendingPathComponent("cluster/\(name).yaml").path)
    #expect(site.site == name)
    let script = JobScript(site: site, study: "/data/my study", submission: 3, ranks: 256, margin_s: 300)
    let text = try script.taskScript()
    #expect(text.contains("#SBATCH --output=\"/data/my study/submissions/0003/%a.out\"\n"))
    #expect(text.contains("#SBATCH --signal=B:USR1@300\n"))
    #expect(text.contains("#SBATCH --requeue\n"))
    if name == "national" {
      #expect(text.hasPrefix("#!/bin/bash -l\n#SBATCH --account=p_ionics\n#SBATCH --partition=batch\n"))
      #expect(text.contains("#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=128\n"))
      #expect(text.contains("#SBATCH --time=1-00:00:00\n"))
      #expect(text.contains("\nmodule load GCC/13.2.0 || give_up 'module load GCC/13.2.0 failed'\n"))
      #expect(text.contains("\nexport OMP_NUM_THREADS=1\n"))
      #expect(
        RankCommand.atSite(site, ranks: 256).words.prefix(5)
          == ["srun", "-n", "256", "--kill-on-bad-exit=1", "--mpi=pmix"])
    }
  }

  /// What comes before the program ends the script where it fails, and is named in the job's output.
  @Test(arguments: [
    (["export PLACE=here # of the library", "false # nowhere"], [], "false # nowhere failed"),
    (["module() { [ \"$*\" != 'load lost/1' ]; }"], ["found/2", "lost/1"], "module load lost/1 failed"),
    ([], [], "can't access the program or the study"),
  ])
  func whatFailsBeforeTheProgramIsNamed(_ setup: [String], _ modules: [String], _ reason: String) throws {
    try withTemporaryFolder { folder in
      var site = try SiteProfile.plain()
      (site.setup, site.modules, site.retries) = (setup, modules, 0)
      var script = JobScript(site: site, study: folder, submission: 1, ranks: 1, margin_s: 60)
      script.executable = "/bin/true"
      // The minute is for clusters.
      try write(try script.taskScript().replacing("sleep 60", with: ":"), to: "\(folder)/script")
      let process = Process()
      let errors = Pipe()
      process.executableURL = URL(fileURLWithPath: "/bin/bash")
      process.arguments = ["\(folder)/script", "0"]
      process.standardError = errors
      try process.run()
      let said = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      #expect(said.hasPrefix("paddlewheel: ") && said.hasSuffix(": \(reason)\n"), "\(said)")
    }
  }

  @Test(arguments: [
    ("time-limit: 24", "time-limit", "the unit is missing"),
    ("partition: main", "time-limit", "nothing"),
    ("time-limit: 1 h\nlaunchr: srun", "launchr", "did you mean 'launcher'?"),
    ("time-limit: 1 h\nlauncher: mpirun\nmpi: pmix", "mpi", "srun's --mpi"),
    ("time-limit: 1 h\nsignal-margin: 2 h", "signal-margin", "less than the time limit"),
    ("time-limit: 30 s", "time-limit", "at least 1 min"),
    ("time-limit: 1 h\nmemory-per-core: 2 G", "memory-per-core", "'G' is not a unit"),
    ("time-limit: 1 h\nmodules: openmpi", "modules", "a list of texts"),
    ("time-limit: 1 h\nenvironment: {A B: 1}", "environment", "NAME: value"),
    ("time-limit: 1 h\nsetup: ['module use x \\']", "setup", "do not end in a backslash"),
  ])
  func badProfilesSayWhere(_ text: String, _ key: String, _ part: String) throws {
    try withTemporaryFolder { folder in
      try write("site: here\n\(text)\n", to: "\(folder)/site.yaml")
      let error = #expect(throws: InputError.self) { try SiteProfile(contentsOf: "\(folder)/site.yaml") }
      let said = error?.description ?? ""
      #expect(said.contains("\(folder)/site.yaml:"), "\(said)")
      #expect(said.contains(key) && said.contains(part), "\(said)")
    }
  }
}

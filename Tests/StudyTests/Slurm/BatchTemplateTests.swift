import Foundation
import Testing

@testable import Scheduler
@testable import SlurmCommands
@testable import StudyStore
@testable import Support

/// Batch systems other than Slurm, by the commands of a site profile.
struct BatchTemplateTests {
  private func templates(_ name: String) throws -> BatchTemplates {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let site = try SiteProfile(contentsOf: root.appendingPathComponent("cluster/\(name).yaml").path)
    return try #require(site.batch)
  }

  private func request(_ runs: ClosedRange<Int>?, after: [String] = []) -> BatchTemplates.Request {
    BatchTemplates.Request(
      script: "/my study/s.sh", name: "n", ranks: 4, time_s: 5430, output: "/o {time}", runs: runs,
      after: after)
  }

  @Test func commandsOfPBS() throws {
    let pbs = try templates("pbs")
    let start = [
      "qsub", "-N", "n", "-q", "workq", "-l", "select=1:ncpus=4:mpiprocs=4", "-l", "walltime=01:31:00",
    ]
    // What is filled in is not looked at for placeholders.
    let output = ["-j", "oe", "-o", "/o {time}"]
    #expect(pbs.command(request(0...6)) == start + output + ["-J", "1-7", "/my study/s.sh"])
    #expect(pbs.command(request(3...3)) == start + output + ["/my study/s.sh"])
    #expect(
      pbs.command(request(nil, after: ["12[]", "13"]))
        == start + output + ["-W", "depend=afterany:12[]:13", "/my study/s.sh"])
    #expect(pbs.number("12[].server\n") == 12)
    #expect(pbs.name(of: 12, task: 6) == "12[7]" && pbs.name(of: 12, task: nil) == "12")
    #expect(pbs.arrayName(of: 12) == "12[]")
  }

  /// As the manual of OpenPBS prints it.
  @Test func listingOfPBS() throws {
    let queue = try templates("pbs").queue(
      """
      Job id            Name             User              Time Use S Queue
      ----------------  ---------------- ----------------  -------- - -----
      1000[].server     study.1.0.x      me                       0 B workq
      1000[1].server    study.1.0.x      me                00:00:01 R workq
      1000[2].server    study.1.0.x      me                       0 Q workq
      1000[3].server    study.1.0.x      me                00:00:09 X workq
      1001.server       study.1.1.x      me                       0 H workq

      """)
    #expect(Set(queue.entries.keys.map(\.name)) == ["1000_0", "1000_1", "1000_2", "1001"])
    func entry(_ task: Int?, _ job: Int = 1000) -> SlurmQueue.Entry? {
      queue.entry(SlurmJob(job: job, task: task))
    }
    #expect(entry(0)?.isActive == true && entry(0)?.isPending == false)
    #expect(entry(1)?.isActive == true && entry(1)?.isPending == true)
    #expect(entry(2)?.isActive == false)
    #expect(entry(nil, 1001)?.isPending == true)
  }

  @Test func commandsAndListingOfLSF() throws {
    let lsf = try templates("lsf")
    let start = ["bsub", "-J"]
    let rest = ["-n", "4", "-W", "91", "-o", "/o {time}"]
    #expect(lsf.command(request(0...6)) == start + ["n[1-7]"] + rest + ["bash", "-l", "/my study/s.sh"])
    #expect(lsf.command(request(3...3)) == start + ["n"] + rest + ["bash", "-l", "/my study/s.sh"])
    #expect(
      lsf.command(request(nil, after: ["12", "13"]))
        == start + ["n"] + rest + ["-w", "ended(12) && ended(13)", "bash", "-l", "/my study/s.sh"])
    #expect(lsf.number("Job <123> is submitted to queue <normal>.\n") == 123)
    #expect(lsf.list.last == "jobid jobindex stat delimiter='['")
    let queue = lsf.queue("123[2[PEND\n123[1[RUN\n124[0[DONE\n")
    #expect(queue.entry(SlurmJob(job: 123, task: 1))?.isPending == true)
    #expect(queue.entry(SlurmJob(job: 123, task: 0))?.isActive == true)
    #expect(queue.entry(SlurmJob(job: 124, task: nil))?.isActive == false)
  }

  private static let lines = [
    "submit: qsub {array} {after} {script}", "array: -J {first}-{last}", "after: -W depend=afterany:{jobs}",
    "list: qstat -t",
    "cancel: qdel {job}", "array-name: '{number}[]'", "task-name: '{number}[{task}]'", "waiting: [Q]",
    "ended: [F]",
    "job-variable: PBS_JOBID", "task-variable: PBS_ARRAY_INDEX",
  ]

  @Test(arguments: [
    ("submit: qsub {after} {script}", "", "batch.submit", "{array} in it"),
    ("submit: qsub {arrays} {after} {script}", "", "batch.submit", "{arrays}"),
    ("submit: qsub 'x {array} {after} {script}", "", "batch.submit", "the command that submits"),
    ("list: qstat {job}", "", "batch.list", "no placeholder"),
    ("cancel: qdel", "", "batch.cancel", "{job} in it"),
    ("task-variable: $PBS", "", "batch.task-variable", "letters, digits and _"),
    ("waiting: Q", "", "batch.waiting", "a list of the states"),
    ("list: qstat -t", "partition: main", "partition", "option of batch.submit"),
    ("list: qstat -t", "pack: node", "pack", "option of batch.submit"),
    ("list: qstat -t", "launcher: srun", "launcher", "mpirun beside batch"),
  ])
  func badTemplatesSayWhere(_ line: String, _ beside: String, _ key: String, _ part: String) throws {
    let name = line.prefix { $0 != ":" }
    let lines = Self.lines.map { $0.hasPrefix(name + ":") ? line : $0 }
    let text = "time-limit: 1 h\n\(beside)\nbatch:\n" + lines.map { "  \($0)\n" }.joined()
    try withTemporaryFolder { folder in
      try write(text, to: "\(folder)/site.yaml")
      let error = #expect(throws: InputError.self) { try SiteProfile(contentsOf: "\(folder)/site.yaml") }
      let said = error?.description ?? ""
      #expect(said.contains("\(folder)/site.yaml:") && said.contains(key) && said.contains(part), "\(said)")
    }
  }

  /// Every run of a plan is in one array, and arrays have no gaps.
  @Test func arraysAreConsecutive() throws {
    var site = try SiteProfile.plain()
    site.batch = try templates("pbs")
    let plan = SubmissionPlan(
      runs: [7, 0, 1, 2, 4, 5], leftOut: [:], done: 0, cost: CostEstimate(atomStepsPerSecond: 1, source: ""),
      site: site,
      ranks: 1, margin_s: 60, arraySize: 2)
    #expect(plan.parts.map(\.runs) == [[0, 1], [2], [4, 5], [7]])
    #expect(plan.parts.allSatisfy { $0.offset == 0 })
  }
}

import Foundation
import Synchronization
import Testing

@testable import Runner
@testable import Scheduler
@testable import SlurmCommands
@testable import StudyStore
@testable import Support

/// Array tasks that take many runs each.
@Suite struct PackTests {
  // MARK: what is asked for

  private func site(_ text: String) throws -> SiteProfile {
    try withTemporaryFolder { folder in
      try write("time-limit: 1 h\nretry-delay: 0 s\n\(text)\n", to: "\(folder)/site.yaml")
      return try SiteProfile(contentsOf: "\(folder)/site.yaml")
    }
  }

  @Test func sizes() throws {
    #expect(try site("pack: node").pack == .node)
    #expect(try site("pack: 64 cores").pack == .cores(64))
    #expect(try site("pack: 1 run").pack == .runs(1))
    #expect(try site("").pack == nil)
    for text in ["nodes", "64", "0 cores", "-1 runs", "1.5 runs", "[node]", "64 GiB", "9999999 cores"] {
      let error = #expect(throws: InputError.self) { try site("pack: \(text)") }
      #expect(error?.description.contains("wanted node, a number of cores") == true, "\(text)")
    }
    for size in [PackSize.node, .cores(3), .runs(9)] {
      #expect(try JSONDecoder().decode(PackSize.self, from: JSONEncoder().encode(size)) == size)
    }
  }

  /// sinfo's nodes: the smallest that a job may get, in cores rather than threads.
  @Test func wholeNodesAreThoseOfThePartition() throws {
    let nodes = ["n0|2|64|2|515000|milan,ib", "n1|2|32|2|257000|milan", "n2|1|8|1|1000|old", "slurm: error"]
      .compactMap { SlurmNode(line: Substring($0)) }
    #expect(nodes.map(\.cores) == [128, 64, 8])
    let milan = try site("pack: node\nconstraint: milan")
    let shape = try PackShape(.node, site: milan, ranks: 4, nodes: nodes)
    #expect(shape.cores == 64 && shape.threads == 2)
    #expect(shape.slots(ranks: 4, memoryPerCore_bytes: nil) == 16)
    // 257,000 MiB are enough for 12 runs of 4 ranks with 5 GiB each.
    #expect(shape.slots(ranks: 4, memoryPerCore_bytes: 5 * 1_073_741_824) == 12)
    #expect(try PackShape(.node, site: site("exclude: [n2]"), ranks: 1, nodes: nodes).cores == 64)
    #expect(try PackShape(.node, site: site("ranks-per-node: 60"), ranks: 1, nodes: nil).cores == 60)
    #expect(try PackShape(.runs(6), site: site(""), ranks: 4, nodes: nil).cores == 24)
    let noRoom = #expect(throws: InputError.self) {
      try PackShape(.cores(8), site: site(""), ranks: 16, nodes: nil)
    }
    #expect(noRoom?.description.contains("runs of 16 ranks") == true)
    #expect(throws: InputError.self) { try PackShape(.node, site: site(""), ranks: 1, nodes: nil) }
    let large = try site("constraint: old\nmemory-per-core: 2 GiB")
    let noMemory = #expect(throws: InputError.self) {
      try PackShape(.node, site: large, ranks: 1, nodes: nodes)
    }
    #expect(noMemory?.description.contains("memory-per-core") == true)
  }

  @Test func theScriptAsksForANode() throws {
    let site = try site("pack: node\nmax-running: 2\nmemory-per-core: 1 GiB")
    let shape = try PackShape(.node, site: site, ranks: 1, nodes: [SlurmNode(line: "n|1|8|1|9000|")!])
    let script = JobScript(
      site: site, study: "/s", submission: 1, ranks: 1, margin_s: 60, pack: shape)
    let text = try script.taskScript()
    #expect(text.contains("#SBATCH --nodes=1\n#SBATCH --ntasks-per-node=8\n#SBATCH --exclusive\n"))
    #expect(text.contains("#SBATCH --mem=0\n") && !text.contains("--mem-per-cpu"))
    var plan = SubmissionPlan(
      runs: Array(0..<24), leftOut: [:], done: 0, cost: CostEstimate(atomStepsPerSecond: 1, source: ""),
      site: site, ranks: 1, margin_s: 60, arraySize: 1001)
    plan.pack = shape
    // No more than may run at once: each goes on as long as there are runs.
    #expect(plan.slots == 8 && plan.packs == 2 && plan.throttle == nil)
    let part = Submission.Part(offset: 0, runs: plan.runs, jobName: "a", packs: plan.packs)
    #expect(script.taskArguments(part, throttle: plan.throttle).first == "--array=0-1")
    plan.site.maxRunning = nil
    #expect(plan.packs == 3)
    plan.runs = [3]
    #expect(plan.packs == 1)
  }

  private func cores(_ count: Int) -> MachineCores {
    MachineCores(cores: (0..<count).map { MachineCore(processors: [$0]) })
  }

  /// Each run gets its cores and its share of the memory.
  @Test func stepsOfAnAllocation() async throws {
    var site = try site("launcher: srun\nmpi: pmix\nranks-per-node: 8")
    let slurm = Slurm()
    let shape = try PackShape(.node, site: site, ranks: 2, nodes: nil)
    let variables = ["SLURM_CPUS_ON_NODE": "8", "SLURM_MEM_PER_NODE": "16000"]
    let place = await PackPlace(shape, site: site, ranks: 2, variables, slurm, allowed: cores(2))
    #expect(place.cores == 8 && place.usable == 8 && place.memory_MiB == 4000)
    let run = LaunchPlace(ranks: 2, cores: place.pool.take(2)?.cores)
    let command = RankCommand.inPack(site, run, of: place)
    #expect(
      command.words == [
        "srun", "-n", "2", "--exact", "--nodes=1", "--cpus-per-task=1", "--mem=4000M", "--cpu-bind=cores",
        "--kill-on-bad-exit=1", "--mpi=pmix",
      ])
    // Set, and to nothing: unset.
    #expect(command.environment["SLURM_MEM_PER_NODE"] == .some(nil))
    // Less memory than for all cores.
    site.memoryPerCore_bytes = 3000 * 1_048_576
    let small = await PackPlace(shape, site: site, ranks: 2, variables, slurm, allowed: cores(2))
    #expect(small.cores == 8 && small.usable == 4 && small.memory_MiB == 6000)

    site.launcher = .mpirun
    // More processors than were given: which are its own is not known.
    let loose = await PackPlace(shape, site: site, ranks: 2, variables, slurm, allowed: cores(64))
    #expect(loose.cores(of: LaunchPlace(ranks: 2, cores: loose.pool.take(2)?.cores)) == nil)
    let bound = await PackPlace(shape, site: site, ranks: 2, variables, slurm, allowed: cores(8))
    let pool = bound.pool
    let first = pool.take(2)
    let second = LaunchPlace(ranks: 2, cores: pool.take(2)?.cores)
    #expect(first != nil && bound.cores(of: second)?.map(\.number) == [2, 3])
    let started = RankCommand.inPack(site, second, of: bound)
    #expect(started.environment["PADDLEWHEEL_CORES"] == .some("2,3"))
    #expect(started.environment["OMPI_MCA_hwloc_base_binding_policy"] == .some("none"))
    // Hardware threads are counted as Slurm counts them.
    var threaded = shape
    threaded.threads = 2
    site.ranksPerNode = nil
    let half = await PackPlace(threaded, site: site, ranks: 2, variables, slurm, allowed: cores(8))
    #expect(half.cores == 4 && half.threads == 2)
  }

  // MARK: runs

  /// Keeps each run going for a moment, and ends it as told.
  private final class Launches: Launcher {
    let order = Mutex<[Int]>([])
    let end: @Sendable (Int) -> LaunchOutcome

    init(end: @escaping @Sendable (Int) -> LaunchOutcome = { _ in .done }) { self.end = end }

    func launch(
      study: StudyDirectory, index: Int, place: LaunchPlace, stop: StopRequest,
      onLine: @escaping @Sendable (String) -> Void
    ) async throws -> LaunchOutcome {
      order.withLock { $0.append(index) }
      for _ in 0..<10 where stop.count == 0 { try await Task.sleep(for: .milliseconds(20)) }
      if stop.count > 0 { return .stopped }
      let outcome = end(index)
      if outcome == .done { try RunState(.done).write(to: study.statePath(index)) }
      return outcome
    }
  }

  private func submission(_ study: StudyDirectory, number: Int = 1, retries: Int = 1) throws -> Submission {
    var site = try site("")
    site.retries = retries
    var submission = Submission(
      number: number, created_s: 1, host: "h", pid: 1, process: nil, site: site, ranks: 1,
      parts: [.init(offset: 0, runs: Array(study.runs.indices), jobName: "j", packs: 2)])
    submission.pack = try PackShape(.cores(2), site: site, ranks: 1, nodes: nil)
    try study.makeFolder(SubmissionFolder(study: study.path).outputPath(number))
    return submission
  }

  private func pack(
    _ study: StudyDirectory, _ submission: Submission, task: Int, restart: Int = 0, _ launches: Launches,
    stop: StopRequest = StopRequest(), cores count: Int = 2
  ) async -> PackQueue {
    let job = SlurmJob(job: 10, task: task, restart: restart)
    let runner = StudyRunner(
      study: study, launcher: launches, schedule: RunSchedule(order: []),
      pool: CorePool(cores(count), folder: nil), stop: stop)
    var queue = PackQueue(
      runner, claims: PackClaims(study: study, submission: submission, job: job, node: "n\(task)"),
      record: PackRecord(submission: submission.number, job: job, node: "n\(task)", cores: count))
    await runner.start(from: &queue)
    queue.close()
    return queue
  }

  /// Two packs share the runs, and none runs twice; how busy they were stands in the study.
  @Test func twoPacksShareTheRuns() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      let submission = try submission(study)
      let launches = Launches()
      async let first = pack(study, submission, task: 0, launches, cores: 1)
      async let second = pack(study, submission, task: 1, launches, cores: 2)
      let done = await [first, second].map(\.outcome.done)
      #expect(done.flatMap(\.self).sorted() == [0, 1, 2, 3])
      #expect(done.allSatisfy { !$0.isEmpty })
      #expect(launches.order.withLock { $0.sorted() } == [0, 1, 2, 3])
      for run in 0..<4 {
        let claims = study.claims(on: run).all()
        #expect(claims.map(\.ended) == [.done])
      }
      let efficiency = try #require(study.packEfficiencies().first)
      #expect(efficiency.packs == 2 && efficiency.done == 4)
      let before = try #require(efficiency.efficiencyBeforeLastWave)
      let whole = try #require(efficiency.efficiency)
      // How busy is the machine's affair here; scripts/bench-packs measures it.
      #expect(before > 0 && before <= 1 && before >= whole)
      #expect(efficiency.line.contains("4 runs done in 2 packs"))
    }
  }

  /// A claim whose process is gone counts for nothing; one that lives does, also of another submission.
  @Test func runsOfAKilledPackAreTaken() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      let submission = try submission(study)
      var identity = ProcessIdentity.current
      func claim(_ run: Int) throws {
        try study.makeFolder(study.runPath(run))
        let claim = RunClaim(
          number: 1, submission: 1, job: SlurmJob(job: 10, task: 7), node: nil, attemptBefore: 0,
          identity: identity)
        #expect(try study.claims(on: run).take(claim))
        #expect(try !study.claims(on: run).take(claim))
      }
      try claim(0)
      identity.origin?.start += 1
      try claim(1)
      // On a machine that can't be seen, by an earlier start of the same task.
      identity = ProcessIdentity(host: "elsewhere", pid: 5, origin: nil)
      try study.makeFolder(study.runPath(2))
      _ = try study.claims(on: 2).take(
        RunClaim(
          number: 1, submission: 1, job: SlurmJob(job: 10, task: 0), node: nil, attemptBefore: 0,
          identity: identity))
      let queue = await pack(study, submission, task: 0, restart: 1, Launches())
      #expect(queue.outcome.done.sorted() == [1, 2, 3])
      #expect(study.claims(on: 1).newest()?.number == 2)
      // And one that can't be seen may live.
      var claims = PackClaims(
        study: study, submission: submission, job: SlurmJob(job: 10, task: 1), node: nil)
      #expect(claims.verdict(on: 0) == .held)
      try study.makeFolder(study.runPath(0))
      let unseen = RunClaim(
        number: 2, submission: 1, job: SlurmJob(job: 10, task: 9), node: nil, attemptBefore: 0,
        identity: identity)
      #expect(try study.claims(on: 0).take(unseen))
      #expect(claims.verdict(on: 0) == .unclear)
      let later = RunClaim(
        number: 3, submission: 2, job: nil, node: nil, attemptBefore: 0, identity: identity)
      #expect(try study.claims(on: 0).take(later))
      #expect(claims.verdict(on: 0) == .over)
    }
  }

  /// A run that fails is tried again as often as the profile says, and does not stop the others.
  @Test func failuresAreCounted() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      let launches = Launches { index in
        switch index {
        case 1: .failed(exitCode: 1, message: "broken")
        case 2: .failed(exitCode: 2, message: "bad input")
        default: .done
        }
      }
      let queue = await pack(study, try submission(study), task: 0, launches)
      #expect(queue.outcome.done.sorted() == [0, 3])
      #expect(queue.outcome.failed == [1: "broken", 2: "bad input"])
      let order = launches.order.withLock { $0 }
      #expect(order.count { $0 == 1 } == 2 && order.count { $0 == 2 } == 1)
      #expect(study.claims(on: 1).all().map(\.ended) == [.failed, .givenUp])
      // A new submission begins anew.
      let next = try submission(study, number: 2)
      var claims = PackClaims(study: study, submission: next, job: SlurmJob(job: 11, task: 0), node: nil)
      #expect(claims.verdict(on: 1) == .free(3))
    }
  }

  /// A node on which everything fails is left, with runs that are still to be tried.
  @Test func aBrokenNodeIsLeft() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      let launches = Launches { _ in .failed(exitCode: 1, message: "no MPI here") }
      var queue = await pack(study, try submission(study, retries: 9), task: 0, launches)
      #expect(queue.outcome.isNodeSuspect && queue.outcome.failed.isEmpty)
      #expect(launches.order.withLock { $0.count } <= 4)
      let hasWork = queue.hasWork()
      #expect(hasWork)
    }
  }

  /// At the time limit all stop, and are free again; cancelled ones are not.
  @Test func allStopAtTheLimit() async throws {
    try await withFolder { folder in
      let study = try StudyDirectory(creating: folder, plan: try plan(plainExample))
      try study.makeFolder(study.runPath(3))
      try study.cancelMarker(3).create()
      let submission = try submission(study)
      let stop = StopRequest()
      let launches = Launches { index in
        if index == 0 { stop.request() }
        return .done
      }
      var queue = await pack(study, submission, task: 0, launches, stop: stop)
      #expect(queue.outcome.done == [0] || queue.outcome.done.sorted() == [0, 1])
      let hasWork = queue.hasWork()
      #expect(hasWork)
      var next = await pack(study, submission, task: 0, restart: 1, Launches())
      #expect((queue.outcome.done + next.outcome.done).sorted() == [0, 1, 2])
      let isLeft = next.hasWork()
      #expect(!isLeft)
    }
  }
}

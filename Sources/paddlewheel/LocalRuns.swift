import Runner
import Scheduler
import StudyStore
import Support

/// Runs of a study on this machine, side by side.
struct LocalRuns {
  let study: StudyDirectory
  /// Atoms of each run.
  let sizes: [Int?]
  let wishes: LocalPlanner.Wishes
  var isVerbose = false

  /// Chooses ranks where nobody has, and runs to the end or until the user stops them.
  /// - Parameter only: indices of the runs; nil for all.
  /// - Throws: as ``LocalPlanner/plan(only:)`` and ``StudyRunner/run()`` do.
  func run(only: [Int]?, stop: StopRequest) async throws -> RunSummary {
    StudyRunner.forgetCancellations(study, only)
    let pool = CorePool()
    let meter = PaceMeter(path: study.path, pool: pool, stop: stop)
    let planner = LocalPlanner(
      study, sizes: sizes, wishes: wishes, pool: pool,
      measure: { try await meter.measure($0, ranks: $1, jobs: $2) }
    ) { if let line = $0.line { printToStandardError(line) } }
    let plan = try await planner.plan(only: only)
    for line in plan.lines { printToStandardError(line) }
    let display = RunDisplay(study: study, plan: plan, isVerbose: isVerbose)
    defer { display.end() }
    return try await StudyRunner(
      study: study, launcher: MPILauncher.local, schedule: plan.schedule, pool: pool, stop: stop
    ) { display.show($0) }.run()
  }
}

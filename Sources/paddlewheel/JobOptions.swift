import ArgumentParser
import Runner
import Scheduler

/// Options of how runs share this machine.
struct JobOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Runs side by side: a number, or auto for as many as keep all cores of this machine busy.",
      valueName: "auto"), transform: Self.jobs)
  var jobs = RunSchedule.Jobs.automatic

  @Option(
    parsing: .unconditional,
    help: "MPI ranks of each run, instead of the manifest's.") var ranks: Int?

  private static func jobs(_ text: String) throws -> RunSchedule.Jobs {
    if text == "auto" { return .automatic }
    guard let number = Int(text), (1...100_000).contains(number) else {
      throw ValidationError("--jobs: found '\(text)', wanted auto or a whole number from 1")
    }
    return .atMost(number)
  }

  func validate() throws {
    if let ranks, ranks < 1 { throw ValidationError("--ranks: found \(ranks), wanted at least 1") }
  }

  var wishes: LocalPlanner.Wishes { LocalPlanner.Wishes(ranks: ranks, jobs: jobs) }
}

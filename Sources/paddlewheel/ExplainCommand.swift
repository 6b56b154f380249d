import ArgumentParser
import Scheduler
import StudyStore

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Say why a run is not running, or why it failed, and what to do.")

  @Argument(help: "The study's directory.", completion: .directory) var directory: String

  @Argument(help: "The run's index.") var index: Int

  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let explanation = try await RunDiagnosis(StudyDirectory(opening: directory), run: index)
    if json { return try printJSON(explanation) }
    print("\(explanation.run): \(explanation.state.rawValue). \(explanation.summary)")
    if !explanation.advice.isEmpty { print("What to do: \(explanation.advice)") }
    show("Starts", explanation.attempts)
    show("Slurm", explanation.slurm)
    show("Last lines of the run's log", explanation.log)
    show("Last lines of the job's output", explanation.output)
  }

  private func show(_ heading: String, _ lines: [String]) {
    guard !lines.isEmpty else { return }
    print("\n\(heading):")
    for line in lines { print("  \(line)") }
  }
}

import ArgumentParser
import Scheduler
import StudyStore

struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Explain why a run is not running or has failed, and what to do.")

  @Argument(help: "Directory of the study.", completion: .directory) var directory: String

  @Argument(help: "Index of the run.") var index: Int

  @Flag(help: "Print JSON.") var json = false

  func run() async throws {
    let diagnosis = try await RunDiagnosis(StudyDirectory(opening: directory), run: index)
    if json { return try printJSON(diagnosis) }
    let lines = [
      "\(diagnosis.run): \(diagnosis.state.rawValue).", "What happened: \(diagnosis.summary)",
      "Why: \(diagnosis.cause)",
      "What to do: \(diagnosis.advice.isEmpty ? "nothing." : diagnosis.advice)",
    ]
    for line in lines { print(wrapped(line, width: 80)) }
    if diagnosis.leftOver.files > 0 {
      print(
        "Left half-written by killed attempts: \(diagnosis.leftOver.files) files, "
          + "\(bytes(Double(diagnosis.leftOver.bytes))); the next start removes them.")
    }
    show("Attempts", diagnosis.attempts)
    show("Slurm", diagnosis.slurm)
    show("Last lines of the run's log", diagnosis.log)
    show("Last lines of the job's output", diagnosis.output)
  }

  private func show(_ heading: String, _ lines: [String]) {
    guard !lines.isEmpty else { return }
    print("\n\(heading):")
    for line in lines { print("  \(line)") }
  }
}

import ArgumentParser
import Foundation
import Learning
import Results
import Runner
import Scheduler
import StudyStore
import Support

struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract:
      "Print each run (state, stage, progress, ns/day, time left), totals, and the newest D; of learn its generations."
  )

  @OptionGroup var location: StudyLocation

  @Flag(help: "Update every two seconds until every run has ended.") var watch = false

  @Flag(help: "Print JSON.") var json = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Also write a page that loads itself again every half minute; with --watch it stays current.",
      valueName: "file"),
    completion: .file(extensions: ["html"]))
  var html: String?

  func run() async throws {
    if let folder = location.learningFolder { return try await showLearning(folder) }
    // The runs are shown all the same.
    let (study, problem) = try location.openAnyway()
    var status = try await StudyStatus(study)
    try show(status, of: study)
    while watch, status.runs.contains(where: { ![.done, .failed, .stopped].contains($0.state) }) {
      // Queries every other second would burden Slurm.
      try await Task.sleep(for: .seconds(status.runs.contains { $0.jobState != nil } ? 15 : 2))
      let now = try await StudyStatus(study)
      if now == status { continue }
      status = now
      if isatty(STDOUT_FILENO) != 0, !json { StandardOutput.clearTerminal() }
      try show(status, of: study)
    }
    if let problem { throw problem }
  }

  /// The state of a loop of `learn`.
  private func showLearning(_ folder: LearningFolder) async throws {
    var status = try LearningStatus(folder)
    func show() throws {
      if json { try printJSON(status) } else { print(LearningTable(status).text) }
      if StandardOutput.failure != nil { throw ExitCode.failure }
    }
    try show()
    while watch, status.state == .running {
      try await Task.sleep(for: .seconds(2))
      let now = try LearningStatus(folder)
      if now == status { continue }
      status = now
      if isatty(STDOUT_FILENO) != 0, !json { StandardOutput.clearTerminal() }
      try show()
    }
  }

  private func show(_ status: StudyStatus, of study: StudyDirectory) throws {
    let newest = NewestDiffusivity.read(study)
    let table = StatusTable(
      status: status, results: (try? results(of: study))?.summary, soFar: newest.found,
      unread: newest.problems)
    if let html { try OutputFile.write(StatusPage(table: table, time: Date()).html(), to: html) }
    if json { try printJSON(status) } else { print(table.text) }
    for worker in json ? [] : status.atWork {
      print(
        "paddlewheel \(worker.command) is at work on \(worker.host) as process \(worker.pid)"
          + (worker.isSeen ? "" : ", which can't be seen from here"))
    }
    if let problem = status.slurmProblem, !json {
      print("Slurm: \(problem); the states come from the files alone")
    }
    // Nobody is left to watch.
    if StandardOutput.failure != nil { throw ExitCode.failure }
  }
}

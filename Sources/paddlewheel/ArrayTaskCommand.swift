import ArgumentParser
import Scheduler
import StudyStore
import Support

/// What an element of a submitted array runs; nobody types it.
struct ElementCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "element", shouldDisplay: false)

  @Argument(help: "The study's directory.", completion: .directory) var directory: String

  @Option(help: "The submission that it is part of.") var submission: Int

  @Option(help: "What the array's index lacks of the run's.") var offset: Int

  func run() async throws {
    let stop = StopRequest(listening: true)
    let study = try StudyDirectory(opening: directory)
    let element = try ArrayElement(study: study, submission: submission, offset: offset) {
      printToStandardError($0)
    }
    switch try await element.run(stop: stop) {
    case .done: printToStandardError("done")
    case .leftAlone(let reason): printToStandardError("nothing to do: the run \(reason)")
    case .stopped(let message): throw StoppedError(message)
    case .failed(let code, let message):
      printToStandardError("paddlewheel: \(message)")
      throw ExitCode(code)
    }
  }
}

import ArgumentParser
import Foundation
import Runner
import Support

/// The command line: parses arguments, runs the subcommand, and maps errors to exit codes.
@main
struct Paddlewheel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paddlewheel",
    abstract:
      "Molecular dynamics of solid electrolytes: from one manifest to an Arrhenius plot, on any number of MPI ranks.",
    version: paddlewheelVersion,
    subcommands: [
      InitCommand.self, RunCommand.self, PlanCommand.self, SubmitCommand.self, SimulateCommand.self,
      StatusCommand.self,
      ExplainCommand.self, CancelCommand.self, ExtendCommand.self, AggregateCommand.self, ReportCommand.self,
      CompareCommand.self,
      ExportCommand.self, ImportCommand.self, EnergiesCommand.self, TrainCommand.self, StructureCommand.self,
      DoctorCommand.self, SelectCommand.self, LabelCommand.self, LearnCommand.self, LearnStepCommand.self,
      PingCommand.self, PaceCommand.self, ArrayTaskCommand.self, SubmitRestCommand.self,
      TrainingJobCommand.self,
      ManifestReferenceCommand.self,
      ResultsReferenceCommand.self,
    ])

  static func main() async {
    StandardStreams.prepare()
    do {
      try refuseUnreadablePaths()
      // Looked for when it is asked for only: it loads the MPI library.
      if CommandLine.arguments.dropFirst() == ["--version"] {
        print(buildDescription())
        return failWithoutOutput()
      }
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
      if (command as? any FileProducing)?.producesFilesOnly != true { failWithoutOutput() }
    } catch {
      end(with: error)
    }
  }

  /// Ends with 1 where standard output was to hold the result, and could not.
  private static func failWithoutOutput() {
    guard let code = StandardOutput.failure else { return }
    // A reader that has gone away did not want more.
    if code != EPIPE {
      printToStandardError("paddlewheel: can't write to standard output: \(String(cString: strerror(code)))")
    }
    Foundation.exit(1)
  }

  /// Prints the error and exits; with 2 for wrong usage, where the parser has 64.
  private static func end(with error: any Error) -> Never {
    if let known = error as? any ExitingError {
      printToStandardError("paddlewheel: \(known)")
      Foundation.exit(known.exitCode)
    }
    let code = exitCode(for: error)
    let text = fullMessage(for: error)
    if code.isSuccess {
      print(text)
      failWithoutOutput()
    } else if error is ExitCode {
      Foundation.exit(code.rawValue)
    } else {
      printToStandardError(text.isEmpty ? "paddlewheel: \(error)" : text)
      for name in hyphenatedFiles {
        printToStandardError(
          "There is a file '\(name)': as an argument it is './\(name)', or stands after '--'.")
      }
    }
    Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
  }
}

/// Arguments that look like options and name files.
private var hyphenatedFiles: [String] {
  CommandLine.arguments.dropFirst().filter { $0.hasPrefix("-") && FileKind(at: $0) != nil }
}

/// A verb whose results are files: what it prints are messages, and where these can't be written, its work is done all the
/// same. Other verbs then fail.
protocol FileProducing {
  /// Whether standard output holds no result with the options given.
  var producesFilesOnly: Bool { get }
}

extension FileProducing {
  var producesFilesOnly: Bool { true }
}

/// For progress and messages; results go to standard output.
func printToStandardError(_ text: String) { StandardError.print(text) }

/// In place of Swift's function, which ends in a trap or is silent where standard output can't be written.
func print(_ text: String, terminator: String = "\n") { StandardOutput.print(text, terminator: terminator) }

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
  StandardOutput.print(json: String(decoding: try fileJSON(value), as: UTF8.self))
}

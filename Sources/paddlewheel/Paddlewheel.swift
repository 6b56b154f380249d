import ArgumentParser
import Foundation
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
      RunCommand.self, PlanCommand.self, SubmitCommand.self, SimulateCommand.self, StatusCommand.self,
      ExplainCommand.self, CancelCommand.self, ExtendCommand.self, AggregateCommand.self, ReportCommand.self,
      CompareCommand.self,
      ExportCommand.self, ImportCommand.self, StructureCommand.self, DoctorCommand.self,
      PingCommand.self, PaceCommand.self, ArrayTaskCommand.self, ManifestReferenceCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(with: error)
    }
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
    } else if error is ExitCode {
      Foundation.exit(code.rawValue)
    } else {
      printToStandardError(text.isEmpty ? "paddlewheel: \(error)" : text)
    }
    Foundation.exit(code == .validationFailure ? 2 : code.rawValue)
  }
}

/// For progress and messages; results go to standard output.
func printToStandardError(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}

/// Prints a value as JSON with sorted keys.
func printJSON(_ value: some Encodable) throws {
  print(String(decoding: try fileJSON(value), as: UTF8.self), terminator: "")
}

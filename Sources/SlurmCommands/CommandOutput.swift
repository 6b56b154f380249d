import Foundation
import Subprocess

/// The output of a command and its exit status.
package struct CommandOutput: Sendable {
  package var status: TerminationStatus
  package var output: String
  package var errors: String

  package var isSuccess: Bool { status.isSuccess }

  /// Why there is no output.
  package enum Failure: Error, Equatable {
    case notFound
    case timedOut
    /// It could not be started, or printed too much.
    case other(String)
  }

  /// Runs a command with a time limit.
  /// - Parameter changes: of the environment.
  /// - Throws: ``Failure``.
  package static func of(
    _ command: [String], within seconds: Double,
    environment changes: SlurmEnvironment = SlurmEnvironment(unset: [])
  ) async throws(Failure) -> CommandOutput {
    var variables: [Environment.Key: String?] = [:]
    for name in changes.unset { variables[Environment.Key(stringLiteral: name)] = .some(nil) }
    for (name, value) in changes.set { variables[Environment.Key(stringLiteral: name)] = value }
    let environment = Environment.inherit.updating(variables)
    let result = await withTaskGroup(of: Result<CommandOutput, Failure>.self) { group in
      group.addTask {
        do {
          let record = try await Subprocess.run(
            command[0].contains("/") ? .path(.init(command[0])) : .name(command[0]),
            arguments: Arguments(Array(command.dropFirst())), environment: environment,
            input: .none,
            output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
          return .success(
            CommandOutput(
              status: record.terminationStatus, output: record.standardOutput,
              errors: record.standardError))
        } catch let error as SubprocessError where error.code == .executableNotFound {
          return .failure(.notFound)
        } catch {
          return .failure(Task.isCancelled ? .timedOut : .other("\(error)"))
        }
      }
      group.addTask {
        // Cancelled where the command ends first.
        try? await Task.sleep(for: .seconds(seconds))
        return .failure(.timedOut)
      }
      let first = await group.next() ?? .failure(.timedOut)
      group.cancelAll()
      return first
    }
    return try result.get()
  }
}

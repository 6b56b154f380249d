import ArgumentParser
import Foundation
import Study

struct AggregateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aggregate",
    abstract: "Make the results from whatever has been sampled so far; runs may still be going.")

  @OptionGroup var location: StudyLocation

  @Flag(help: "Print results/summary.json.") var json = false

  func run() async throws {
    let missing = try await Self.aggregate(try location.open(), json: json)
    if !missing.isEmpty { throw IncompleteError("the results leave out:", missing: missing) }
  }

  /// Aggregates and prints.
  /// - Returns: what the results leave out.
  static func aggregate(_ study: StudyDirectory, json: Bool) async throws -> [String] {
    let result = try Study.aggregate(study: study)
    if json {
      guard let data = FileManager.default.contents(atPath: result.summaryPath) else {
        throw RunFailure("can't read \(result.summaryPath)")
      }
      print(String(decoding: data, as: UTF8.self), terminator: data.last == UInt8(ascii: "\n") ? "" : "\n")
    } else {
      print(textTable(result.table))
      for note in result.notes { print(note) }
    }
    return result.missing
  }
}

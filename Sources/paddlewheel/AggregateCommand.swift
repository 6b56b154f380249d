import ArgumentParser
import Foundation
import Results
import StudyStore
import Support

struct AggregateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "aggregate",
    abstract: "Compute the results from what has been sampled so far; runs may be in progress.")

  @OptionGroup var location: ResultsLocation

  @Flag(help: "Print results/summary.json.") var json = false

  @Option(
    parsing: .unconditional,
    help: "Reading threads; default: one per core, divided among the ranks of this machine.")
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads: found \(threads), wanted at least 1") }
  }

  func run() async throws {
    let ranks = try AggregationRanks()
    let study = try ranks.together { try location.open() }
    let hold = try ranks.together {
      ranks.isRoot
        ? try StudyHold(.results, of: study.path, command: "aggregate", wait_s: userWait_s) : nil
    }
    defer { hold?.end() }
    ranks.follow(study)
    let missing = try Self.aggregate(study, ranks: ranks, threads: threads, json: json)
    if !missing.isEmpty { throw IncompleteError("the results do not include:", missing: missing) }
  }

  /// Aggregates and prints.
  /// - Returns: what the results leave out; nothing on ranks that do not make them.
  static func aggregate(
    _ study: StudyDirectory, ranks: AggregationRanks, threads: Int? = nil, json: Bool
  ) throws -> [String] {
    let printer = ranks.isRoot ? ReadingPrinter() : nil
    let result = try Results.aggregate(study: study, ranks: ranks, threads: threads) { printer?.show($0) }
    printer?.end()
    guard let result else { return [] }
    if json {
      guard let data = FileContents.own(result.summaryPath, most: 1 << 40) else {
        throw RunFailure("can't read \(result.summaryPath)")
      }
      StandardOutput.print(json: String(decoding: data, as: UTF8.self))
    } else {
      print(textTable(result.table))
      for line in result.lines { print(line) }
    }
    return result.missing
  }
}

extension AggregateCommand: FileProducing {
  var producesFilesOnly: Bool { !json }
}

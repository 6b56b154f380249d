import ArgumentParser
import Foundation
import SyntheticMotions

/// How good the estimates of D, Ea and σ(300 K) are, and how often their intervals contain the truth, over sets of
/// runs with known answers.
@main
struct CoverageCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paddlewheel-coverage",
    abstract: "Analyses made motions with known diffusivity and prints how right the results are.")

  @Option(help: "Folder for results, one file of JSON lines a row; sets that are there are not repeated.")
  var folder: String
  @Option(help: "Folder of kinisi's results for the same sets, for the table.")
  var kinisi: String?
  @Option(help: "Rows by their ids, with commas; the end of an id may be *. Default: all.")
  var rows: String?
  @Option(help: "Sets of each row.")
  var sets = 400
  @Option(help: "Threads.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "Write the sets to this folder, for other programs, and analyse nothing.")
  var export: String?
  @Flag(help: "Analyse nothing; print the table of what is there.")
  var table = false
  @Flag(help: "List the rows and where their truth comes from.")
  var list = false

  mutating func validate() throws {
    guard sets >= 1, jobs >= 1 else { throw ValidationError("--sets and --jobs must be 1 or more") }
    _ = try selected()
  }

  private func selected() throws -> [Row] {
    guard let rows else { return Row.all }
    let wanted = rows.split(separator: ",").map(String.init)
    func matches(_ id: String, _ pattern: String) -> Bool {
      pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : id == pattern
    }
    for pattern in wanted where !Row.all.contains(where: { matches($0.id, pattern) }) {
      throw ValidationError("no row is named \(pattern); --list prints the names")
    }
    return Row.all.filter { row in wanted.contains { matches(row.id, $0) } }
  }

  mutating func run() throws {
    let rows = try selected()
    if list {
      for row in rows { print("\(row.id)\t\(row.name)\t\(row.source)") }
      return
    }
    if let export {
      let writer = SetExport(folder: URL(filePath: export))
      for row in rows {
        for set in 0..<sets { try writer.write(row, set: set) }
      }
      return
    }
    let files = ResultFiles(folder: URL(filePath: folder))
    let others = kinisi.map { ResultFiles(folder: URL(filePath: $0)) }
    say(Table.head)
    for row in rows {
      if !table { try evaluate(row, sets: sets, jobs: jobs, files: files) }
      let records = try files.read(row.id).filter { $0.set < sets }
      let theirs = try others?.read(row.id) ?? []
      for quantity in row.quantities {
        say(
          Table.line(
            row, quantity: quantity, ours: Statistics(records, quantity: quantity),
            kinisi: Statistics(theirs, quantity: quantity)))
      }
    }
  }

  /// At once, also into a pipe: a row may take minutes.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}

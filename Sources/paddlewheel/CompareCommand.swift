import ArgumentParser
import Compare
import Foundation
import Report
import StudyStore
import Support

struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare the results of studies with the numbers printed in a paper.",
    discussion: """
      Writes comparison-NAME.html, .md and .json, with the NAME of the target file, and prints the rows. Each row has the \
      computed number with its error, the printed number and a verdict: agrees, differs, or not sampled enough.

      paddlewheel compare kweon2017-table1 kweon2017-arrhenius --with targets/kweon2017.yaml
      """)

  @Argument(help: "Study directories with results.", completion: .directory)
  var directories: [String]

  @Option(
    name: .customLong("with"), parsing: .unconditional, help: "Target file with the printed numbers.",
    completion: .file(extensions: ["yaml"]))
  var targets: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Output directory; default: the results of the first study.", valueName: "dir"),
    completion: .directory)
  var output: String?

  @Flag(help: "Print the rows as JSON.") var json = false

  @Flag(help: "Print the rows as a table in Markdown.") var markdown = false

  func run() throws {
    let file = try TargetFile(contentsOf: targets)
    let studies = try directories.map { try StudyDirectory(opening: $0) }
    let comparison = try Comparison(file, directories: studies)
    let page = comparison.page
    let folder = output ?? studies.first?.resultsPath ?? "."
    if output == nil, let study = studies.first { try study.makeResultsFolder() }
    try write(comparison, page, to: folder)
    if json { return try printJSON(comparison) }
    print(markdown ? page.markdown : page.lines.map { wrapped($0, width: 80) }.joined(separator: "\n"))
  }

  private func write(_ comparison: Comparison, _ page: ComparisonPage, to folder: String) throws {
    let html: String
    do { html = try page.html() } catch let error as ReportError { throw RunFailure("\(error)") }
    let name = ((targets as NSString).lastPathComponent as NSString).deletingPathExtension
    try comparison.write(
      [
        ("html", Data(html.utf8)), ("md", Data(page.markdown.utf8)),
        ("json", try fileJSON(comparison)),
      ], to: folder, name: "comparison-\(name)")
  }
}

extension Comparison {
  var page: ComparisonPage {
    let sampled = studies.sorted { $0.key < $1.key }.map {
      "\($0.key) (\(fixed($0.value, 0)) ps in total)"
    }
    return ComparisonPage(
      title: title, citation: citation,
      remarks: ["Studies: \(sampled.joined(separator: ", "))."] + remarks,
      rows: rows)
  }
}

extension CompareCommand: FileProducing {
  var producesFilesOnly: Bool { !json && !markdown }
}

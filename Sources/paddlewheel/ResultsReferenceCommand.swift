import ArgumentParser
import Foundation
import Report
import Results
import Support

/// Updates the page of the results' files, and the JSON Schema of summary.json beside it; for `scripts/manifest-reference`.
struct ResultsReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "results-reference", shouldDisplay: false)

  @Argument(help: "The page, Markdown with generated blocks.") var page: String

  @Argument(help: "Where to write the schema.") var schema: String

  func run() throws {
    guard let text = FileManager.default.contents(atPath: page) else {
      throw InputError(place: SourcePlace(file: page), message: "can't be read")
    }
    try OutputFile.write(ResultsReference.updated(String(decoding: text, as: UTF8.self)), to: page)
    try OutputFile.write(String(decoding: SummarySchema.json(), as: UTF8.self), to: schema)
  }
}

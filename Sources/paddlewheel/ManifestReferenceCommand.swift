import ArgumentParser
import Foundation
import Manifest
import Support

/// Updates the reference of the manifest's keys in a page; for `scripts/manifest-reference`.
struct ManifestReferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "manifest-reference", shouldDisplay: false)

  @Argument(help: "The page, Markdown with blocks of generated keys; without it the tables are printed.")
  var page: String?

  func run() throws {
    guard let page else { return print(try ManifestReference.markdown(), terminator: "") }
    guard let text = FileManager.default.contents(atPath: page) else {
      throw InputError(place: SourcePlace(file: page), message: "can't be read")
    }
    try OutputFile.write(ManifestReference.updated(String(decoding: text, as: UTF8.self)), to: page)
  }
}

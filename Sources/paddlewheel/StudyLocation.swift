import ArgumentParser
import Foundation
import Manifest
import StudyStore
import Support

/// The directory of an existing study.
struct StudyLocation: ParsableArguments {
  @Argument(
    help: "The study's directory; by default this one, or the only study in it.", completion: .directory)
  var directory: String?

  func open() throws -> StudyDirectory { try StudyDirectory(opening: try path()) }

  private func path() throws -> String {
    if let directory { return directory }
    let files = FileManager.default
    if files.fileExists(atPath: "study.yaml") { return "." }
    let studies = ((try? files.contentsOfDirectory(atPath: ".")) ?? []).sorted()
      .filter { files.fileExists(atPath: "\($0)/study.yaml") }
    guard studies.count == 1, let only = studies.first else {
      let found = studies.isEmpty ? "no study" : "several studies (\(studies.joined(separator: ", ")))"
      throw InputError(found: "\(found) in this directory", wanted: "the directory of one as DIR")
    }
    return only
  }
}

/// A manifest and where its study goes.
struct StudySource: ParsableArguments {
  @Argument(help: "The study's manifest, YAML.", completion: .file(extensions: ["yaml", "yml"]))
  var manifest: String

  @Option(
    help: ArgumentHelp("The study's directory; by default its name, here.", valueName: "dir"),
    completion: .directory)
  var output: String?

  func path(for plan: StudyPlan) -> String { output ?? plan.manifest.study }
}

import ArgumentParser
import Foundation
import Learning
import Manifest
import StudyStore
import Support

/// The argument for an existing study.
struct StudyLocation: ParsableArguments {
  @Argument(
    help: "Directory of the study; by default the current one, or the only study in it.",
    completion: .directory)
  var directory: String?

  func open() throws -> StudyDirectory { try StudyDirectory(opening: try path()) }

  /// Opens a study whose extensions may be damaged, with what is wrong with them.
  func openAnyway() throws -> (study: StudyDirectory, problem: (any ExitingError)?) {
    try StudyDirectory.open(try path())
  }

  /// The folder of a loop of `learn`, where it is one.
  var learningFolder: LearningFolder? {
    let path = directory ?? "."
    return LearningFolder.isOne(path) ? LearningFolder(path) : nil
  }

  private func path() throws -> String {
    if let directory { return directory }
    let files = FileManager.default
    if files.fileExists(atPath: "study.yaml") { return "." }
    let studies = try folderContents(".").sorted()
      .filter { files.fileExists(atPath: "\($0)/study.yaml") }
    guard studies.count == 1, let only = studies.first else {
      let found = studies.isEmpty ? "no study" : "several studies (\(studies.joined(separator: ", ")))"
      throw InputError(found: "\(found) in this directory", wanted: "the directory of a study as argument")
    }
    return only
  }
}

/// The arguments for an existing study and the folder of its results.
struct ResultsLocation: ParsableArguments {
  @OptionGroup var study: StudyLocation

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Folder of the results, instead of results/ in the study: for a study that can't be written to.",
      valueName: "dir"), completion: .directory)
  var results: String?

  func open() throws -> StudyDirectory {
    var directory = try study.open()
    if let results {
      directory.resultsPath = absolutePath(results, from: FileManager.default.currentDirectoryPath)
    }
    return directory
  }
}

/// Attempts that are set aside before anything is started.
struct DiscardOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Set aside what an attempt of a run and later ones have written, so that the run goes on from what is older; may "
        + "be repeated.", valueName: "run:attempt"))
  var discardAttempt: [String] = []

  /// - Throws: ``InputError`` for another text.
  func attempts() throws -> [DiscardedAttempt] {
    try discardAttempt.map { text in
      guard let attempt = DiscardedAttempt(text) else {
        throw InputError(
          key: "--discard-attempt", found: "'\(text)'",
          wanted: "the index of a run and the number of an attempt, as 3:2")
      }
      return attempt
    }
  }
}

/// The arguments for a manifest and the directory of its study.
struct StudySource: ParsableArguments {
  @Argument(help: "Manifest of the study, YAML.", completion: .file(extensions: ["yaml", "yml"]))
  var manifest: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Directory of the study; by default its name in the current one.", valueName: "dir"),
    completion: .directory)
  var output: String?

  func path(for plan: StudyPlan) -> String { output ?? plan.manifest.study }

  /// The manifest's plan, and that of the study which it makes or lets grow, if any is on disk.
  ///
  /// Standard error says what it adds to a study.
  /// - Throws: ``InputError``.
  func plans() throws -> (own: StudyPlan, whole: StudyPlan) {
    let own = try StudyPlan(manifestAt: manifest)
    let (whole, growth) = try StudyDirectory.taking(own, at: path(for: own))
    for line in growth.map({ $0.lines(whole) }) ?? [] { printToStandardError(line) }
    return (own, whole)
  }
}

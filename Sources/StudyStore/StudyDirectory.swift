import Foundation
import Manifest
import Support

/// A study on disk: `study.yaml`, the runs' folders and the results.
package struct StudyDirectory: Sendable {
  /// Absolute.
  package let path: String
  package let plan: StudyPlan

  package var manifest: Manifest { plan.manifest }
  package var runs: [RunSpecification] { plan.runs }
  /// Absolute; `results/` in the study unless it is set.
  package var resultsPath: String {
    get { otherResults ?? "\(path)/results" }
    set { otherResults = newValue }
  }
  private var otherResults: String?

  package static let manifestName = "study.yaml"

  /// Opens a study that `plan --output` or `run` has written.
  ///
  /// Nothing outside of its folder is needed, and its own input files are not looked at: a new attempt does so.
  /// - Throws: ``InputError`` where there is none, and where it is damaged.
  package init(opening path: String) throws {
    let (study, problem) = try Self.open(path)
    if let problem { throw problem }
    self = study
  }

  /// Opens a study whose extensions may be damaged.
  /// - Returns: beside the study what is wrong with the first extension that can't be used; it and later ones do not count.
  /// - Throws: as ``init(opening:)`` does, but for the extensions.
  package static func open(_ path: String) throws -> (study: StudyDirectory, problem: (any ExitingError)?) {
    let absolute = try place(path)
    let manifest = "\(absolute)/\(manifestName)"
    guard FileManager.default.fileExists(atPath: manifest) else {
      throw InputError(
        place: SourcePlace(file: path), found: "no \(manifestName)",
        wanted: "the directory of a study, as `paddlewheel plan --output` writes it")
    }
    let (plan, problem) = try ExtensionFolder(study: absolute).extended(
      StudyManifests(study: absolute).plan())
    return (try StudyDirectory(unwritten: absolute, plan: plan), problem)
  }

  /// A study that does not exist on disk, for a dry run.
  /// - Throws: ``InputError`` for a path that can't be a study's.
  package init(unwritten path: String, plan: StudyPlan) throws {
    self.path = try Self.place(path)
    self.plan = plan
  }

  /// Writes a study, or takes a manifest into the one that exists.
  ///
  /// The manifest may list more runs and longer ones, and other settings of what the runs do not depend on
  /// (``StudyDifference/affectsOnlyAnalysis``); the one on disk is then replaced (``StudyManifests``).
  /// - Parameter command: the subcommand, for the message of others that start at the same time.
  /// - Throws: ``InputError`` where the directory holds another study or other files; ``RunFailure``;
  ///   ``IncompleteError`` where runs would be added while another command is at work on them.
  package init(creating path: String, plan: StudyPlan, command: String = "plan") throws {
    self.path = try Self.place(path)
    let manifests = StudyManifests(study: self.path)
    let isThere = manifests.exist
    var plan = plan
    if isThere {
      // Links and missing files of the study are found before anything is written.
      plan = try Self.take(plan, manifests, at: path, command: command)
    } else {
      try Self.refuseOtherFiles(in: self.path)
      plan = try StudyInputs.copy(plan, into: self.path)
    }
    let (extended, problem) = try ExtensionFolder(study: self.path).extended(plan)
    if let problem { throw problem }
    self.plan = extended
    do {
      try makeFolder(self.path)
      if !isThere { try Self.write(plan, manifests, at: path) }
      for run in plan.runs { try makeFolder(runPath(run.index)) }
      removeLeftOverFiles()
    } catch let error as CocoaError {
      throw RunFailure("can't write the study to \(path): \(error.localizedDescription)")
    }
  }

  /// The absolute path of a study. It becomes a part of scripts, of commands and of messages.
  static func place(_ path: String) throws -> String {
    try withoutControlCharacters(
      absolutePath(path, from: FileManager.default.currentDirectoryPath), "the directory of a study")
  }

  /// Makes a folder of the study where it is missing.
  /// - Throws: ``InputError`` where a link stands in the way; ``FileError``.
  package func makeFolder(_ folder: String) throws { try OwnFolder.make(folder, in: path) }

  /// Makes `results/` in the study; a folder elsewhere is the user's own.
  /// - Throws: ``InputError`` where a link stands in the way; ``FileError``.
  package func makeResultsFolder() throws {
    if otherResults == nil { try makeFolder(resultsPath) }
  }

  /// The folder of a run.
  package func runPath(_ index: Int) -> String { "\(path)/runs/\(runs[index].directoryName)" }

  /// Whether a run has a checkpoint to resume from.
  package func hasCheckpoint(_ index: Int) -> Bool {
    ["a", "b"].contains { FileManager.default.fileExists(atPath: "\(runPath(index))/checkpoint.\($0).h5") }
  }

  package func statePath(_ index: Int) -> String { "\(runPath(index))/state.json" }

  /// The attempts at a run.
  package func attempts(at index: Int) -> AttemptHistory { AttemptHistory(directory: runPath(index)) }

  /// Whether any run was cancelled and has not been restarted since.
  package var hasCancelledRuns: Bool { runs.indices.contains { cancelMarker($0).exists } }

  package func cancelMarker(_ index: Int) -> CancelMarker { CancelMarker(directory: runPath(index)) }

  /// - Throws: ``InputError`` where the study has no such run.
  package func run(_ index: Int) throws -> RunSpecification {
    guard runs.indices.contains(index) else {
      throw InputError(
        place: SourcePlace(file: path), found: "the run \(index)",
        wanted: "a run from 0 to \(runs.count - 1)")
    }
    return runs[index]
  }

  /// Writes the manifest of a new study. Of two commands that create the study at the same moment one finds that of the
  /// other, which has to have the same runs.
  private static func write(_ plan: StudyPlan, _ manifests: StudyManifests, at path: String) throws {
    let yaml = StudyManifests.text(plan)
    guard try !AtomicFile.createExclusively(yaml, at: manifests.newest) else { return }
    let (found, growth) = try taking(plan, at: path)
    guard growth?.isGrowth != true, found.runs.count == plan.runs.count else {
      throw IncompleteError("another command has just created this study with other runs; start again")
    }
  }

  /// The program's own half-written files are no others, and a study that another command has created meanwhile is judged
  /// as one.
  private static func refuseOtherFiles(in path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return }
    // The copies of input files are made before the manifest is written.
    let first =
      isFolder.boolValue
      ? try folderContents(path).filter { !TemporaryFile.isOne($0) && $0 != InputFile.folder }.min() : nil
    if FileManager.default.fileExists(atPath: "\(path)/\(manifestName)") { return }
    if !isFolder.boolValue || first != nil {
      throw InputError(
        place: SourcePlace(file: path), found: first.map { "a directory with '\($0)'" } ?? "a file",
        wanted: "a new or empty directory, or one with the same study")
    }
  }
}

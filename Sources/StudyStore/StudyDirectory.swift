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
    let (plan, problem) = try ExtensionFolder(study: absolute).extended(StudyPlan(opening: manifest))
    return (try StudyDirectory(unwritten: absolute, plan: plan), problem)
  }

  /// A study that does not exist on disk, for a dry run.
  /// - Throws: ``InputError`` for a path that can't be a study's.
  package init(unwritten path: String, plan: StudyPlan) throws {
    self.path = try Self.place(path)
    self.plan = plan
  }

  /// Writes a study, or opens the same one where it exists.
  ///
  /// Keys that the runs do not depend on (``StudyDifference/affectsOnlyAnalysis``) may differ; the manifest on disk is
  /// then updated.
  /// - Throws: ``InputError`` where the directory holds another study or other files; ``RunFailure``.
  package init(creating path: String, plan: StudyPlan) throws {
    self.path = try Self.place(path)
    let manifest = "\(self.path)/\(Self.manifestName)"
    let before = FileManager.default.contents(atPath: manifest)
    var plan = plan
    // The manifest that was planned a moment ago is not planned a second time.
    if before != Data(plan.resolvedYAML.utf8) {
      if !FileManager.default.fileExists(atPath: manifest) { try Self.refuseOtherFiles(in: self.path) }
      if FileManager.default.fileExists(atPath: manifest) {
        plan = try plan.namingFiles(as: Self.sameStudy(at: path, manifest: manifest, plan: plan))
      }
    }
    plan = try StudyInputs.copy(plan, into: self.path)
    let (extended, problem) = try ExtensionFolder(study: self.path).extended(plan)
    if let problem { throw problem }
    self.plan = extended
    let yaml = Data(plan.resolvedYAML.utf8)
    let isWritten = before == yaml
    do {
      try makeFolder(self.path)
      if !isWritten { try Self.write(yaml, to: manifest, of: plan, at: path) }
      for run in plan.runs { try makeFolder(runPath(run.index)) }
      removeLeftOverFiles()
    } catch let error as CocoaError {
      throw RunFailure("can't write the study to \(path): \(error.localizedDescription)")
    }
  }

  /// The absolute path of a study. It becomes a part of scripts, of commands and of messages.
  private static func place(_ path: String) throws -> String {
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

  /// The study on disk.
  /// - Throws: ``InputError`` where it is another one.
  private static func sameStudy(at path: String, manifest: String, plan: StudyPlan) throws -> StudyPlan {
    let there: StudyPlan
    do {
      there = try StudyPlan(opening: manifest)
    } catch let error as InputError {
      throw InputError(
        place: SourcePlace(file: path), message: "contains a study that can't be read: \(error)")
    }
    let differences = try StudyDifference.between(there.yamlOfContents(), plan.yamlOfContents())
      .filter { !$0.affectsOnlyAnalysis }
    guard !differences.isEmpty else { return there }
    let list = differences.prefix(10).map { "  \($0)" }.joined(separator: "\n")
    throw InputError(
      place: SourcePlace(file: path), found: "another study",
      wanted: "an empty directory or the same study",
      message:
        "these keys differ (on disk, here):\n\(list)\nGive another --output, or the manifest on disk."
    )
  }

  /// Writes the manifest of a new study, or the updated one. Of two commands that create the study at the same moment one
  /// finds that of the other.
  private static func write(_ yaml: Data, to manifest: String, of plan: StudyPlan, at path: String) throws {
    if FileManager.default.fileExists(atPath: manifest) { return try AtomicFile.write(yaml, to: manifest) }
    guard try !AtomicFile.createExclusively(yaml, at: manifest) else { return }
    _ = try sameStudy(at: path, manifest: manifest, plan: plan)
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

import Digest
import Foundation
import Manifest
import ManifestFormat
import PotentialKeys
import StudyStore
import Support
import Training

/// What a loop is and what it is to reach: `learning.json`.
package struct LearningRecord: Codable, Sendable, Equatable {
  package var name: String
  /// Of everything that the results depend on: the recipe without its budget and what may change with it, and the files that it names.
  package var input: String
  package var deviation_eV_A: Double
  package var fraction: Double
  package var rungs: Int
  package var generations: Int
  package var labels: Int?
  package var time_s: Double?
  package var committee: Int
  package var epochs: Int
  package var batch: Int
  package var updates: Int?

  init(_ recipe: LearningRecipe, input: String) {
    name = recipe.name
    self.input = input
    deviation_eV_A = recipe.until.deviation_eV_A
    fraction = recipe.until.fraction_percent / 100
    rungs = recipe.rungs.count
    generations = recipe.budget.generations
    labels = recipe.budget.labels
    time_s = recipe.budget.time_s
    committee = recipe.train.recipe.committee
    epochs = recipe.train.recipe.settings.epochs
    batch = recipe.train.recipe.settings.batch
    updates = recipe.train.updates
  }

  /// Takes the folder for a recipe, or goes on with it.
  /// - Throws: ``InputError`` for a folder of another recipe, or with other files; ``FileError``.
  static func claim(_ folder: LearningFolder, _ recipe: LearningRecipe, input: String) throws {
    let wanted = LearningRecord(recipe, input: input)
    let found = try read(folder)
    if let found, found.input != input {
      throw InputError(
        place: SourcePlace(file: folder.record), found: "a loop of other settings or files",
        wanted: "the same as before, or another --output",
        message: "only budget, until.fraction and until.broken-ions may change")
    }
    if let kind = FileKind(behind: folder.path), kind != .folder {
      throw InputError(
        place: SourcePlace(file: folder.path), found: kind.rawValue, wanted: "a directory for the loop")
    }
    if found == nil, FileKind(at: folder.path) != nil {
      let others = try folderContents(folder.path).filter { !TemporaryFile.isOne($0) && $0 != "at-work" }
      if let first = others.min() {
        throw InputError(
          place: SourcePlace(file: folder.path), found: "a directory with '\(first)'",
          wanted: "a new or empty directory, or one with the same loop")
      }
    }
    try OwnFolder.make(folder.path, in: folder.path)
    if found != wanted { try AtomicFile.write(try SealedRecord.encode(wanted), to: folder.record) }
  }

  /// - Returns: nil where there is none.
  /// - Throws: ``InputError`` for one that can't be read.
  private static func read(_ folder: LearningFolder) throws -> LearningRecord? {
    try JSONFile.load(
      LearningRecord.self, folder.record,
      remedy: "restore it: nothing else says of which recipe the folder is; or give another --output")
  }

  /// - Throws: ``InputError``.
  static func load(_ folder: LearningFolder) throws -> LearningRecord {
    guard let record = try read(folder) else {
      throw InputError(
        place: SourcePlace(file: folder.path), found: "no \(LearningFolder.recordName)",
        wanted: "the directory of a loop, as `paddlewheel learn` writes it")
    }
    return record
  }
}

extension LearningRecipe {
  /// Identifies everything that the results depend on.
  /// - Throws: ``InputError`` for files that can't be read.
  func digest(_ plan: StudyPlan) throws -> String {
    var fixed = self
    fixed.budget = BudgetKeys()
    fixed.until.fraction_percent = UntilKeys().fraction_percent
    fixed.until.brokenIons = nil
    let hash = SHA256()
    hash.update(try flowText(Self.schema.encode(fixed)))
    hash.update(plan.resolvedYAML)
    for file in start.frames + (heldOut.frames.map { [$0] } ?? []) {
      let data: Data
      do { data = try FileContents.read(file.path, most: 1 << 32) } catch {
        throw InputError(
          place: SourcePlace(file: file.path), found: error.reason, wanted: "labelled frames")
      }
      data.withUnsafeBytes { hash.update($0) }
    }
    hash.update(try label.engine().identity.digest)
    return SHA256.hexadecimal(hash.finish())
  }
}

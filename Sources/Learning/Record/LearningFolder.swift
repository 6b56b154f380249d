import Foundation
import Support
import Training

/// The files of a loop.
package struct LearningFolder: Sendable {
  /// Absolute.
  package let path: String

  package init(_ path: String) {
    self.path = absolutePath(path, from: FileManager.default.currentDirectoryPath)
  }

  /// What the loop is, and what it is to reach.
  package static let recordName = "learning.json"

  var record: String { "\(path)/\(Self.recordName)" }
  var progress: String { "\(path)/progress.json" }
  /// Names the newest committee.
  package var potential: String { "\(path)/potential.yaml" }

  /// Whether a folder is that of a loop.
  package static func isOne(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(recordName)")
  }

  package func generation(_ number: Int) -> GenerationFolder {
    GenerationFolder(path: "\(path)/generation-\(digits(number))")
  }

  /// The copy of a model beside the description that names it.
  func modelName(generation: Int, member: Int) -> String { "nep-\(digits(generation))-\(member).txt" }

  private func digits(_ number: Int) -> String { String(format: "%03d", number) }

  /// Those that have begun, in their order.
  /// - Throws: ``InputError`` for a record that can't be read, and for one that is missing while later ones are there.
  package func generations() throws -> [Generation] {
    var found: [Generation] = []
    while let next = try Generation.load(generation(found.count)) { found.append(next) }
    let names = FileManager.default.fileExists(atPath: path) ? try folderContents(path) : []
    let later = names.compactMap { name in
      name.hasPrefix("generation-") ? Int(name.dropFirst("generation-".count)) : nil
    }.filter { $0 > found.count }.max()
    if let later {
      throw InputError(
        place: SourcePlace(file: generation(found.count).record),
        found: "no record, beside generation \(later)",
        wanted: "the records of all generations: restore it, or remove the folders of it and all after it")
    }
    return found
  }
}

/// The files of one generation.
package struct GenerationFolder: Sendable {
  package let path: String

  var record: String { "\(path)/generation.json" }
  package var study: String { "\(path)/explore" }
  /// Frames among which is chosen.
  var candidates: String { "\(path)/candidates.extxyz" }
  var selected: String { "\(path)/selected.extxyz" }
  var labelled: String { "\(path)/labelled.extxyz" }
  /// The part of the labelled frames that is trained on, and that which is not.
  var training: String { "\(path)/train.extxyz" }
  var test: String { "\(path)/test.extxyz" }
  /// The held-out frames of all generations so far.
  var heldOut: String { "\(path)/held-out.extxyz" }
  package var committee: TrainingFolder { TrainingFolder("\(path)/training") }
  var potential: String { "\(path)/training/potential.yaml" }
}

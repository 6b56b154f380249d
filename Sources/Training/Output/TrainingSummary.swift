import Foundation
import Support

/// What a training has come to: `training.json`.
package struct TrainingSummary: Codable, Sendable {
  /// Of recipe, data and initial model.
  package let input: String
  package let epochs: [EpochRecord]
  /// Of the final model.
  package let final: EpochRecord
  package let settings: TrainingSettings
  package let elements: [String]
  package let parameters: Int
  package let model: TrainedModel
  package let errors: TrainingErrors
  /// SHA-256 of `nep.txt`; nil in files of versions that did not write it.
  package var modelDigest: String?

  /// - Returns: nil where there is none.
  /// - Throws: ``InputError`` for a file that can't be read.
  package static func load(_ path: String) throws -> TrainingSummary? {
    guard FileKind(at: path) != nil else { return nil }
    let data: Data
    do { data = try FileContents.read(path, most: 1 << 30) } catch {
      throw InputError(place: SourcePlace(file: path), message: error.reason)
    }
    guard let summary = try? JSONDecoder().decode(TrainingSummary.self, from: data) else {
      throw InputError(
        place: SourcePlace(file: path), found: "a damaged file", wanted: "that of a training", message: remedy
      )
    }
    return summary
  }

  /// Whether a training has ended.
  /// - Parameter inputs: digests of the training, among them those of older versions.
  /// - Throws: ``InputError`` for a file of another training, and for one that can't be read.
  static func isDone(_ path: String, inputs: [String]) throws -> Bool {
    guard let summary = try load(path) else { return false }
    guard inputs.contains(summary.input) else {
      throw InputError(
        place: SourcePlace(file: path), found: "a finished training of other settings, data or base",
        wanted: "the same as before, or another --output", message: remedy)
    }
    return true
  }

  private static let remedy = "remove the folder, or give another --output, to train anew"
}

import Foundation
import Manifest
import Support

/// A round of further sampling: `extensions/0001.json`, which only `extend` writes. It makes runs longer; the
/// study's manifest does not change.
package struct StudyExtension: Codable, Equatable, Sendable {
  package var number: Int
  package var created_s: Double
  /// Target relative standard error.
  package var target: Double
  /// Of this round.
  package var coreHours: Double
  /// New length of the sampling stage by the run's index, ps.
  package var sample_ps: [Int: Double]

  package init(
    number: Int, created_s: Double, target: Double, coreHours: Double, sample_ps: [Int: Double]
  ) {
    self.number = number
    self.created_s = created_s
    self.target = target
    self.coreHours = coreHours
    self.sample_ps = sample_ps
  }

  package enum CodingKeys: String, CodingKey {
    case number, target
    case created_s = "created_s"
    case coreHours = "core_hours"
    case sample_ps = "sample_ps"
  }
}

/// The extensions of a study.
package struct ExtensionFolder {
  /// Of the study.
  package let study: String

  package init(study: String) {
    self.study = study
  }

  private var files: NumberedRecords<StudyExtension> { NumberedRecords(folder: "\(study)/extensions") }

  /// Oldest first.
  /// - Throws: ``RunFailure`` for one that can't be read: the runs would seem shorter than they are.
  package func all() throws -> [StudyExtension] { try files.all() }

  /// Creates the record of the next round.
  /// - Throws: ``RunFailure``; ``IncompleteError`` where another process has created it in the meantime: both plans would add up.
  package func add(_ round: StudyExtension) throws {
    guard try files.create(round, number: round.number) else {
      throw IncompleteError("another process has created \(files.path(round.number)); run extend again")
    }
  }
}

extension StudyPlan {
  /// The plan with longer sampling stages.
  package func extended(by rounds: [StudyExtension]) -> StudyPlan {
    var plan = self
    for round in rounds {
      for (index, sample_ps) in round.sample_ps where runs.indices.contains(index) {
        plan.lengthen(index, to: sample_ps)
      }
    }
    return plan
  }
}

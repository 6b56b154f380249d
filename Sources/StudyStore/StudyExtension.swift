import Foundation
import Manifest
import Support

/// A round of further sampling: `extensions/0001.json`, which only `extend` writes. It makes runs longer; the
/// study's manifest stays what it was.
package struct StudyExtension: Codable, Equatable, Sendable {
  package var number: Int
  package var created_s: Double
  /// Relative standard error that is aimed at.
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

  private var path: String { "\(study)/extensions" }

  /// Oldest first.
  /// - Throws: ``RunFailure`` for one that can't be read: how long the runs are could not be told.
  package func all() throws -> [StudyExtension] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return try names.filter { $0.hasSuffix(".json") }.sorted().map { name in
      guard let data = FileManager.default.contents(atPath: "\(path)/\(name)"),
        let one = try? JSONDecoder().decode(StudyExtension.self, from: data)
      else { throw RunFailure("\(path)/\(name) can't be read: how long the runs are to be can't be told") }
      return one
    }
  }

  /// Writes the next round down.
  /// - Throws: ``RunFailure``; also where another process has written one in the meantime.
  package func add(_ round: StudyExtension) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw RunFailure("can't create \(path): \(error.localizedDescription)")
    }
    let file = "\(path)/\(String(format: "%04d", round.number)).json"
    guard try AtomicFile.createExclusively(try fileJSON(round), at: file) else {
      throw RunFailure("\(file) has been written by another process in the meantime; run extend again")
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

import Foundation
import Manifest
import Support

/// A round of further sampling: `extensions/0001.json`, which only `extend` writes. It makes runs longer; the
/// study's manifest does not change.
package struct StudyExtension: Codable, Equatable, Sendable {
  package var number: Int
  package var created_s: Double
  /// Target relative standard error of D and Ea; nil where there was none.
  package var target: Double?
  /// Target standard error of Ea, eV; nil where there was none.
  package var energyTarget_eV: Double?
  /// Of this round.
  package var coreHours: Double
  /// New length of the sampling stage by the run's index, ps.
  package var sample_ps: [Int: Double]

  package init(
    number: Int, created_s: Double, target: Double?, energyTarget_eV: Double? = nil, coreHours: Double,
    sample_ps: [Int: Double]
  ) {
    self.number = number
    self.created_s = created_s
    self.target = target
    self.energyTarget_eV = energyTarget_eV
    self.coreHours = coreHours
    self.sample_ps = sample_ps
  }

  package enum CodingKeys: String, CodingKey {
    case number, target
    case energyTarget_eV = "target_ea_eV"
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

  /// A plan with the longer sampling stages, up to the first record that makes no sense for it.
  /// - Returns: beside the plan what is wrong with that record, with its file and key.
  func extended(_ plan: StudyPlan) throws -> (plan: StudyPlan, problem: (any ExitingError)?) {
    var longer = plan
    do {
      for number in try files.numbers() {
        let round = try files.record(number)
        do { longer = try longer.extended(by: round, number: number) } catch {
          throw InputError(
            place: SourcePlace(file: files.path(number)), key: error.key, found: error.found,
            wanted: error.wanted)
        }
      }
    } catch let error as any ExitingError {
      return (longer, error)
    }
    return (longer, nil)
  }

  /// Creates the record of the next round.
  /// - Throws: ``RunFailure``; ``IncompleteError`` where another process has created it in the meantime: both plans would add up.
  package func add(_ round: StudyExtension) throws {
    guard try files.create(round, number: round.number) else {
      throw IncompleteError("another process has created \(files.path(round.number)); run extend again")
    }
  }
}

extension StudyExtension: StudyRecord {
  package func check() throws(RecordFault) {
    try require(number, "number", RecordRange.numbers)
    try require(date_s: created_s, "created_s")
    try require(target, "target", 0...1e6)
    try require(energyTarget_eV, "target_ea_eV", 0...1e6)
    try require(coreHours, "core_hours", 0...1e15)
  }
}

extension StudyPlan {
  /// The plan with the longer sampling stages of one round.
  /// - Parameter number: of its file.
  /// - Throws: ``RecordFault`` for a round that `extend` has not written for this study.
  func extended(by round: StudyExtension, number: Int) throws(RecordFault) -> StudyPlan {
    guard round.number == number else {
      throw RecordFault(key: "number", found: "\(round.number)", wanted: "\(number), as in the file's name")
    }
    var plan = self
    for (index, sample_ps) in round.sample_ps.sorted(by: { $0.key < $1.key }) {
      let key = "sample_ps.\(index)"
      guard runs.indices.contains(index) else {
        throw RecordFault(key: key, found: "the run \(index)", wanted: "a run from 0 to \(runs.count - 1)")
      }
      guard let simulation = plan.runs[index].manifest.simulated, let now_ps = simulation.stages.sample_ps
      else {
        throw RecordFault(
          key: key, found: "a run without a sampling stage", wanted: "one that can be extended")
      }
      let longest_ps = RecordRange.longest_ps(step_ps: simulation.dynamics.step_ps)
      // The lengths are whole steps, rounded.
      // A newer manifest may have made the run longer since.
      let shortest_ps = plan.firstSample_ps[index] ?? now_ps
      guard sample_ps >= shortest_ps - simulation.dynamics.step_ps, sample_ps <= longest_ps else {
        throw RecordFault(
          key: key, found: "\(sample_ps) ps",
          wanted: "\(shortest_ps) ps, what the run had, to \(longest_ps) ps")
      }
      plan.lengthen(index, to: sample_ps)
    }
    return plan
  }
}

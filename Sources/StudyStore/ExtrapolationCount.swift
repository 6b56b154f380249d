import Foundation
import Trajectory

/// How often and how far atoms of a run have left the training set of its model: whenever observables were recorded.
package struct ExtrapolationCount: Codable, Equatable, Sendable, CustomStringConvertible {
  /// Records that were looked at.
  package private(set) var records = 0
  /// Those with an atom whose grade γ is above 1.
  package private(set) var recordsOutside = 0
  /// The largest number of such atoms in one record.
  package private(set) var mostAtoms = 0
  /// Of the first of these records, over all stages; nil where no atom has left.
  package private(set) var firstStep: Int?
  package private(set) var firstTime_ps: Double?
  /// The largest γ of any atom so far, and its step.
  package private(set) var largestGrade = 0.0
  package private(set) var largestStep = 0

  package init() {}

  enum CodingKeys: String, CodingKey {
    case records
    case recordsOutside = "records_outside"
    case mostAtoms = "most_atoms"
    case firstStep = "first_step"
    case firstTime_ps = "first_time_ps"
    case largestGrade = "largest_grade"
    case largestStep = "largest_step"
  }

  /// - Parameters:
  ///   - step: over all stages.
  ///   - atomsOutside: with γ above 1.
  package mutating func add(step: Int, time_ps: Double, atomsOutside: Int, largestGrade: Double) {
    records += 1
    if largestGrade > self.largestGrade {
      self.largestGrade = largestGrade
      largestStep = step
    }
    guard atomsOutside > 0 else { return }
    recordsOutside += 1
    mostAtoms = max(mostAtoms, atomsOutside)
    if firstStep == nil {
      firstStep = step
      firstTime_ps = time_ps
    }
  }

  /// For messages; of a run in which no atom has left, this says so.
  package var description: String {
    guard let firstStep, let firstTime_ps else {
      return String(
        format: "no atom has left the model's training set (largest γ %.4g, in %d records)", largestGrade,
        records
      )
    }
    return String(
      format:
        "atoms have left the model's training set (γ > 1): up to %d at once, first by step %d (%.3f ps), in %d "
        + "of %d records; largest γ %.4g, at step %d",
      mostAtoms, firstStep, firstTime_ps, recordsOutside, records, largestGrade, largestStep)
  }

  /// The description where an atom has left, else nil.
  package var exits: String? { recordsOutside > 0 ? description : nil }

  /// For a checkpoint; empty before the first record.
  package var doubles: [Double] {
    guard records > 0 else { return [] }
    return [
      Double(records), Double(recordsOutside), Double(mostAtoms), Double(firstStep ?? -1), firstTime_ps ?? 0,
      largestGrade, Double(largestStep),
    ]
  }

  /// - Returns: nil for numbers that ``doubles`` does not give.
  package init?(_ doubles: [Double]) {
    guard doubles.count == 7 else { return nil }
    func integer(_ index: Int, _ range: ClosedRange<Int>) -> Int? {
      Int(exactly: doubles[index]).flatMap { range.contains($0) ? $0 : nil }
    }
    let steps = RecordLimits.steps
    guard let records = integer(0, steps), let outside = integer(1, 0...records),
      let most = integer(2, 0...(1 << 40)), let first = integer(3, -1...steps.upperBound),
      doubles[4].isFinite, doubles[5].isFinite, let largestStep = integer(6, steps)
    else { return nil }
    self.records = records
    recordsOutside = outside
    mostAtoms = most
    firstStep = first < 0 ? nil : first
    firstTime_ps = first < 0 ? nil : doubles[4]
    largestGrade = doubles[5]
    self.largestStep = largestStep
  }
}

import Foundation
import StudyStore
import Support
import Units

/// The results of studies compared with the printed numbers of a paper.
package struct Comparison: Codable, Sendable {
  package var title: String
  package var citation: String
  package var remarks: [String]
  /// Sampled time of each study by its name, ps.
  package var studies: [String: Double]
  package var rows: [ComparisonRow]

  /// - Parameter directories: studies with results; a target of any other study is not sampled enough.
  /// - Throws: ``InputError`` or ``RunFailure`` for a study without results.
  package init(_ file: TargetFile, directories: [StudyDirectory]) throws {
    title = file.title
    citation = file.citation
    remarks = file.remarks
    var known: [String: ComparedStudy] = [:]
    var sampled: [String: Double] = [:]
    for directory in directories {
      let name = directory.manifest.study
      guard known[name] == nil else {
        throw InputError("two studies are named \(name): \(directory.path) and another")
      }
      known[name] = try ComparedStudy(directory)
      sampled[name] = known[name]?.sampled_ps
    }
    studies = sampled
    rows = file.targets.map { target in
      guard let study = known[target.study] else {
        return Self.row(
          target, Estimate(value: nil, error: nil, reason: "no study named \(target.study) was given"))
      }
      return Self.row(target, study.estimate(target))
    }
  }

  private static func row(_ target: TargetFile.Target, _ ours: Estimate) -> ComparisonRow {
    let judgement = ours.judged(
      by: target.expectation, resolution: target.resolution, printedSampling_ps: target.sampled_ps)
    let dimension =
      switch target.form {
      case .ratio, .trend: PhysicalDimension.number
      case .single, .difference: target.quantity.dimension
      }
    let unit = dimension.units.first { $0.names.contains(target.unit) }
    let factor = unit.map { $0.divisor / $0.multiplier } ?? 1
    var ratio: Double?
    if case .value(let printed, _) = target.expectation, printed != 0 {
      ratio = ours.value.map { $0 / printed }
    }
    var note = ours.value == nil || ours.error == nil || ours.isPartial ? ours.reason : nil
    if ours.value != nil, ours.error == nil, note == nil { note = "no error" }
    return ComparisonRow(
      what: target.what, source: target.source, study: target.study, printed: target.printed,
      value: ours.value.map { $0 * factor },
      error: ours.error.map { ours.scale == .linear ? $0 * factor : $0 },
      isLogarithmic: ours.scale == .logarithmic,
      interval: ours.interval.map { [$0.lowerBound * factor, $0.upperBound * factor] },
      upperBound: ours.upperBound.map { $0 * factor }, lowerBound: ours.lowerBound.map { $0 * factor },
      unit: target.unit, ratio: ratio,
      verdict: judgement.verdict, p: judgement.p, note: note)
  }
}

extension Comparison {
  /// Writes files with one name and different extensions, all or none.
  /// - Throws: ``RunFailure``.
  package func write(_ files: [(ending: String, data: Data)], to folder: String, name: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw RunFailure("can't make the folder \(folder): \(error.localizedDescription)")
    }
    try FilesTogether.write(files.map { ("\(folder)/\(name).\($0.ending)", $0.data) })
  }
}

import Analysis
import Foundation
import TestSupport
import Testing

@testable import Exchange
@testable import Mechanism
@testable import Results
@testable import StudyStore
@testable import Support

/// Imports files into a study in a folder.
func importing(
  _ files: [String], into name: String, _ folder: TemporaryFolder, mobile: String = "Na",
  _ change: (inout ImportRequest.Options) -> Void = { _ in }
) throws -> ImportResult {
  var options = ImportRequest.Options()
  options.temperature = "600 K"
  options.timestep = "1 fs"
  change(&options)
  return try importStudy(
    ImportRequest(files: files, output: folder.file(name), mobile: mobile, options: options))
}

/// The text of the error, which must be an input error.
func refusal(_ body: () throws -> Void) throws -> String {
  do {
    try body()
    return "no error"
  } catch let error as any ExitingError {
    #expect(error.exitCode == 2, "\(error)")
    return "\(error)"
  }
}

/// The first set's temperatures in `summary.json`.
func temperatures(of study: StudyDirectory) throws -> [[String: Any]] {
  let result = try #require(try aggregate(study: study, ranks: AggregationRanks()))
  #expect(result.missing.isEmpty, "\(result.missing)")
  let data = try Data(contentsOf: URL(fileURLWithPath: result.summaryPath))
  let summary = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  let sets = try #require(summary["sets"] as? [[String: Any]])
  return try #require(sets.first?["temperatures"] as? [[String: Any]])
}

/// D and its error, Å²/ps.
func diffusivity(of study: StudyDirectory) throws -> (value: Double, error: Double) {
  let first = try #require(try temperatures(of: study).first)
  return (
    try #require(first["diffusivity_A2_per_ps"] as? Double),
    try #require(first["diffusivity_error"] as? Double)
  )
}

extension RunReading {
  /// Of the first species.
  var mechanism: RunMechanism { species[0].mechanism }
  /// Of the first species.
  var mobility: RunMobility { species[0].mobility }
}

/// The sets of `summary.json`, and their number.
func sets(of study: StudyDirectory) throws -> [SetSummary] {
  let result = try #require(try aggregate(study: study, ranks: AggregationRanks()))
  #expect(result.missing.isEmpty, "\(result.missing)")
  return try results(of: study).summary.sets
}

/// D lies within its interval, which is narrow enough to tell.
func expectDiffusivity(_ wanted_A2_per_ps: Double, _ set: SetSummary, _ name: String) throws {
  let t = try #require(set.temperatures.first)
  let ends = try #require(t.diffusivityInterval95_cm2_per_s, "\(name): \(t.warnings)")
  let wanted = wanted_A2_per_ps * 1e-4
  #expect(ends[0] < wanted && wanted < ends[1], "\(name): \(ends), wanted \(wanted)")
  #expect(ends[1] < 3 * ends[0], "\(name): \(ends)")
}

/// σ = n (Ze)² D/(k_B T), in SI units.
func expectConductivity(_ charge: Double, ions: Int, volume_A3: Double, _ set: SetSummary) throws {
  let t = try #require(set.temperatures.first)
  let D_m2_per_s = try #require(t.diffusivity_A2_per_ps) * 1e-8
  let e_C = 1.602176634e-19
  let siemens_per_m =
    Double(ions) / (volume_A3 * 1e-30) * charge * charge * e_C * e_C * D_m2_per_s / (1.380649e-23 * 600)
  let found = try #require(t.conductivity_mS_per_cm)
  #expect(abs(found - 10 * siemens_per_m) < 1e-6 * found, "\(found), wanted \(10 * siemens_per_m)")
}

/// The codes of a set's warnings, and of its temperatures'.
func codes(_ set: SetSummary) throws -> Set<String> {
  let warnings = set.warnings + set.temperatures.flatMap(\.warnings)
  return Set(
    try warnings.flatMap { warning -> [String] in
      let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(warning))
      return ((object as? [String: Any])?.keys).map(Array.init) ?? []
    })
}

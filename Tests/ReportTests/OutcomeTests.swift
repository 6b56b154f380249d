import Analysis
import Foundation
import TestSupport
import Testing

@testable import Report
@testable import Results

/// Terminal, report, CSV and JSON show the same outcome.
struct OutcomeTests {
  /// A set whose first temperature has this outcome.
  private func summary(_ outcome: DiffusionOutcome) -> StudySummary {
    var summary = Sample.summary()
    summary.sets[0].temperatures[0].outcome = outcome
    if outcome != .measured {
      summary.sets[0].temperatures[0].diffusivity_A2_per_ps = nil
      summary.sets[0].temperatures[0].diffusivityError = nil
      summary.sets[0].temperatures[0].upperBound_A2_per_ps = 2.5e-4
    }
    return summary
  }

  private func page(_ summary: StudySummary) throws -> XMLContent {
    let page = ReportPage(summary: summary, manifest: "", provenance: [], drawings: [:])
    return XMLContent(try page.render(common: [], ofSets: [[]]))
  }

  private func json(_ summary: StudySummary) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: JSONEncoder().encode(summary))
    let sets = try #require((object as? [String: Any])?["sets"] as? [[String: Any]])
    return try #require(sets.first)
  }

  private func firstTemperature(_ set: [String: Any]) throws -> [String: Any] {
    try #require((set["temperatures"] as? [[String: Any]])?.first)
  }

  @Test(arguments: DiffusionOutcome.allCases) func ofATemperature(_ outcome: DiffusionOutcome) throws {
    let summary = summary(outcome)
    let cell = ResultTable.rows(summary)[1][1]
    let content = try page(summary)
    #expect(content.error == nil)
    if outcome == .measured {
      #expect(cell.contains("±"))
    } else {
      #expect(cell == "\(outcome): D < 2.5e-08 (95 %)")
      #expect(content.text.contains("\(outcome): D < 2.5×10⁻⁸ (95 %)"))
    }
    for other in DiffusionOutcome.allCases where other != outcome {
      #expect(!content.text.contains("\(other): D") && !cell.contains("\(other): D"))
    }
    let row = try #require(rows(StudyTables(summary, Sample.curves()).texts["diffusivity.csv"] ?? "").first)
    #expect(row["outcome"] == outcome.rawValue)
    #expect(row["diffused"] == "\(outcome == .measured)")
    let temperature = try firstTemperature(json(summary))
    #expect(temperature["outcome"] as? String == outcome.rawValue)
    #expect(temperature["diffused"] as? Bool == (outcome == .measured))
    let text = try JSONEncoder().encode(summary)
    #expect(try JSONDecoder().decode(StudySummary.self, from: text) == summary)
  }

  @Test(arguments: ArrheniusOutcome.allCases) func ofASet(_ outcome: ArrheniusOutcome) throws {
    var summary = Sample.summary()
    if outcome != .fitted { summary.sets[0].activationEnergyError_eV = nil }
    if outcome == .tooFewTemperatures { summary.sets[0].activationEnergy_eV = nil }
    #expect(summary.sets[0].outcome == outcome)
    summary.sets[0].outcome = outcome
    let line = try #require(ResultTable.lines(summary).first)
    let content = try page(summary)
    switch outcome {
    case .fitted:
      #expect(line == "Ea = 0.126 ± 0.013 eV" && content.text.contains("0.126 ± 0.013 eV"))
    case .fittedWithoutError:
      #expect(line == "Ea = 0.126 (\(outcome)) eV" && content.text.contains("0.126 eV"))
    case .tooFewTemperatures:
      #expect(line == "Ea: \(outcome)" && content.text.contains("\(outcome)"))
    }
    let row = try #require(rows(StudyTables(summary, Sample.curves()).texts["arrhenius.csv"] ?? "").first)
    #expect(row["outcome"] == outcome.rawValue)
    #expect(try json(summary)["outcome"] as? String == outcome.rawValue)
  }

  @Test(arguments: ActiveFractionErrorSource.allCases)
  func ofTheActiveFraction(_ source: ActiveFractionErrorSource) throws {
    var summary = Sample.summary()
    summary.sets[0].temperatures[0].activeFractionErrorSource = source
    let row = try #require(rows(StudyTables(summary, Sample.curves()).texts["diffusivity.csv"] ?? "").first)
    #expect(row["active_fraction_error_source"] == source.rawValue)
    #expect(try firstTemperature(json(summary))["active_fraction_error_source"] as? String == source.rawValue)
  }

  /// A warning is one sentence in the terminal, the report and `notes`, and one code in `warnings`.
  @Test func warningsAreTheSameEverywhere() throws {
    var summary = Sample.summary()
    let warning = Warning.fitStartsAtReturnTime(time_ps: 0.25, factor: 5)
    summary.sets[0].temperatures[0].warnings = [warning]
    #expect(ResultTable.lines(summary).contains("500 K: \(warning)"))
    #expect(try page(summary).text.contains("500 K: \(warning)"))
    let temperature = try firstTemperature(json(summary))
    #expect(temperature["notes"] as? [String] == [warning.description])
    let codes = try #require(temperature["warnings"] as? [[String: [String: Double]]])
    #expect(codes == [["fit_starts_at_return_time": ["time_ps": 0.25, "factor": 5]]])
  }

  /// A summary of version 0.1.0, which has neither outcomes nor codes.
  @Test func summaryOfTheVersionBefore() throws {
    func temperature(_ kelvin: Int, hops: Int, _ diffusivity: String, _ note: String) -> String {
      """
      {"temperature_K": \(kelvin), "diffusivity_A2_per_ps": \(diffusivity), "diffusivity_error": null,
       "diffused": \(diffusivity != "null"), "upper_bound_A2_per_ps": 0.01, "hops": \(hops),
       "active_fraction": 0.5, "active_fraction_max": 0.6, "active_fraction_error": 0.1,
       "active_fraction_homogeneous": 0.5, "conductivity_mS_per_cm": null, "conductivity_error": null,
       "diffusivity_degrees_of_freedom": null, "conductivity_upper_bound_mS_per_cm": 1, "replicas": 1,
       "sampled_ps": 10, "mobile_ions": 8, "notes": ["\(note)"], "observables": [
         {"name": "haven-ratio", "series": "Na", "value": null, "error": null, "unit": "1", "note": "why"}]}
      """
    }
    let text = """
      {"study": "old", "complete": true, "missing": [], "notes": ["of the study"], "sets": [{
        "point": {}, "composition": null, "activation_energy_eV": null, "activation_energy_error_eV": null,
        "prefactor_A2_per_ps": null, "arrhenius_covariance": null, "degrees_of_freedom": null,
        "extrapolated": [], "observables": [], "notes": ["of the set"], "temperatures": [
          \(temperature(500, hops: 3, "null", "a")), \(temperature(600, hops: 30, "null", "b")),
          \(temperature(700, hops: 300, "0.1", "c"))]}]}
      """
    let summary = try JSONDecoder().decode(StudySummary.self, from: Data(text.utf8))
    let set = try #require(summary.sets.first)
    #expect(set.temperatures.map(\.outcome) == [.didNotDiffuse, .notRecorded, .measured])
    #expect(set.temperatures.allSatisfy { $0.activeFractionErrorSource == .binomial })
    #expect(set.outcome == .tooFewTemperatures)
    #expect(summary.warnings == [.text("of the study")] && set.warnings == [.text("of the set")])
    #expect(set.temperatures.flatMap(\.warnings).map(\.description) == ["a", "b", "c"])
    #expect(set.temperatures[0].observables.first?.note == "why")
    #expect(try page(summary).error == nil)
  }
}

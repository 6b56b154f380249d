import Foundation
import Testing

@testable import Report
@testable import Results

@Suite struct ModelComparisonTests {
  private static func set(_ point: [String: String], _ d: Double?, energy_eV: Double) -> SetSummary {
    var t = TemperatureSummary(temperature_K: 600)
    t.diffusivity_A2_per_ps = d
    t.diffusivityError = d.map { 0.1 * $0 }
    var set = SetSummary(point: point, temperatures: [t])
    set.activationEnergy_eV = energy_eV
    set.activationEnergyError_eV = 0.02
    return set
  }

  /// ln D of 0, 0.3 and 0.6 (plus a constant) scatter by 0.3, of which sampling explains 0.1.
  @Test func setsThatDifferInTheirModel() throws {
    let axis = "potential.nep"
    let sets = [0.0, 0.3, 0.6].enumerated().map { index, shift in
      Self.set([axis: "\(index).txt", "system.composition": "0"], exp(shift), energy_eV: 0.2)
    }
    let other = Self.set([axis: "0.txt", "system.composition": "1"], 1, energy_eV: 0.3)
    let found = ModelComparison.all(sets + [other])
    let one = try #require(found.count == 1 ? found.first : nil)
    #expect(one.point == ["system.composition": "0"] && one.models == ["0.txt", "1.txt", "2.txt"])
    let d = try #require(one.diffusivities.first?.logarithm)
    #expect(abs(d.mean - 0.3 - log(1e-4)) < 1e-12)
    #expect(abs(d.samplingError - 0.1) < 1e-12)
    #expect(abs(d.modelScatter - 0.08.squareRoot()) < 1e-12)
    let energy = try #require(one.activationEnergy_eV)
    #expect(energy.modelScatter == 0 && abs(energy.samplingError - 0.02) < 1e-15)
    let restored = try JSONDecoder().decode([ModelComparison].self, from: JSONEncoder().encode(found))
    #expect(restored == found)

    var summary = StudySummary(study: "models", sets: sets, complete: true, missing: [])
    summary.modelComparisons = found
    let text = try #require(StudyTables(summary, StudyCurves(sets: [], runs: [])).texts["models.csv"])
    let rows = text.split(separator: "\n")
    #expect(rows.count == 3 && rows[1].contains("600.0,ln_diffusivity_cm2_per_s,3,"), "\(text)")
    let page = try ReportPage(summary: summary, manifest: "", provenance: [], drawings: [:])
      .render(common: [], ofSets: [[], [], []])
    #expect(page.contains("By potential") && page.contains("2.txt"))
    #expect(page.contains("from one to the other"))
  }

  /// A model without a diffusivity is left out of the mean, and one model alone is no comparison.
  @Test func missingValues() {
    let axis = "potential.nep"
    let sets = [1.0, nil].enumerated().map { Self.set([axis: "\($0).txt"], $1, energy_eV: 0.2) }
    #expect(ModelComparison.all(sets).first?.diffusivities.isEmpty == true)
    #expect(ModelComparison.all([sets[0]]).isEmpty)
  }
}

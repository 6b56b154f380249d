import Foundation
import Testing

@testable import Report
@testable import Results

@Suite struct CellSizeTests {
  private static func set(_ point: [String: String], ions: Int, diffusivity: Double?) -> SetSummary {
    var t = TemperatureSummary(temperature_K: 600)
    t.mobileIons = ions
    t.diffusivity_A2_per_ps = diffusivity
    t.diffusivityError = diffusivity.map { 0.1 * $0 }
    return SetSummary(point: point, temperatures: [t])
  }

  /// Sets that differ in the supercell alone are compared, by rising length; others are not.
  @Test func setsThatDifferInTheSupercell() throws {
    let axis = "system.supercell"
    let sets = [
      Self.set([axis: "[3, 3, 3]", "system.composition": "0"], ions: 108, diffusivity: 0.3),
      Self.set([axis: "[2, 2, 2]", "system.composition": "0"], ions: 32, diffusivity: 0.2),
      Self.set([axis: "[2, 2, 2]", "system.composition": "1"], ions: 32, diffusivity: 0.5),
    ]
    let found = CellSizeSeries.all(sets, volumes_A3: [[27_000], [8000], [8000]])
    let series = try #require(found.count == 1 ? found.first : nil)
    #expect(series.point == ["system.composition": "0"] && series.temperature_K == 600)
    #expect(series.cells.map(\.supercell) == ["[2, 2, 2]", "[3, 3, 3]"])
    #expect(zip(series.cells.map(\.length_A), [20, 30]).allSatisfy { abs($0 - $1) < 1e-9 })
    #expect(series.cells.map(\.diffusivity_A2_per_ps) == [0.2, 0.3])
    let restored = try JSONDecoder().decode([CellSizeSeries].self, from: JSONEncoder().encode(found))
    #expect(restored == found)

    var summary = StudySummary(study: "sizes", sets: sets, complete: true, missing: [])
    #expect(StudyTables(summary, StudyCurves(sets: [], runs: [])).texts["cell-size.csv"] == nil)
    summary.cellSizes = found
    let text = try #require(StudyTables(summary, StudyCurves(sets: [], runs: [])).texts["cell-size.csv"])
    let rows = text.split(separator: "\n")
    #expect(
      rows.count == 3 && rows[0].hasPrefix("system.composition,temperature_K,supercell,mobile_ions,length_A"))
    #expect(rows[1].contains("\"[2, 2, 2]\",32,20") && rows[1].contains("2e-05"), "\(rows[1])")
    let figure = try #require(cellSizeFigure(found))
    #expect(figure.data.contains("0.05 2e-05 2e-06") || figure.data.contains("0.05 2e-05"), "\(figure.data)")
    #expect(cellSizeFigure([]) == nil)
  }
}

import Foundation
import Testing

@testable import Mechanism
@testable import Results

/// What the view in three dimensions is made of.
@Suite struct CellViewTests {
  /// One peak at a point of an oblique cell.
  private func grid(_ species: String, points: [Int], peak: [Int]) -> DensityGrid {
    var values = [Float](repeating: 0, count: points.reduce(1, *))
    values[(peak[0] * points[1] + peak[1]) * points[2] + peak[2]] = 40
    return DensityGrid(
      species: species, cell: [[6, 0, 0], [1, 12, 0], [0, 0.5, 24]], points: points, values: values,
      frames: 10)
  }

  @Test func theHighestValueIsWhereThePeakIs() throws {
    let view = try #require(
      CellView([grid("Na", points: [24, 48, 96], peak: [6, 20, 50])], anions: [], events: []))
    let volume = try #require(view.volumes.first)
    // The longest vector has every other point.
    #expect(volume.points == [24, 48, 48] && volume.values.count == 24 * 48 * 48)
    let top = volume.values.indices.filter { volume.values[$0] == 255 }
    #expect(top == [(6 * 48 + 20) * 48 + 25])
    // Smoothing keeps the integral and lowers the peak.
    #expect(volume.highest > 0 && volume.highest < 40)
    let read = try JSONDecoder().decode(CellView.self, from: JSONEncoder().encode(view))
    #expect(read == view)
  }

  @Test func thePathBeginsInTheCellAtTheOrigin() throws {
    var event = MigrationEvent(
      ion: 4, time_ps: 1.5, relativeTimes_ps: [-1, 0, 1], displacement_A: [0, 3, 6], neighbours: [])
    let grids = [grid("Na", points: [12, 24, 48], peak: [0, 0, 0])]
    #expect(try #require(CellView(grids, anions: [], events: [event])).paths.isEmpty)
    // Two cells along a, one back along c: at fractions 1.75, 2.25, 2.75 of a, and −0.5 of c.
    event.path_A = [1.75, 2.25, 2.75].map { [6 * $0, -0.25, -12] }
    let path = try #require(CellView(grids, anions: [], events: [event])?.paths.first)
    #expect(path.ion == 4 && path.fractions.count == 3)
    for (found, x) in zip(path.fractions, [-0.25, 0.25, 0.75]) {
      for (a, b) in zip(found, [x, 0, 0.5]) { #expect(abs(a - b) < 1e-3, "\(found)") }
    }
  }

  @Test func withoutDensityThereIsNoView() {
    var empty = grid("Na", points: [12, 12, 12], peak: [0, 0, 0])
    empty.values = empty.values.map { _ in 0 }
    #expect(CellView([], anions: [], events: []) == nil && CellView([empty], anions: [], events: []) == nil)
  }
}

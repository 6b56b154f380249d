import Crystal
import Foundation
import Mathematics
import Mechanism

/// The unit cell for a picture in three dimensions: densities on coarse grids, the anions' centres, and paths of hopping ions.
package struct CellView: Codable, Sendable, Equatable {
  /// A density in steps of 1/255 of its highest value.
  package struct Volume: Codable, Sendable, Equatable {
    /// "Na", "H".
    package var species: String
    /// Points along each vector of the cell, at fractions i/n.
    package var points: [Int]
    /// 1/Å³.
    package var highest: Double
    /// `[x][y][z]`, 255 for `highest`.
    package var values: Data
  }

  /// The way of an ion from site to site.
  package struct Path: Codable, Sendable, Equatable {
    /// Its index among the recorded mobile ions.
    package var ion: Int
    /// From the start of the sampling stage to the arrival at the new site, ps.
    package var time_ps: Double
    /// Fractions of the unit cell, images counted, `[time][axis]`. The middle of the path lies in the cell at the origin.
    package var fractions: [[Double]]
  }

  /// The mean unit cell's vectors, Å.
  package var cell: [[Double]]
  package var volumes: [Volume]
  package var anions: [MeanAnion]
  package var paths: [Path]

  /// More points along a vector would make a large page.
  private static let mostPoints = 48
  /// As the sections are smoothed.
  private static let smoothing_A = 0.2

  /// - Parameters:
  ///   - grids: of one temperature, with the same cell.
  ///   - events: those without a path are left out.
  /// - Returns: nil where no density is above zero.
  package init?(_ grids: [DensityGrid], anions: [MeanAnion], events: [MigrationEvent]) {
    volumes = grids.compactMap(Self.volume)
    guard let first = grids.first, !volumes.isEmpty else { return nil }
    cell = first.cell
    self.anions = anions
    let unit = first.unitCell
    paths = events.compactMap { event in
      guard let places = event.path_A, places.allSatisfy({ $0.count == 3 }) else { return nil }
      let fractions = places.map { unit.fractional([$0[0], $0[1], $0[2]]) }
      guard !fractions.isEmpty else { return nil }
      let middle = fractions[fractions.count / 2].rounded(.down)
      return Path(
        ion: event.ion, time_ps: event.time_ps,
        fractions: fractions.map { f in
          (0..<3).map { ((f[$0] - middle[$0]) * 10_000).rounded() / 10_000 }
        })
    }
  }

  private static func volume(_ grid: DensityGrid) -> Volume? {
    let smooth = grid.smoothed(sigma_A: smoothing_A)
    // The number of points is a multiple of 12, so that each step is a whole number of them.
    let steps = grid.points.map { $0 > mostPoints && $0 % 2 == 0 ? 2 : 1 }
    let points = zip(grid.points, steps).map { $0 / $1 }
    guard let highest = smooth.values.max(), highest > 0, highest.isFinite else { return nil }
    var values = Data(capacity: points[0] * points[1] * points[2])
    for x in 0..<points[0] {
      for y in 0..<points[1] {
        for z in 0..<points[2] {
          let row = x * steps[0] * grid.points[1] + y * steps[1]
          let value = smooth.values[row * grid.points[2] + z * steps[2]]
          values.append(UInt8(max(0, min(255, (value / highest * 255).rounded()))))
        }
      }
    }
    return Volume(species: grid.species, points: points, highest: Double(highest), values: values)
  }
}

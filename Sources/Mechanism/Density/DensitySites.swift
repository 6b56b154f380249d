import Crystal
import Mathematics
import RealModule

/// e^(−x²/2).
func gaussian(_ x: Double) -> Double { Double.exp(-x * x / 2) }

/// The sites that mobile ions occupy: the maxima of their smoothed density in the unit cell.
package struct DensitySites: Sendable, Equatable {
  /// In fractions of the unit cell, each 0 to 1.
  package let fractions: [Vector3]
  package let unitCell: Cell
  /// The shortest distance between two sites, Å, including periodic images.
  package let shortest_A: Double

  /// Width of the smoothing, Å.
  package static let smoothing_A = 0.35
  /// A maximum below this fraction of the highest is not a site.
  package static let threshold = 0.1
  /// Minimum distance between two sites, Å; of two closer maxima the higher is kept.
  package static let separation_A = 1.4

  package init(fractions: [Vector3], unitCell: Cell) {
    self.fractions = fractions
    self.unitCell = unitCell
    var least = unitCell.vectors.map(length).min() ?? 0
    let positions = fractions.map { unitCell.cartesian($0) }
    if let pairs = try? PeriodicPairs(cell: unitCell, positions: positions, radius: max(least, 0.1)) {
      for i in positions.indices { pairs.forEach(of: i) { _, _, v in least = min(least, length(v)) } }
    }
    shortest_A = least
  }

  package init(_ grid: DensityGrid) {
    let smooth = grid.smoothed(sigma_A: Self.smoothing_A)
    let n = smooth.points
    var maxima: [(value: Float, fraction: Vector3)] = []
    let highest = smooth.values.max() ?? 0
    for x in 0..<n[0] {
      for y in 0..<n[1] {
        for z in 0..<n[2] {
          let here = smooth.place(x, y, z)
          let value = smooth.values[here]
          guard value > 0, Double(value) >= Self.threshold * Double(highest) else { continue }
          let isMaximum = Self.isMaximum(smooth, at: (x, y, z))
          if isMaximum {
            maxima.append(
              (value, [Double(x) / Double(n[0]), Double(y) / Double(n[1]), Double(z) / Double(n[2])]))
          }
        }
      }
    }
    maxima.sort { $0.value > $1.value }
    let cell = grid.unitCell
    var kept: [Vector3] = []
    for maximum in maxima
    where kept.allSatisfy({ Self.distance_A($0, maximum.fraction, cell) >= Self.separation_A }) {
      kept.append(maximum.fraction)
    }
    self.init(fractions: kept, unitCell: cell)
  }

  private static func isMaximum(_ grid: DensityGrid, at p: (x: Int, y: Int, z: Int)) -> Bool {
    let here = grid.place(p.x, p.y, p.z)
    let value = grid.values[here]
    for dx in -1...1 {
      for dy in -1...1 {
        for dz in -1...1 {
          let there = grid.place(p.x + dx, p.y + dy, p.z + dz)
          // Of equal neighbours, the first is kept.
          if grid.values[there] > value || (grid.values[there] == value && there < here) { return false }
        }
      }
    }
    return true
  }

  private static func distance_A(_ a: Vector3, _ b: Vector3, _ cell: Cell) -> Double {
    let d = b - a
    return length(cell.cartesian(d - d.rounded(.toNearestOrEven)))
  }
}

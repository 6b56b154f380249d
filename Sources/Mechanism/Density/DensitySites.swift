import Crystal
import Mathematics
import RealModule

/// e^(−x²/2).
func gaussian(_ x: Double) -> Double { Double.exp(-x * x / 2) }

/// The sites that mobile ions occupy: the maxima of their smoothed density in the unit cell that stand out from
/// their surroundings by more than chance.
package struct DensitySites: Sendable, Equatable {
  /// In fractions of the unit cell, each 0 to 1.
  package let fractions: [Vector3]
  package let unitCell: Cell
  /// The distance from each site to the next, Å, including periodic images.
  package let nearest_A: [Double]
  /// The shortest of them, Å.
  package var shortest_A: Double { nearest_A.min() ?? unitCell.vectors.map(length).min() ?? 0 }

  package init(fractions: [Vector3], unitCell: Cell) {
    self.fractions = fractions
    self.unitCell = unitCell
    // No farther than its own image.
    let least = unitCell.vectors.map(length).min() ?? 0
    let positions = fractions.map { unitCell.cartesian($0) }
    var nearest = positions.map { _ in least }
    if let pairs = try? PeriodicPairs(cell: unitCell, positions: positions, radius: max(least, 0.1)) {
      for i in positions.indices {
        pairs.forEach(of: i) { _, _, v in nearest[i] = min(nearest[i], length(v)) }
      }
    }
    nearest_A = nearest
  }
}

/// Finds the sites in a density.
///
/// A maximum is a site where its density exceeds that of the saddle to the next higher maximum by more than the
/// Poisson noise of independent samples explains, and by a fifth. A site that was visited seldom counts like any
/// other as long as it was visited more than its surroundings. Symmetry is that of the framework: it is imposed on
/// the density before, and on the sites after.
package struct DensitySiteFinder: Sendable {
  /// Width of the smoothing, Å.
  package static let smoothing_A = 0.35
  /// Minimum distance between two sites, Å; of two closer maxima the higher is kept.
  package static let separation_A = 1.4
  /// Standard deviations by which a maximum exceeds its saddle. A unit cell has some hundreds of places for a chance
  /// maximum, and one in 30,000 is this high.
  package static let significance = 4.0
  /// The saddle is below this fraction of the maximum.
  package static let deepest = 0.8
  /// The time in which an ion at a site forgets where it was: a few periods of its vibration, ps.
  package static let memory_ps = 0.3

  private let grid: DensityGrid
  private let smooth: DensityGrid
  private let operations: [FractionalOperation]
  /// Independent samples of the density in a volume of the smoothing, for a density of 1/Å³ and one image.
  private let samples: Double

  /// - Parameters:
  ///   - grid: in the unit cell; `frames` are those that were added.
  ///   - operations: the symmetry of the framework in the unit cell.
  ///   - cellCount: unit cells that the density is a mean of.
  package init(
    _ grid: DensityGrid, operations: [FractionalOperation], cellCount: Int, frameInterval_ps: Double
  ) {
    self.operations = operations.isEmpty ? [.identity] : operations
    self.grid = grid.symmetrised(by: operations)
    smooth = self.grid.smoothed(sigma_A: Self.smoothing_A)
    let independent = Double(grid.frames) * min(1, frameInterval_ps / Self.memory_ps)
    // The variance of a density smoothed by a Gaussian is that of a count in (4π)^(3/2) σ³.
    let volume = Double.pow(4 * .pi, 1.5) * Double.pow(Self.smoothing_A, 3)
    samples = volume * independent * Double(max(1, cellCount))
  }

  /// - Returns: the sites, in the order of their density.
  package func sites() -> DensitySites {
    let cell = grid.unitCell
    let maxima = DensityBasins(smooth).maxima.filter(isSite).map { fraction(of: $0.place) }
    var kept: [Vector3] = []
    for maximum in maxima where isFree(maximum, of: kept) {
      for image in orbit(of: refined(maximum)) where isFree(image, of: kept) { kept.append(image) }
    }
    return DensitySites(
      fractions: kept.map { $0 - $0.rounded(.down) }, unitCell: cell)
  }

  private func isSite(_ maximum: DensityBasins.Maximum) -> Bool {
    guard maximum.value > 0, maximum.saddle <= Self.deepest * maximum.value else { return false }
    let at = fraction(of: maximum.place)
    let same = images(of: at).count { distance_A($0, at) < Self.smoothing_A }
    let count = samples * Double(operations.count) / Double(max(1, same))
    // The square root of a Poisson number has a standard deviation of 1/2.
    let excess = (maximum.value * count).squareRoot() - (maximum.saddle * count).squareRoot()
    return 2 * excess >= Self.significance
  }

  private func images(of s: Vector3) -> [Vector3] { operations.map { $0.image(of: s) } }

  /// The equivalent positions, of which those closer than the separation are one, at their mean.
  private func orbit(of s: Vector3) -> [Vector3] {
    let all = images(of: s)
    var result: [Vector3] = []
    for image in all where isFree(image, of: result) {
      let offsets = all.map { other -> Vector3 in
        let d = other - image
        return d - d.rounded(.toNearestOrEven)
      }.filter { length(grid.unitCell.cartesian($0)) < Self.separation_A }
      result.append(image + offsets.reduce(.zero, +) / Double(max(1, offsets.count)))
    }
    return result
  }

  /// The mean position of the density about a maximum.
  private func refined(_ start: Vector3) -> Vector3 {
    let cell = grid.unitCell
    let radius = Self.separation_A / 2
    var centre = start
    for _ in 0..<3 {
      var sum = Vector3.zero
      var weight = 0.0
      let n = grid.points.map(Double.init)
      let reach = (0..<3).map { Int((radius * length(reciprocal(cell, $0)) * n[$0]).rounded(.up)) + 1 }
      let origin = (0..<3).map { Int((centre[$0] * n[$0]).rounded()) }
      for x in -reach[0]...reach[0] {
        for y in -reach[1]...reach[1] {
          for z in -reach[2]...reach[2] {
            let p = [origin[0] + x, origin[1] + y, origin[2] + z]
            let s = Vector3(Double(p[0]) / n[0], Double(p[1]) / n[1], Double(p[2]) / n[2])
            guard length(cell.cartesian(s - centre)) < radius else { continue }
            let value = Double(grid.values[grid.place(p[0], p[1], p[2])])
            sum += (s - centre) * value
            weight += value
          }
        }
      }
      guard weight > 0 else { break }
      centre += sum / weight
    }
    return distance_A(centre, start) < radius ? centre : start
  }

  private func reciprocal(_ cell: Cell, _ k: Int) -> Vector3 {
    [cell.reciprocalA, cell.reciprocalB, cell.reciprocalC][k]
  }

  private func fraction(of place: Int) -> Vector3 {
    let n = grid.points
    return [
      Double(place / (n[1] * n[2])) / Double(n[0]), Double(place / n[2] % n[1]) / Double(n[1]),
      Double(place % n[2]) / Double(n[2]),
    ]
  }

  private func isFree(_ s: Vector3, of others: [Vector3]) -> Bool {
    others.allSatisfy { distance_A($0, s) >= Self.separation_A }
  }

  private func distance_A(_ a: Vector3, _ b: Vector3) -> Double {
    let d = b - a
    return length(grid.unitCell.cartesian(d - d.rounded(.toNearestOrEven)))
  }
}

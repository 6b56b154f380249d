import Mathematics
import RealModule
import Support

/// A picture of a density: a cut through the unit cell, or its projection.
package struct DensitySlice: Codable, Sendable, Equatable {
  package var species: String
  /// What is shown: "projection along c", "cut at z = 0.25 c".
  package var title: String
  /// Edges, Å, and their angle, degrees.
  package var a_A: Double
  package var b_A: Double
  package var gamma_degrees: Double
  /// `[x][y]`, 1/Å³.
  package var values: [[Float]]

  /// The mean along c, and the cut through the highest value.
  package static func slices(of grid: DensityGrid) -> [DensitySlice] {
    let n = grid.points
    let (a, b) = (grid.unitCell.a, grid.unitCell.b)
    func slice(_ title: String, _ value: (Int, Int) -> Float) -> DensitySlice {
      DensitySlice(
        species: grid.species, title: title, a_A: length(a), b_A: length(b),
        gamma_degrees: angle_degrees(a, b), values: (0..<n[0]).map { x in (0..<n[1]).map { value(x, $0) } })
    }
    let smooth = grid.smoothed(sigma_A: 0.2)
    let top = smooth.values.indices.max { smooth.values[$0] < smooth.values[$1] } ?? 0
    let z = top % n[2]
    let height = threeDecimals(Double(z) / Double(n[2]))
    return [
      slice("mean along c") { x, y in
        (0..<n[2]).reduce(Float(0)) { $0 + smooth.values[smooth.place(x, y, $1)] } / Float(n[2])
      },
      slice("cut at \(height) c") { x, y in smooth.values[smooth.place(x, y, z)] },
    ]
  }
}

private func angle_degrees(_ u: Vector3, _ v: Vector3) -> Double {
  Double.acos(max(-1, min(1, dot(u, v) / length(u) / length(v)))) * 180 / Double.pi
}

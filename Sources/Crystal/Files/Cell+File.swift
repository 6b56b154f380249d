import Foundation
import Mathematics

extension Cell {
  /// A cell from a file.
  ///
  /// - Throws: the error that `fail` makes where the vectors span no volume or the cell is too thin or too
  ///   large for a neighbour search.
  init(checking vectors: [Vector3], fail: (String) -> StructureError) throws {
    guard vectors.count == 3, vectors.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite }) else {
      throw fail("found numbers that are not finite, wanted three lattice vectors in Å")
    }
    self.init(a: vectors[0], b: vectors[1], c: vectors[2])
    // Relative to the edges: a flat cell has no accurate inverse.
    guard volume > 1e-6 * length(a) * length(b) * length(c), volume.isFinite else {
      throw fail("the lattice vectors span no volume")
    }
    if let problem = sizeProblem { throw fail(problem) }
  }

  /// What makes the cell too thin or too large for a neighbour search; nil where nothing does.
  ///
  /// The search covers periodic images: a cell of a thousandth of an ångström has too many.
  package var sizeProblem: String? {
    let heights = heights
    guard !(heights.min() >= 1 && heights.max() <= 1e6) else { return nil }
    return "the cell is \(heights.min()) Å thin and \(heights.max()) Å high, wanted 1…10⁶ Å"
  }

  /// A cell from edges in Å and angles in degrees: a along x, b in the xy plane.
  ///
  /// - Throws: the error that `fail` makes.
  init(edges: Vector3, angles: Vector3, fail: (String) -> StructureError) throws {
    for k in 0..<3 {
      let name = ["α", "β", "γ"][k]
      guard angles[k] > 0, angles[k] < 180 else {
        throw fail("found \(name) = \(angles[k])°, wanted an angle between 0 and 180°")
      }
      guard edges[k] > 0, edges[k].isFinite else {
        throw fail("found an edge of \(edges[k]) Å, wanted a positive length")
      }
    }
    // Exact for the angles of symmetric cells: rounding would tilt a right angle.
    func cosine(_ degrees: Double) -> Double {
      [60: 0.5, 90: 0, 120: -0.5][degrees] ?? cos(degrees * .pi / 180)
    }
    let (ca, cb, cg) = (cosine(angles.x), cosine(angles.y), cosine(angles.z))
    let sg = (1 - cg * cg).squareRoot()
    let cy = (ca - cb * cg) / sg
    let squared = 1 - cb * cb - cy * cy
    guard squared > 0 else {
      throw fail("the angles \(angles.x)°, \(angles.y)°, \(angles.z)° make no cell")
    }
    try self.init(
      checking: [
        [edges.x, 0, 0], edges.y * [cg, sg, 0], edges.z * [cb, cy, squared.squareRoot()],
      ], fail: fail)
  }

  /// Edges in Å and angles α, β, γ in degrees.
  var edgesAndAngles: (edges: Vector3, angles: Vector3) {
    func angle(_ u: Vector3, _ v: Vector3) -> Double {
      // The arc tangent is accurate near 0 and 180°, and gives exactly 90 where the dot product is zero.
      atan2(length(cross(u, v)), dot(u, v)) * 180 / .pi
    }
    return ([length(a), length(b), length(c)], [angle(b, c), angle(a, c), angle(a, b)])
  }

  /// The same lattice with right-handed vectors: all three are reversed where they are left-handed, so that
  /// formats that store only lengths and angles do not mirror the structure.
  var rightHanded: Cell { dot(a, cross(b, c)) > 0 ? self : Cell(a: -a, b: -b, c: -c) }
}

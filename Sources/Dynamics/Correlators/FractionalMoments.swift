import Crystal
import Mathematics

/// Second and fourth moments of displacements in fractional coordinates, which give those in Å once the mean cell is
/// known: at the end of the run.
///
/// With d in fractional coordinates and the metric G_ij = a_i·a_j of the mean cell, |Δr|² = Σ G_ij d_i d_j, and |Δr|⁴ is
/// its square: a sum over the six products d_i d_j, and one over the fifteen products of two of them.
enum FractionalMoments {
  /// d_i d_j.
  static let secondCount = 6
  /// d_i d_j d_k d_l.
  static let fourthCount = 15

  /// i and j of each second product.
  private static let seconds = [(0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2)]
  /// The two second products of each fourth product.
  private static let fourths = [
    (0, 0), (1, 1), (2, 2), (0, 3), (0, 4), (1, 3), (1, 5), (2, 4), (2, 5), (0, 1), (0, 2), (1, 2), (0, 5),
    (1, 4), (2, 3),
  ]

  /// Adds the products of one displacement.
  /// - Parameters:
  ///   - sums: that of the first second product; the next one is `stride` further, fourth products follow second ones.
  @inline(__always)
  static func add(_ d: Vector3, to sums: UnsafeMutablePointer<Double>, stride: Int) {
    let (xx, yy, zz) = (d.x * d.x, d.y * d.y, d.z * d.z)
    let (xy, xz, yz) = (d.x * d.y, d.x * d.z, d.y * d.z)
    var at = sums
    @inline(__always) func add(_ value: Double) {
      at.pointee += value
      at += stride
    }
    add(xx)
    add(yy)
    add(zz)
    add(xy)
    add(xz)
    add(yz)
    add(xx * xx)
    add(yy * yy)
    add(zz * zz)
    add(xx * xy)
    add(xx * xz)
    add(yy * xy)
    add(yy * yz)
    add(zz * xz)
    add(zz * yz)
    add(xx * yy)
    add(xx * zz)
    add(yy * zz)
    add(xx * yz)
    add(yy * xz)
    add(zz * xy)
  }

  /// The factors of the second products in |Δr|², Å².
  static func secondWeights(_ cell: Cell) -> [Double] {
    let v = cell.vectors
    return seconds.map { i, j in (i == j ? 1 : 2) * dot(v[i], v[j]) }
  }

  /// The factors of the fourth products in |Δr|⁴, Å⁴.
  static func fourthWeights(_ cell: Cell) -> [Double] {
    let second = secondWeights(cell)
    func powers(_ pair: (Int, Int)) -> SIMD3<Int> {
      var result = SIMD3<Int>.zero
      for index in [pair.0, pair.1] {
        result[seconds[index].0] += 1
        result[seconds[index].1] += 1
      }
      return result
    }
    var weights = [Double](repeating: 0, count: fourthCount)
    for p in 0..<secondCount {
      for q in 0..<secondCount {
        guard let k = fourths.firstIndex(where: { powers($0) == powers((p, q)) }) else { continue }
        weights[k] += second[p] * second[q]
      }
    }
    return weights
  }
}

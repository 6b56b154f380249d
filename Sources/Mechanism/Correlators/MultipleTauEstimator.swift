import Crystal
import Mathematics

/// The correlation estimators of a run by their definition, evaluated over stored paths: a plain sum over the
/// pairs of samples that they use. The estimators that a run updates in constant memory must give the same.
///
/// Lags are j m^l samples with m = 2: j from 1 to p − 1 = 15 at level l = 0, from p/2 = 8 at higher levels,
/// with time origins every m^l samples. No samples are averaged, which would bias mean squared displacements.
package struct MultipleTauEstimator: Sendable {
  /// Samples, ascending.
  package let lags: [Int]
  /// Samples between the time origins of each lag.
  package let spacings: [Int]

  /// Sums over pairs of samples, `[block, then "between"][lag]`: a pair belongs to the block that contains
  /// both of its samples.
  package struct Sums: Sendable, Equatable {
    package var sums: [[Double]]
    package var counts: [[Double]]
  }

  /// The lags that fit in a number of samples.
  package static func multipleTau(sampleCount: Int) -> MultipleTauEstimator {
    var lags = Array(1..<16)
    var spacings = lags.map { _ in 1 }
    var spacing = 2
    while 8 * spacing < sampleCount {
      lags += (8..<16).map { $0 * spacing }
      spacings += [Int](repeating: spacing, count: 8)
      spacing *= 2
    }
    let count = lags.prefix { $0 < sampleCount }.count
    return MultipleTauEstimator(lags: Array(lags.prefix(count)), spacings: Array(spacings.prefix(count)))
  }

  /// Every lag from 0 to 255 samples, with time origins every 32 samples: for velocities.
  package static func linear(sampleCount: Int) -> MultipleTauEstimator {
    let count = min(256, max(1, sampleCount))
    return MultipleTauEstimator(
      lags: Array(0..<count), spacings: [Int](repeating: 32, count: count))
  }

  /// Sums products over members and pairs of samples.
  ///
  /// - Parameters:
  ///   - blocks: the block of time of each sample, from 0.
  ///   - product: of a member at an earlier and a later sample.
  package func sums(
    blocks: [Int], blockCount: Int = 5, members: Int,
    product: (_ member: Int, _ earlier: Int, _ later: Int) -> Double
  ) -> Sums {
    let empty = [[Double]](repeating: [Double](repeating: 0, count: lags.count), count: blockCount + 1)
    var result = Sums(sums: empty, counts: empty)
    for (index, (lag, spacing)) in zip(lags, spacings).enumerated() {
      for earlier in stride(from: 0, to: max(0, blocks.count - lag), by: spacing) {
        let later = earlier + lag
        let row = blocks[earlier] == blocks[later] ? blocks[later] : blockCount
        for member in 0..<members { result.sums[row][index] += product(member, earlier, later) }
        result.counts[row][index] += Double(members)
      }
    }
    return result
  }

  /// |Δr|², or a power of it.
  ///
  /// - Parameters:
  ///   - paths: `[sample][member][3]`, Å, unwrapped; or, with a cell, in fractional coordinates.
  ///   - reference: `[sample][3]`, in the same way: the path that displacements are measured against; empty for none.
  ///   - power: 1 for |Δr|², 2 for |Δr|⁴.
  ///   - cell: the mean cell; nil for paths in Å.
  package func displacements(
    _ paths: [Float], reference: [Double] = [], blocks: [Int], members: Int, power: Int = 1,
    cell: Cell? = nil
  ) -> Sums {
    sums(blocks: blocks, members: members) { member, earlier, later in
      var d = Vector3()
      for k in 0..<3 {
        d[k] =
          Double(paths[3 * (later * members + member) + k])
          - Double(paths[3 * (earlier * members + member) + k])
        if !reference.isEmpty { d[k] -= reference[3 * later + k] - reference[3 * earlier + k] }
      }
      if let cell { d = cell.cartesian(d) }
      let square = dot(d, d)
      return power == 1 ? square : square * square
    }
  }

  /// Fractional coordinates as a run samples them in a cell that changes, and the mean cell.
  ///
  /// - Parameter positions: `[sample][member][3]`, Å, images counted in the cell of the sample.
  /// - Returns: nil where the cell does not change.
  package static func fractions(of positions: [Float], cells: [Cell]) -> (paths: [Float], mean: Cell)? {
    guard let first = cells.first, cells.contains(where: { $0 != first }) else { return nil }
    var (basis, sum) = (LatticeBasis(), MeanCell())
    let width = positions.count / cells.count
    var paths = positions
    for (sample, cell) in cells.enumerated() {
      let cell = basis.advance(cell)
      sum.add(cell)
      for at in stride(from: sample * width, to: (sample + 1) * width, by: 3) {
        let s = cell.fractional([Double(positions[at]), Double(positions[at + 1]), Double(positions[at + 2])])
        for k in 0..<3 { paths[at + k] = Float(s[k]) }
      }
    }
    return sum.cell.map { (paths, $0) }
  }

  /// The mean over body-fixed unit vectors u of P_l(u(t)·u(t′)).
  ///
  /// - Parameters:
  ///   - orientations: `[sample][member][4]`, quaternions w, x, y, z that take `vectors` to the laboratory.
  ///   - degree: l, 1 or 2.
  package func orientations(
    _ orientations: [Float], vectors: [Vector3], degree: Int, blocks: [Int], members: Int
  ) -> Sums {
    func turned(_ member: Int, _ sample: Int) -> [Vector3] {
      let at = 4 * (sample * members + member)
      let q = SIMD4<Double>(
        Double(orientations[at]), Double(orientations[at + 1]), Double(orientations[at + 2]),
        Double(orientations[at + 3]))
      let matrix = Matrix3(rotation: q / (q * q).sum().squareRoot())
      return vectors.map { matrix * $0 }
    }
    let directions = blocks.indices.map { sample in (0..<members).map { turned($0, sample) } }
    return sums(blocks: blocks, members: members) { member, earlier, later in
      zip(directions[earlier][member], directions[later][member]).reduce(0) { sum, pair in
        let cosine = dot(pair.0, pair.1)
        return sum + (degree == 1 ? cosine : 1.5 * cosine * cosine - 0.5)
      } / Double(vectors.count)
    }
  }

  /// v(t)·v(t′).
  /// - Parameter velocities: `[sample][member][3]`.
  package func products(_ velocities: [Float], blocks: [Int], members: Int) -> Sums {
    sums(blocks: blocks, members: members) { member, earlier, later in
      (0..<3).reduce(0) { sum, k in
        sum + Double(velocities[3 * (earlier * members + member) + k])
          * Double(velocities[3 * (later * members + member) + k])
      }
    }
  }
}

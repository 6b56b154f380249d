import Crystal
import Mathematics

extension DensityGrid {
  /// The average over symmetry operations: each point is mapped to the grid point nearest to its image.
  /// - Parameter operations: of the unit cell, in fractions of its vectors.
  package func symmetrised(by operations: [FractionalOperation]) -> DensityGrid {
    guard operations.count > 1 else { return self }
    let n = points
    var sums = [Double](repeating: 0, count: values.count)
    for operation in operations {
      let shift = (0..<3).map { Int((operation.translation[$0] * Double(n[$0])).rounded()) }
      for x in 0..<n[0] {
        for y in 0..<n[1] {
          for z in 0..<n[2] {
            // A rotation between vectors with different numbers of points maps points to positions between
            // points.
            let s = [Double(x) / Double(n[0]), Double(y) / Double(n[1]), Double(z) / Double(n[2])]
            let to = (0..<3).map { k -> Int in
              let row = operation.rotation[k]
              let image = Double(row.x) * s[0] + Double(row.y) * s[1] + Double(row.z) * s[2]
              return Int((image * Double(n[k])).rounded()) + shift[k]
            }
            sums[(x * n[1] + y) * n[2] + z] += Double(values[place(to[0], to[1], to[2])])
          }
        }
      }
    }
    var result = self
    result.values = sums.map { Float($0 / Double(operations.count)) }
    return result
  }

  /// Smoothed by a Gaussian of standard deviation `sigma_A` along each vector.
  package func smoothed(sigma_A: Double) -> DensityGrid {
    var result = self
    for axis in 0..<3 {
      let step = length(unitCell.vectors[axis]) / Double(points[axis])
      let reach = min(points[axis] / 2, Int((3 * sigma_A / step).rounded(.up)))
      var weights = (-reach...reach).map { gaussian(Double($0) * step / sigma_A) }
      let sum = weights.reduce(0, +)
      weights = weights.map { $0 / sum }
      let n = points[axis]
      let stride = points[(axis + 1)...].reduce(1, *)
      // For each point along the axis, where the values to add up lie on the line through it.
      let lines = (0..<n).map { i in (-reach...reach).map { ((i + $0) % n + n) % n * stride } }
      let old = result.values
      for start in 0..<(old.count / n) {
        let first = start / stride * stride * n + start % stride
        for i in 0..<n {
          var value = 0.0
          for (weight, place) in zip(weights, lines[i]) { value += weight * Double(old[first + place]) }
          result.values[first + i * stride] = Float(value)
        }
      }
    }
    return result
  }
}

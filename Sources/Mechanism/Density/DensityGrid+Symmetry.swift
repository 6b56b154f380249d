import Crystal
import Mathematics

extension DensityGrid {
  /// The average over symmetry operations: each point is mapped to the grid point nearest to its image.
  /// - Parameter operations: of the unit cell, in fractions of its vectors.
  package func symmetrised(by operations: [FractionalOperation]) -> DensityGrid {
    guard operations.count > 1 else { return self }
    let n = SIMD3(Double(points[0]), Double(points[1]), Double(points[2]))
    var sums = [Double](repeating: 0, count: values.count)
    for operation in operations {
      let shift = (operation.translation * n).rounded(.toNearestOrAwayFromZero)
      // Columns: the image, in points, of a step along each vector. A rotation between vectors with different
      // numbers of points maps points to positions between points.
      let steps = (0..<3).map { j -> SIMD3<Double> in
        let column = (0..<3).map { k in Double(operation.rotation[k][j]) * n[k] / n[j] }
        return [column[0], column[1], column[2]]
      }
      var index = 0
      for x in 0..<points[0] {
        for y in 0..<points[1] {
          let row = steps[0] * Double(x) + steps[1] * Double(y)
          for z in 0..<points[2] {
            let image = row + steps[2] * Double(z)
            let to = image.rounded(.toNearestOrAwayFromZero) + shift
            sums[index] += Double(values[place(Int(to.x), Int(to.y), Int(to.z))])
            index += 1
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

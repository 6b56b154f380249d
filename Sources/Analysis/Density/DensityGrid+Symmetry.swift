import Crystal

extension DensityGrid {
  /// Averaged over symmetry operations: points are taken to the points nearest to their images.
  /// - Parameter operations: of the unit cell, in fractions of its vectors.
  public func symmetrised(by operations: [FractionalOperation]) -> DensityGrid {
    guard operations.count > 1 else { return self }
    let n = points
    var sums = [Double](repeating: 0, count: values.count)
    for operation in operations {
      let shift = (0..<3).map { Int((operation.translation[$0] * Double(n[$0])).rounded()) }
      for x in 0..<n[0] {
        for y in 0..<n[1] {
          for z in 0..<n[2] {
            // A rotation that joins vectors of unlike numbers of points leads between points.
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
  public func smoothed(sigma_A: Double) -> DensityGrid {
    var result = self
    for axis in 0..<3 {
      let step = length(unitCell.vectors[axis]) / Double(points[axis])
      let reach = min(points[axis] / 2, Int((3 * sigma_A / step).rounded(.up)))
      var weights = (-reach...reach).map { gaussian(Double($0) * step / sigma_A) }
      let sum = weights.reduce(0, +)
      weights = weights.map { $0 / sum }
      let old = result
      for x in 0..<points[0] {
        for y in 0..<points[1] {
          for z in 0..<points[2] {
            var value = 0.0
            for (k, weight) in weights.enumerated() {
              let d = k - reach
              value +=
                weight
                * Double(
                  old.values[
                    old.place(x + (axis == 0 ? d : 0), y + (axis == 1 ? d : 0), z + (axis == 2 ? d : 0))])
            }
            result.values[place(x, y, z)] = Float(value)
          }
        }
      }
    }
    return result
  }
}

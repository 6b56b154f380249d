import RealModule

/// A direction, a plane or all of space: which part of the tensor of the modes is read.
package struct Projection: Sendable, Equatable {
  /// Of the components xx, yy, zz, yz, xz, xy; D is their sum.
  let weights: [Double]
  /// The axes whose mean it is, 0 to 2; one direction where there are fewer than two.
  let axes: [Int]

  /// (Dxx + Dyy + Dzz)/3.
  package static let isotropic = mean(of: [0, 1, 2])

  /// The mean of D along two Cartesian axes or three.
  /// - Parameter axes: 0 to 2, each once.
  package static func mean(of axes: [Int]) -> Projection {
    var weights = [Double](repeating: 0, count: 6)
    for axis in axes { weights[axis] = 1 / Double(axes.count) }
    return Projection(weights: weights, axes: axes)
  }

  /// Along a vector of any length above 0: u·D·u.
  package static func along(_ vector: SIMD3<Double>) -> Projection {
    let u = vector / (vector * vector).sum().squareRoot()
    return Projection(
      weights: [u.x * u.x, u.y * u.y, u.z * u.z, 2 * u.y * u.z, 2 * u.x * u.z, 2 * u.x * u.y], axes: [])
  }
}

/// The apparent diffusivity at some frequencies, with what its scatter is taken to be.
struct SpectrumPoint: Sendable {
  /// rad/ps.
  var frequency_per_ps: Double
  /// Å²/ps.
  var value_A2_per_ps: Double
  /// Degrees of freedom of χ² by which it scatters.
  var freedom: Double
  /// The power of white noise of the positions there; 1 at the highest frequency.
  var noise: Double
  /// The octave of the run's modes that it belongs to.
  var octave: Int
}

extension DisplacementModes {
  /// Adjacent modes together: about five points for each octave.
  private static let pointsPerOctave = 5.0

  /// - Parameters:
  ///   - range: of modes, from 1.
  ///   - projection: which part of the tensor.
  /// - Returns: points with the degrees of freedom of independent Gaussian ions.
  func points(_ range: ClosedRange<Int>, projection: Projection) -> [SpectrumPoint] {
    let freedom = Double(ionCount) * effectiveComponents(range, projection: projection)
    let top = max(1e-300, noise(range.upperBound))
    var points: [SpectrumPoint] = []
    var first = range.lowerBound
    while first <= range.upperBound {
      let width = max(1, Int(Double(first) / Self.pointsPerOctave * 0.75))
      let last = min(range.upperBound, first + width - 1)
      let count = Double(last - first + 1)
      var (value, noisePower) = (0.0, 0.0)
      for mode in first...last {
        for (component, weight) in projection.weights.enumerated() where weight != 0 {
          value += weight * diffusivity_A2_per_ps[component][mode - 1]
        }
        noisePower += noise(mode)
      }
      points.append(
        SpectrumPoint(
          frequency_per_ps: frequency_per_ps(1) * Double(first + last) / 2, value_A2_per_ps: value / count,
          freedom: freedom * count, noise: noisePower / count / top, octave: Self.octave(first)))
      first = last + 1
    }
    return points
  }

  /// (Tr P)²/Tr P² of the mean tensor P over the axes of the projection: 3 where ions diffuse alike in all directions, 1
  /// along one line.
  private func effectiveComponents(_ range: ClosedRange<Int>, projection: Projection) -> Double {
    let axes = projection.axes
    guard axes.count >= 2 else { return 1 }
    func mean(_ component: Int) -> Double {
      range.reduce(0) { $0 + diffusivity_A2_per_ps[component][$1 - 1] }
    }
    let trace = axes.reduce(0) { $0 + mean($1) }
    var squares = 0.0
    for a in axes {
      // xy is component 5 = 6 − 0 − 1, xz 4, yz 3.
      for b in axes {
        let value = mean(a == b ? a : 6 - a - b)
        squares += value * value
      }
    }
    return squares > 0 ? min(Double(axes.count), max(1, trace * trace / squares)) : Double(axes.count)
  }

  /// The covariance over ions of the values of octaves, relative to their means, over the number of ions:
  /// [octave][octave]; nil for one ion or an octave without motion.
  func octaveCovariance(projection: Projection) -> [[Double]]? {
    guard ionCount >= 2 else { return nil }
    let components = Self.componentCount
    let octaves = Self.octave(modeCount) + 1
    let rows = octaves * components
    var mean = [Double](repeating: 0, count: octaves)
    var counts = mean
    for mode in 1...modeCount {
      let octave = Self.octave(mode)
      counts[octave] += 1
      for (component, weight) in projection.weights.enumerated() where weight != 0 {
        mean[octave] += weight * diffusivity_A2_per_ps[component][mode - 1]
      }
    }
    for octave in 0..<octaves { mean[octave] /= counts[octave] }
    guard mean.allSatisfy({ $0 > 0 }) else { return nil }
    func product(_ i: Int, _ j: Int) -> Double {
      let (i, j) = (min(i, j), max(i, j))
      return products_A4_per_ps2[i * rows - i * (i - 1) / 2 + j - i]
    }
    return (0..<octaves).map { a in
      (0..<octaves).map { b in
        var sum = 0.0
        for (i, left) in projection.weights.enumerated() where left != 0 {
          for (j, right) in projection.weights.enumerated() where right != 0 {
            sum += left * right * product(a * components + i, b * components + j)
          }
        }
        return (sum / (mean[a] * mean[b]) - 1) / Double(ionCount - 1)
      }
    }
  }
}

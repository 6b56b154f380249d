import Mathematics
import RealModule

/// The logarithm of the Whittle likelihood of a spectrum with D given, integrated over the shape's parameters by
/// Laplace's method: a shape with more parameters than the spectrum asks for is less likely.
///
/// Not for several threads at once: it has memory of its own for one evaluation.
final class ShapeIntegral {
  /// How far below the highest point of the spectrum the mean of the logarithm of an amplitude lies, and its standard
  /// deviation. Vibration: from none that matters to all of it. Motion in bounds: a part that matters, since
  /// there are shapes without.
  private static let vibration = (depth: 6.0, spread: 3.0)
  private static let bounded = (depth: 1.5, spread: 1.5)
  private static let mostSteps = 25
  /// A step of Newton's method that gains less is the last.
  private static let leastGain = 1e-5
  /// No parameter changes by more in one step.
  private static let longestStep = 2.0

  let shape: SpectrumShape
  private let pointCount: Int
  private let values: [Double]
  private let halfFreedoms: [Double]
  /// [point][term]: the spectra that are added, 1 at their highest.
  private let added: [Double]
  private let addedCount: Int
  /// Means and standard deviations of the logarithms of their amplitudes.
  private let addedMeans: [Double]
  private let addedSpreads: [Double]
  /// [point][time]: x²/(1 + x²).
  private let rises: [Double]
  private let riseCount: Int
  /// Of the c, [time][time]: the inverse of the prior covariance.
  private let precision: [Double]
  private let logPrior: Double
  private var amplitudes: [Double]
  private var row: [Double]
  private var matrix: [Double]
  private var gradient: [Double]

  private var count: Int { addedCount + riseCount }

  init(_ points: [SpectrumPoint], shape: SpectrumShape) {
    self.shape = shape
    pointCount = points.count
    values = points.map(\.value_A2_per_ps)
    halfFreedoms = points.map { $0.freedom / 2 }
    func rise(_ time: Double) -> [Double] {
      points.map { point in
        let x = point.frequency_per_ps * time
        return x * x / (1 + x * x)
      }
    }
    let highest = Double.log(max(1e-300, points.max { $0.noise < $1.noise }?.value_A2_per_ps ?? 1))
    var terms = [points.map(\.noise)]
    var means = [highest - Self.vibration.depth]
    var spreads = [Self.vibration.spread]
    if let time = shape.boundedTime_ps {
      let spectrum = rise(time)
      let top = max(1e-300, spectrum.max() ?? 1)
      terms.append(spectrum.map { $0 / top })
      means.append(highest - Self.bounded.depth)
      spreads.append(Self.bounded.spread)
    }
    addedCount = terms.count
    addedMeans = means
    addedSpreads = spreads
    added = points.indices.flatMap { point in terms.map { $0[point] } }
    let all = shape.relaxationTimes_ps.map(rise)
    riseCount = all.count
    rises = points.indices.flatMap { point in all.map { $0[point] } }
    let prior = Self.precision(count: all.count, spread: shape.memory)
    precision = prior.matrix
    logPrior = prior.logDeterminant / 2 - spreads.reduce(0) { $0 + Double.log($1) }
    amplitudes = means
    row = [Double](repeating: 0, count: terms.count + all.count)
    gradient = row
    matrix = [Double](repeating: 0, count: row.count * row.count)
  }

  /// Of an autoregressive sequence: tridiagonal.
  private static func precision(count: Int, spread: Double) -> (matrix: [Double], logDeterminant: Double) {
    guard count > 0 else { return ([], 0) }
    let r = count > 1 ? SpectrumShape.correlation : 0
    let unit = 1 / (spread * spread * (1 - r * r))
    var matrix = [Double](repeating: 0, count: count * count)
    for i in 0..<count {
      let isInner = i > 0 && i < count - 1
      matrix[i * count + i] = unit * (isInner ? 1 + r * r : 1)
      guard i > 0 else { continue }
      matrix[i * count + i - 1] = -r * unit
      matrix[(i - 1) * count + i] = -r * unit
    }
    let logDeterminant = -2 * Double(count) * Double.log(spread) - Double(count - 1) * Double.log(1 - r * r)
    return (matrix, logDeterminant)
  }

  /// A maximum of the likelihood times the prior at one D.
  struct Maximum {
    /// ln B, ln A, then the c.
    var parameters: [Double]
    /// ln of the integral.
    var logIntegral: Double
  }

  /// Starting points: no vibration to speak of, some, all; bounded motion likewise.
  func starts() -> [[Double]] {
    [[0, 0], [3, 0.7], [5.9, 1.4]].map { above in
      zip(addedMeans, above).map { $0 + $1 } + (0..<riseCount).map { _ in shape.memory }
    }
  }

  /// - Parameter logDiffusivity: ln D, D in Å²/ps.
  func maximum(logDiffusivity x: Double, from start: [Double]) -> Maximum {
    var parameters = start
    var value = logPosterior(x, parameters)
    setNormalEquations(x, parameters)
    for _ in 0..<Self.mostSteps {
      guard let factor = Cholesky(matrix, size: count) else { break }
      let step = factor.solve(gradient)
      let expected = zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
      guard expected > Self.leastGain else { break }
      var length = 1.0
      var found = false
      while length > 1e-3 {
        let trial = zip(parameters, step).map {
          $0 + length * max(-Self.longestStep, min(Self.longestStep, $1))
        }
        let there = logPosterior(x, trial)
        if there > value {
          (parameters, value, found) = (trial, there, true)
          break
        }
        length /= 3
      }
      guard found else { break }
      setNormalEquations(x, parameters)
    }
    let determinant = Cholesky(matrix, size: count)?.logDeterminant ?? 0
    return Maximum(parameters: parameters, logIntegral: value - determinant / 2 + logPrior)
  }

  private func setAmplitudes(_ parameters: [Double]) {
    for index in 0..<addedCount { amplitudes[index] = Double.exp(parameters[index]) }
  }

  private func logPosterior(_ x: Double, _ parameters: [Double]) -> Double {
    setAmplitudes(parameters)
    var sum = 0.0
    let (terms, times) = (addedCount, riseCount)
    parameters.withUnsafeBufferPointer { parameters in
      amplitudes.withUnsafeBufferPointer { amplitudes in
        added.withUnsafeBufferPointer { added in
          rises.withUnsafeBufferPointer { rises in
            values.withUnsafeBufferPointer { values in
              halfFreedoms.withUnsafeBufferPointer { halfFreedoms in
                var whole = Double.exp(x)
                for point in 0..<pointCount {
                  if times > 0 {
                    var exponent = x
                    for m in 0..<times { exponent += parameters[terms + m] * rises[point * times + m] }
                    whole = Double.exp(exponent)
                  }
                  var spectrum = whole
                  for j in 0..<terms { spectrum += amplitudes[j] * added[point * terms + j] }
                  sum -= halfFreedoms[point] * (Double.log(spectrum) + values[point] / spectrum)
                }
              }
            }
          }
        }
      }
    }
    for index in 0..<terms {
      let z = (parameters[index] - addedMeans[index]) / addedSpreads[index]
      sum -= z * z / 2
    }
    for i in 0..<times {
      for j in max(0, i - 1)..<min(times, i + 2) {
        sum -=
          precision[i * times + j] / 2 * (parameters[terms + i] - shape.memory)
          * (parameters[terms + j] - shape.memory)
      }
    }
    return sum
  }

  /// Sets `row` to d ln D(ω)/d parameter at one point.
  /// - Returns: the spectrum, and the diffusive share of it.
  private func setSlopes(_ x: Double, _ parameters: [Double], _ point: Int) -> (whole: Double, share: Double)
  {
    var exponent = x
    for m in 0..<riseCount { exponent += parameters[addedCount + m] * rises[point * riseCount + m] }
    let diffusive = Double.exp(exponent)
    var whole = diffusive
    for j in 0..<addedCount { whole += amplitudes[j] * added[point * addedCount + j] }
    for j in 0..<addedCount { row[j] = amplitudes[j] * added[point * addedCount + j] / whole }
    let share = diffusive / whole
    for m in 0..<riseCount { row[addedCount + m] = share * rises[point * riseCount + m] }
    return (whole, share)
  }

  /// Sets Fisher's information matrix with the prior's, and the gradient.
  private func setNormalEquations(_ x: Double, _ parameters: [Double]) {
    setAmplitudes(parameters)
    let n = count
    for index in matrix.indices { matrix[index] = 0 }
    for index in gradient.indices { gradient[index] = 0 }
    for point in 0..<pointCount {
      let whole = setSlopes(x, parameters, point).whole
      let residual = halfFreedoms[point] * (values[point] / whole - 1)
      row.withUnsafeBufferPointer { row in
        matrix.withUnsafeMutableBufferPointer { matrix in
          gradient.withUnsafeMutableBufferPointer { gradient in
            for i in 0..<n {
              gradient[i] += residual * row[i]
              let weight = halfFreedoms[point] * row[i]
              for j in 0...i { matrix[i * n + j] += weight * row[j] }
            }
          }
        }
      }
    }
    for index in 0..<addedCount {
      let amplitude = 1 / (addedSpreads[index] * addedSpreads[index])
      matrix[index * n + index] += amplitude
      gradient[index] -= (parameters[index] - addedMeans[index]) * amplitude
    }
    let (m, first) = (riseCount, addedCount)
    for i in 0..<m {
      for j in max(0, i - 1)..<min(m, i + 2) {
        if j <= i { matrix[(first + i) * n + first + j] += precision[i * m + j] }
        gradient[first + i] -= precision[i * m + j] * (parameters[first + j] - shape.memory)
      }
    }
  }

  /// d ln D/d ln P of each point, where D is free and the parameters follow.
  func shares(logDiffusivity x: Double, _ parameters: [Double]) -> [Double] {
    let (n, size) = (count, count + 1)
    setNormalEquations(x, parameters)
    var whole = [Double](repeating: 0, count: size * size)
    for i in 0..<n { for j in 0...i { whole[(i + 1) * size + j + 1] = matrix[i * n + j] } }
    // D itself has no prior; this keeps the matrix definite where D does not show.
    whole[0] = 1e-9
    var rows: [[Double]] = []
    for point in 0..<pointCount {
      let share = setSlopes(x, parameters, point).share
      let all = [share] + row
      for i in 0..<size { whole[i * size] += halfFreedoms[point] * all[i] * share }
      rows.append(all.map { $0 * halfFreedoms[point] })
    }
    var unit = [Double](repeating: 0, count: size)
    unit[0] = 1
    guard let first = Cholesky(whole, size: size)?.solve(unit) else { return values.map { _ in 0 } }
    return rows.map { zip(first, $0).reduce(0) { $0 + $1.0 * $1.1 } }
  }
}

import Mathematics
import RealModule

/// Generalised least squares of a decay to a mean correlation function, by Levenberg and Marquardt's method.
package struct DecayLeastSquares {
  /// ps.
  package let lags: [Double]
  /// C at the lags.
  package let values: [Double]
  /// The inverse of the covariance, row by row.
  private let precision: [Double]

  /// - Parameter covariance: row by row.
  /// - Returns: nil for a covariance that is not positive definite.
  package init?(lags: [Double], values: [Double], covariance: [Double]) {
    let count = lags.count
    guard let factor = Cholesky(covariance, size: count) else { return nil }
    self.lags = lags
    self.values = values
    precision = (0..<count).flatMap { row in
      factor.solve((0..<count).map { $0 == row ? 1 : 0 })
    }
  }

  /// The minimum: parameters of the form, χ², and its curvature, J^T Σ⁻¹ J.
  package struct Minimum {
    package var form: DecayForm
    package var parameters: [Double]
    package var chiSquared: Double
    package var decay: Decay { Decay(form, parameters) }
  }

  package func chiSquared(_ form: DecayForm, _ parameters: [Double]) -> Double {
    let r = residuals(form, parameters)
    return zip(r, weighted(r)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private func residuals(_ form: DecayForm, _ parameters: [Double]) -> [Double] {
    let decay = Decay(form, parameters)
    return zip(lags, values).map { $1 - decay.value(at: $0) }
  }

  /// Σ⁻¹ v.
  package func weighted(_ v: [Double]) -> [Double] {
    let count = v.count
    return (0..<count).map { row in
      var sum = 0.0
      for k in 0..<count { sum += precision[row * count + k] * v[k] }
      return sum
    }
  }

  /// ∂C/∂(parameter), `[parameter][lag]`, by central differences.
  package func gradients(_ form: DecayForm, _ parameters: [Double]) -> [[Double]] {
    let step = 1e-5
    return parameters.indices.map { k in
      var (up, down) = (parameters, parameters)
      up[k] += step
      down[k] -= step
      let (a, b) = (Decay(form, up), Decay(form, down))
      return lags.map { (a.value(at: $0) - b.value(at: $0)) / (2 * step) }
    }
  }

  /// J^T Σ⁻¹ J, row by row.
  package func curvature(_ gradients: [[Double]]) -> [Double] {
    let weighted = gradients.map(weighted)
    return gradients.flatMap { a in weighted.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } } }
  }

  /// Parameters stay within these of the logit and the logarithm: beyond, a share is 0 or 1.
  private static let limit = 8.0
  private static let mostSteps = 60

  /// - Parameter held: a parameter that keeps its value.
  package func minimum(_ form: DecayForm, from start: [Double], held: Int? = nil) -> Minimum {
    var parameters = start
    var value = chiSquared(form, parameters)
    var damping = 1e-3
    let free = parameters.indices.filter { $0 != held }
    guard !free.isEmpty else { return Minimum(form: form, parameters: parameters, chiSquared: value) }
    for _ in 0..<Self.mostSteps {
      let all = gradients(form, parameters)
      let own = free.map { all[$0] }
      let curvature = curvature(own)
      let pull = weighted(residuals(form, parameters))
      let slope = own.map { g in zip(g, pull).reduce(0) { $0 + $1.0 * $1.1 } }
      var improved = false
      while damping < 1e9 {
        var damped = curvature
        for k in free.indices { damped[k * free.count + k] += damping * curvature[k * free.count + k] + 1e-9 }
        guard let factor = Cholesky(damped, size: free.count) else {
          damping *= 10
          continue
        }
        let step = factor.solve(slope)
        var trial = parameters
        for (k, place) in free.enumerated() {
          trial[place] += min(max(step[k], -2), 2)
          if place > 0, !(form.hasDrop && place == parameters.count - 1) {
            trial[place] = min(max(trial[place], -Self.limit), Self.limit)
          }
        }
        let new = chiSquared(form, trial)
        if new < value {
          improved = value - new > 1e-7 * (1 + value)
          (parameters, value) = (trial, new)
          damping = max(damping / 10, 1e-9)
          break
        }
        damping *= 10
      }
      if !improved { break }
    }
    return Minimum(form: form, parameters: parameters, chiSquared: value)
  }
}

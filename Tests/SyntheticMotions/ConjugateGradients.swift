/// Solves A x = b for a symmetric, positive semi-definite A whose null space is the constant vector, as of a
/// connected network of conductances, by conjugate gradients with Jacobi preconditioning.
/// - Parameters:
///   - diagonal: of A, above 0.
///   - rightSide: b, whose elements sum to zero.
///   - apply: A times a vector.
/// - Returns: the x whose residual is 10⁻¹² of b, up to a constant; nil where it is not reached in `count` steps.
func solveNetwork(
  diagonal: [Double], rightSide: [Double], steps count: Int = 10_000, apply: ([Double]) -> [Double]
) -> [Double]? {
  func product(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += a[index] * b[index] }
    return sum
  }
  var x = [Double](repeating: 0, count: rightSide.count)
  var residual = rightSide
  let goal = 1e-24 * product(rightSide, rightSide)
  guard goal > 0 else { return x }
  var scaled = zip(residual, diagonal).map { $0 / $1 }
  var direction = scaled
  var before = product(residual, scaled)
  for _ in 0..<count {
    let image = apply(direction)
    let step = before / product(direction, image)
    for index in x.indices {
      x[index] += step * direction[index]
      residual[index] -= step * image[index]
    }
    if product(residual, residual) <= goal { return x }
    for index in x.indices { scaled[index] = residual[index] / diagonal[index] }
    let now = product(residual, scaled)
    for index in x.indices { direction[index] = scaled[index] + now / before * direction[index] }
    before = now
  }
  return nil
}

/// A calculation of a true diffusivity that failed.
package struct NoExactResult: Error, CustomStringConvertible, Sendable {
  package let description: String
}

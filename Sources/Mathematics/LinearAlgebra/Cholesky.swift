/// The lower triangle L of a symmetric positive definite matrix A = L Lᵀ, for solving A x = b.
public struct Cholesky {
  private let n: Int
  private var lower: [Double]

  /// - Parameter matrix: row by row, n × n; only its lower triangle is read.
  /// - Returns: nil where the matrix is not positive definite to rounding.
  public init?(_ matrix: [Double], size n: Int) {
    self.n = n
    lower = matrix
    for i in 0..<n {
      for j in 0...i {
        var sum = lower[i * n + j]
        for k in 0..<j { sum -= lower[i * n + k] * lower[j * n + k] }
        if i == j {
          guard sum > 0 else { return nil }
          lower[i * n + i] = sum.squareRoot()
        } else {
          lower[i * n + j] = sum / lower[j * n + j]
        }
      }
    }
  }

  public func solve(_ b: [Double]) -> [Double] {
    var x = b
    for i in 0..<n {
      for k in 0..<i { x[i] -= lower[i * n + k] * x[k] }
      x[i] /= lower[i * n + i]
    }
    for i in (0..<n).reversed() {
      for k in (i + 1)..<max(n, i + 1) { x[i] -= lower[k * n + i] * x[k] }
      x[i] /= lower[i * n + i]
    }
    return x
  }
}

import Foundation

/// Cardinal B-splines, as Essmann et al., J. Chem. Phys. 103, 8577 (1995), section II.
enum BSpline {
  /// Weights and derivatives along the three directions at once, on the `order` grid points up to the one at
  /// or below a charge.
  /// - Parameter w: distance above that point, in grid spacings, 0 ≤ w < 1.
  @inline(__always)
  static func fill<Scalar: MeshScalar>(
    _ w: SIMD4<Scalar>, order: Int, _ weight: UnsafeMutablePointer<SIMD4<Scalar>>,
    _ derivative: UnsafeMutablePointer<SIMD4<Scalar>>
  ) {
    weight[1] = w
    weight[0] = 1 - w
    var k = 3
    while k < order {
      raise(w, to: k, weight)
      k += 1
    }
    derivative[0] = -weight[0]
    for j in 1..<(order - 1) { derivative[j] = weight[j - 1] - weight[j] }
    derivative[order - 1] = weight[order - 2]
    raise(w, to: order, weight)
  }

  @inline(__always)
  private static func raise<Scalar: MeshScalar>(
    _ w: SIMD4<Scalar>, to k: Int, _ weight: UnsafeMutablePointer<SIMD4<Scalar>>
  ) {
    let divisor = 1 / Scalar(k - 1)
    weight[k - 1] = divisor * w * weight[k - 2]
    var j = 1
    while j < k - 1 {
      let rising = (w + Scalar(j)) * weight[k - j - 2]
      weight[k - j - 1] = divisor * rising.addingProduct(Scalar(k - j) - w, weight[k - j - 1])
      j += 1
    }
    weight[0] = divisor * (1 - w) * weight[0]
  }

  /// For each wave number 0..<n: W²/(Σ_l W²(m + l n))², W = sinc^order: the factor of the optimal influence function
  /// (Hockney and Eastwood; Ballenegger et al., J. Chem. Phys. 128, 034109 (2008)). Unlike |b(m)|² of smooth
  /// particle-mesh Ewald it has no zero for odd orders.
  static func influence(points n: Int, order p: Int) -> [Double] {
    // Σ_l sinc^2p(m/n + l) is the Fourier series of the spline of twice the order at whole numbers.
    var spline = [Double](repeating: 0, count: 2 * p + 1)
    for k in 1..<(2 * p) { spline[k] = value(Double(k), order: 2 * p) }
    return (0..<n).map { m in
      let x = Double(m <= n / 2 ? m : m - n) / Double(n)
      let sinc = m == 0 ? 1 : sin(.pi * x) / (.pi * x)
      let sum = (1..<(2 * p)).reduce(0) { $0 + spline[$1] * cos(2 * .pi * x * Double($1 - p)) }
      return pow(sinc, Double(2 * p)) / (sum * sum)
    }
  }

  /// M_order(u).
  private static func value(_ u: Double, order: Int) -> Double {
    guard u > 0, u < Double(order) else { return 0 }
    if order == 2 { return 1 - abs(u - 1) }
    let n = Double(order)
    return (u * value(u, order: order - 1) + (n - u) * value(u - 1, order: order - 1)) / (n - 1)
  }
}

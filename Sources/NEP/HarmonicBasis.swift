/// Real spherical harmonics without norms: Z_lm(z) Re (x + iy)ᵐ and Z_lm(z) Im (x + iy)ᵐ on the unit sphere, with
/// Z_lm = dᵐP_l/dzᵐ of Legendre's polynomials, l = 1…L.
///
/// By the addition theorem, Σ_m weight_lm b_lm(u) b_lm(v) = (2l+1)/(4π) P_l(u·v): the norm of the
/// three-body descriptors.
struct HarmonicBasis {
  struct Term {
    let l: Int
    let m: Int
    /// Z_lm = z^parity Σ_k coefficients[k] z²ᵏ, parity = (l − m) mod 2.
    let coefficients: [Double]
    /// The factor of b² in the descriptor.
    let weight: Double
    /// Place of the real part among all functions; that of the imaginary part, where m > 0, is the next.
    var place: Int { l * l - 1 + (m == 0 ? 0 : 2 * m - 1) }
  }

  let largestDegree: Int
  /// By l, then m.
  let terms: [Term]
  /// L² + 2L.
  var functionCount: Int { largestDegree * (largestDegree + 2) }

  init(largestDegree: Int) {
    self.largestDegree = largestDegree
    var terms: [Term] = []
    for l in stride(from: 1, through: largestDegree, by: 1) {
      var z = Self.legendre(l)
      // (l − m)!/(l + m)!, twice that for m > 0
      var ratio = 1.0
      for m in 0...l {
        if m > 0 {
          z = z.enumerated().dropFirst().map { Double($0) * $1 }
          ratio /= Double((l - m + 1) * (l + m))
        }
        terms.append(
          Term(
            l: l, m: m, coefficients: stride(from: (l - m) % 2, through: l - m, by: 2).map { z[$0] },
            weight: Double(2 * l + 1) / (4 * .pi) * (m == 0 ? 1 : 2) * ratio))
      }
    }
    self.terms = terms
  }

  /// The coefficients of Legendre's polynomial by rising powers.
  static func legendre(_ degree: Int) -> [Double] {
    var polynomials: [[Double]] = [[1], [0, 1]]
    for l in stride(from: 2, through: max(degree, 1), by: 1) {
      // l P_l = (2l − 1) z P_(l−1) − (l − 1) P_(l−2)
      var next = [Double](repeating: 0, count: l + 1)
      for (k, c) in polynomials[l - 1].enumerated() { next[k + 1] += Double(2 * l - 1) * c / Double(l) }
      for (k, c) in polynomials[l - 2].enumerated() { next[k] -= Double(l - 1) * c / Double(l) }
      polynomials.append(next)
    }
    return polynomials[degree]
  }

  /// One function of the basis: Z_lm(z) times the real or the imaginary part of (x + iy)ᵐ.
  struct Function {
    let m: Int
    let isImaginary: Bool
    let place: Int
    let weight: Double
    /// Z_lm by rising powers of z.
    let polynomial: [Double]
  }

  /// The 2l + 1 functions of a degree.
  func functions(ofDegree l: Int) -> [Function] {
    terms.filter { $0.l == l }.flatMap { term in
      var polynomial = [Double](repeating: 0, count: l - term.m + 1)
      for (k, c) in term.coefficients.enumerated() { polynomial[(l - term.m) % 2 + 2 * k] = c }
      return (term.m == 0 ? [false] : [false, true]).map { isImaginary in
        Function(
          m: term.m, isImaginary: isImaginary, place: term.place + (isImaginary ? 1 : 0),
          weight: term.weight, polynomial: polynomial)
      }
    }
  }
}

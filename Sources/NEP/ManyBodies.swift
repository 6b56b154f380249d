/// The norms of the descriptors of four and five bodies, as products of the norms of spherical harmonics
/// (N₁ = 3/(4π), N₂ = 5/(4π)) and of Wigner's symbols.
enum ManyBodies {
  /// q_n222 = four · det Q with Q = Σ_j g_n (u ⊗ u − 1/3): −(27/2) √(2/35) N₂^(3/2).
  static let four = -13.5 * (2.0 / 35).squareRoot() * (5 / (4 * .pi)) * (5 / (4 * .pi)).squareRoot()
  /// q_n1111 = five · |Σ_j g_n u|⁴: (7/15) N₁².
  static let five = 7.0 / 15 * (3 / (4 * .pi)) * (3 / (4 * .pi))
}

/// The further descriptors of four bodies: three neighbours' directions coupled to a scalar, with degrees l₁ ≤ l₂ ≤ l₃.
package enum NEPTriple: Int, Sendable, CaseIterable {
  // In the order of the file's flags and of the descriptors.
  case q112, q123, q233, q134

  var degrees: [Int] {
    switch self {
    case .q112: [1, 1, 2]
    case .q123: [1, 2, 3]
    case .q233: [2, 3, 3]
    case .q134: [1, 3, 4]
    }
  }

  /// The degree up to which three-body moments are needed.
  package var largestDegree: Int { degrees[2] }
}

/// q_n = Σ_m (l₁ l₂ l₃; m₁ m₂ m₃) a_l₁m₁ a_l₂m₂ a_l₃m₃ with Wigner's symbol and a_lm = Σ_j g_n Y_lm(u), as a sum over
/// products of three moments of the real basis.
///
/// ∫ Y Y Y dΩ = √(Π(2l + 1)/(4π)) (l₁ l₂ l₃; 0 0 0) (l₁ l₂ l₃; m₁ m₂ m₃), so that integrals over three basis functions
/// are all that is needed; weight_lm is the square of what normalises b_lm.
struct TripleInvariant {
  struct Term {
    /// Places in the harmonic basis.
    let first: Int
    let second: Int
    let third: Int
    let factor: Double
  }

  let terms: [Term]

  init(_ triple: NEPTriple, _ basis: HarmonicBasis) {
    let functions = triple.degrees.map { basis.functions(ofDegree: $0) }
    let norm = Self.norm(triple.degrees)
    var factors: [SIMD3<Int>: Double] = [:]
    for a in functions[0] {
      for b in functions[1] {
        for c in functions[2] {
          let weight = a.weight * b.weight * c.weight
          let value = norm * weight * Self.integral(a, b, c)
          // Of the integrals that do not vanish, the smallest is above 1e-3.
          guard abs(value) > 1e-9 * weight else { continue }
          let places = [a.place, b.place, c.place].sorted()
          factors[[places[0], places[1], places[2]], default: 0] += value
        }
      }
    }
    let order = factors.keys.sorted { ($0.x, $0.y, $0.z) < ($1.x, $1.y, $1.z) }
    terms = order.map { Term(first: $0.x, second: $0.y, third: $0.z, factor: factors[$0] ?? 0) }
  }

  /// 1/(√(Π(2l + 1)/(4π)) (l₁ l₂ l₃; 0 0 0)), where the square of the symbol is ½ ∫ P P P dz and its sign (−1)^(Σl/2).
  private static func norm(_ l: [Int]) -> Double {
    let legendre = l.map { HarmonicBasis.legendre($0) }
    let product = legendre.reduce([1.0]) { multiply($0, $1) }
    let symbol = (integral(product) / 2).squareRoot() * ((l.reduce(0, +) / 2) % 2 == 0 ? 1 : -1)
    let count = Double(l.reduce(1) { $0 * (2 * $1 + 1) })
    return 1 / ((count / (4 * .pi)).squareRoot() * symbol)
  }

  /// ∫ b b b dΩ.
  private static func integral(
    _ a: HarmonicBasis.Function, _ b: HarmonicBasis.Function, _ c: HarmonicBasis.Function
  ) -> Double {
    let m = a.m + b.m + c.m
    let around = integralAround([a, b, c])
    guard m % 2 == 0, around != 0 else { return 0 }
    var polynomial = [a, b, c].reduce([1.0]) { multiply($0, $1.polynomial) }
    // (x + iy)ᵐ brings a factor of (1 − z²)^(m/2).
    for _ in 0..<(m / 2) { polynomial = multiply(polynomial, [1, 0, -1]) }
    return around * integral(polynomial)
  }

  /// ∫ of cosines and sines of mφ, in closed form: products become sums of cosines and sines of ±m₁ ± m₂ ± m₃.
  private static func integralAround(_ functions: [HarmonicBasis.Function]) -> Double {
    let sines = functions.count(where: \.isImaginary)
    guard sines % 2 == 0 else { return 0 }
    var sum = 0.0
    for signs in 0..<8 {
      // cos = (e⁺ + e⁻)/2, sin = (e⁺ − e⁻)/(2i).
      var total = 0
      var sign = 1.0
      for (k, f) in functions.enumerated() {
        let isMinus = signs >> k & 1 == 1
        total += isMinus ? -f.m : f.m
        if f.isImaginary, isMinus { sign = -sign }
      }
      if total == 0 { sum += sign }
    }
    return 2 * .pi * sum / 8 * (sines == 2 ? -1 : 1)
  }

  private static func multiply(_ a: [Double], _ b: [Double]) -> [Double] {
    var product = [Double](repeating: 0, count: a.count + b.count - 1)
    for (i, x) in a.enumerated() { for (j, y) in b.enumerated() { product[i + j] += x * y } }
    return product
  }

  /// From −1 to 1.
  private static func integral(_ polynomial: [Double]) -> Double {
    polynomial.enumerated().reduce(0) {
      $0 + ($1.offset % 2 == 0 ? 2 * $1.element / Double($1.offset + 1) : 0)
    }
  }
}

/// Q = Σ_j g_n (u ⊗ u − 1/3) of several n, from the moments of degree 2: P₂, then 3xz, 3yz, 3(x² − y²), 6xy.
struct Quadrupole<A: LaneArithmetic> where A.Number: BinaryFloatingPoint {
  private let xx: A
  private let yy: A
  private let zz: A
  private let xy: A
  private let xz: A
  private let yz: A

  /// - Parameter moment: by its place in the harmonic basis.
  @inline(__always)
  init(_ moment: (Int) -> A) {
    let third: A.Number = 1 / 3
    let axial = moment(3).scaled(third)
    let plane = moment(6).scaled(third / 2)
    zz = axial + axial
    xx = plane - axial
    yy = .zero - plane - axial
    xz = moment(4).scaled(third)
    yz = moment(5).scaled(third)
    xy = moment(7).scaled(third / 2)
  }

  @inline(__always)
  var determinant: A { (xx * cofactorXX).addingProduct(xy, cofactorXY).addingProduct(xz, cofactorXZ) }

  @inline(__always) private var cofactorXX: A { yy * zz - yz * yz }
  @inline(__always) private var cofactorYY: A { xx * zz - xz * xz }
  @inline(__always) private var cofactorZZ: A { xx * yy - xy * xy }
  @inline(__always) private var cofactorXY: A { yz * xz - xy * zz }
  @inline(__always) private var cofactorXZ: A { xy * yz - yy * xz }
  @inline(__always) private var cofactorYZ: A { xy * xz - xx * yz }

  /// The derivatives of the determinant by the moments.
  /// - Parameter add: receives the place of a moment in the harmonic basis and the derivative by it.
  @inline(__always)
  func forEachSlope(_ add: (Int, A) -> Void) {
    let third: A.Number = 1 / 3
    // Off-diagonal elements occur twice.
    add(3, (cofactorZZ + cofactorZZ - cofactorXX - cofactorYY).scaled(third))
    add(4, cofactorXZ.scaled(2 * third))
    add(5, cofactorYZ.scaled(2 * third))
    add(6, (cofactorXX - cofactorYY).scaled(third / 2))
    add(7, cofactorXY.scaled(third))
  }
}

/// The norms of the descriptors of four and five bodies, as products of the norms of spherical harmonics
/// (N₁ = 3/(4π), N₂ = 5/(4π)) and of Wigner's symbols.
enum ManyBodies {
  /// q_n222 = four · det Q with Q = Σ_j g_n (u ⊗ u − 1/3): −(27/2) √(2/35) N₂^(3/2).
  static let four = -13.5 * (2.0 / 35).squareRoot() * (5 / (4 * .pi)) * (5 / (4 * .pi)).squareRoot()
  /// q_n1111 = five · |Σ_j g_n u|⁴: (7/15) N₁².
  static let five = 7.0 / 15 * (3 / (4 * .pi)) * (3 / (4 * .pi))
}

/// Q = Σ_j g_n (u ⊗ u − 1/3) of several n, from the moments of degree 2: P₂, then 3xz, 3yz, 3(x² − y²), 6xy.
struct Quadrupole<V: SIMDVector> {
  private let xx: V
  private let yy: V
  private let zz: V
  private let xy: V
  private let xz: V
  private let yz: V

  @inline(__always)
  init(_ moments: UnsafePointer<V.Number>, stride: Int) {
    func moment(_ m: Int) -> V { V(moments + (3 + m) * stride) }
    let third: V.Number = 1 / 3
    let axial = moment(0).scaled(third)
    let plane = moment(3).scaled(third / 2)
    zz = axial + axial
    xx = plane - axial
    yy = .zero - plane - axial
    xz = moment(1).scaled(third)
    yz = moment(2).scaled(third)
    xy = moment(4).scaled(third / 2)
  }

  @inline(__always)
  var determinant: V { (xx * cofactorXX).addingProduct(xy, cofactorXY).addingProduct(xz, cofactorXZ) }

  @inline(__always) private var cofactorXX: V { yy * zz - yz * yz }
  @inline(__always) private var cofactorYY: V { xx * zz - xz * xz }
  @inline(__always) private var cofactorZZ: V { xx * yy - xy * xy }
  @inline(__always) private var cofactorXY: V { yz * xz - xy * zz }
  @inline(__always) private var cofactorXZ: V { xy * yz - yy * xz }
  @inline(__always) private var cofactorYZ: V { xy * xz - xx * yz }

  /// Adds `factor` times the derivatives of the determinant by the moments.
  @inline(__always)
  func addSlopes(_ factor: V, _ slopes: UnsafeMutablePointer<V.Number>, stride: Int) {
    let third: V.Number = 1 / 3
    func add(_ m: Int, _ value: V) {
      let place = slopes + (3 + m) * stride
      V(place).addingProduct(factor, value).store(place)
    }
    // Off-diagonal elements occur twice.
    add(0, (cofactorZZ + cofactorZZ - cofactorXX - cofactorYY).scaled(third))
    add(1, cofactorXZ.scaled(2 * third))
    add(2, cofactorYZ.scaled(2 * third))
    add(3, (cofactorXX - cofactorYY).scaled(third / 2))
    add(4, cofactorXY.scaled(third))
  }
}

import Decomposition

/// The sums of `MixedKernel` in double precision, written plainly: its reference, and the kernel of `precision: double`.
struct DoubleKernel {
  /// Error of the fitted Coulomb polynomials, as a fraction of their largest value.
  static let polynomialTolerance = 1e-14

  private typealias Lanes = SIMD8<Double>

  private let cutoffSquare: Double
  private let scale: Double
  private let force: [Double]
  private let energy: [Double]

  init(_ splitting: CoulombSplitting) {
    cutoffSquare = splitting.cutoff * splitting.cutoff
    scale = splitting.force.scale
    force = splitting.force.coefficients
    energy = splitting.energy.coefficients
  }

  /// Adds forces to `atoms`, and returns the energies if they are wanted.
  func compute(
    _ atoms: ClusterArrays<Double>, _ tables: PairTables<Double>, _ list: borrowing ClusterPairList,
    wantsEnergy: Bool
  ) -> PairEnergy {
    var total = PairEnergy()
    force.withUnsafeBufferPointer { force in
      energy.withUnsafeBufferPointer { energy in
        var next = 0
        var nextMask = 0
        for row in list.rows {
          let maskedEnd = next + Int(row.maskedCount)
          while next < Int(row.end) {
            var mask = UInt32.max
            if next < maskedEnd {
              mask = list.masks[nextMask]
              nextMask += 1
            }
            for i in 0..<4 {
              let bits = Int64(mask >> UInt32(8 * i) & 255)
              total += meet(
                atoms, tables, slot: 4 * Int(row.half) + i, Int(list.entries[next]), bits, force, energy,
                wantsEnergy)
            }
            next += 1
          }
        }
      }
    }
    return total
  }

  /// One atom against a cluster.
  @inline(__always)
  private func meet(
    _ atoms: ClusterArrays<Double>, _ tables: PairTables<Double>, slot: Int, _ cluster: Int, _ bits: Int64,
    _ force: UnsafeBufferPointer<Double>, _ energy: UnsafeBufferPointer<Double>, _ wantsEnergy: Bool
  ) -> PairEnergy {
    let own = atoms.coordinates + slot / 8 * 24 + slot % 8
    let others = atoms.coordinates + cluster * 24
    let table = tables.values + Int(atoms.type[slot / 8 * 16 + slot % 8]) * PairTables<Double>.stride
    let types = atoms.type + cluster * 16
    func lookUp(_ parameter: PairParameter) -> Lanes {
      let row = table + parameter.rawValue * 16
      return Lanes(
        row[Int(types[0])], row[Int(types[1])], row[Int(types[2])], row[Int(types[3])], row[Int(types[4])],
        row[Int(types[5])], row[Int(types[6])], row[Int(types[7])])
    }
    let dx = own[0] - load(others)
    let dy = own[8] - load(others + 8)
    let dz = own[16] - load(others + 16)
    let square = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz)
    let lanes = SIMD8<Int64>(1, 2, 4, 8, 16, 32, 64, 128)
    let isOut =
      (square .>= cutoffSquare) .| ((SIMD8<Int64>(repeating: bits) & lanes) .== SIMD8<Int64>.zero)

    // An excluded pair may have r = 0; its result is discarded, NaN included.
    let r = square.squareRoot()
    let inverse = 1 / r
    let inverseSquare = inverse * inverse
    let t = square * scale - 1
    let qq = lookUp(.chargeProduct)
    let repulsion = powerOfTwo(lookUp(.logarithm) + r * lookUp(.minusInverseLength))
    let minusSixth = inverseSquare * inverseSquare * inverseSquare * lookUp(.minusDispersion)
    let coulomb = qq * (inverse * inverseSquare - horner(force, t))
    let strength = (coulomb + repulsion * inverse + minusSixth * inverseSquare).replacing(
      with: 0, where: isOut)

    add(strength * dx, strength * dy, strength * dz, atoms, slot, cluster)
    guard wantsEnergy else { return PairEnergy() }
    let short = repulsion * lookUp(.length) + minusSixth / 6 - lookUp(.shift)
    return PairEnergy(
      coulomb: (qq * (inverse - horner(energy, t))).replacing(with: 0, where: isOut).sum(),
      shortRange: short.replacing(with: 0, where: isOut).sum())
  }

  @inline(__always)
  private func add(
    _ x: Lanes, _ y: Lanes, _ z: Lanes, _ atoms: ClusterArrays<Double>, _ slot: Int, _ cluster: Int
  ) {
    let own = atoms.forces + slot / 8 * 48 + slot % 8
    own[0] -= x.sum()
    own[16] -= y.sum()
    own[32] -= z.sum()
    let others = UnsafeMutableRawPointer(atoms.forces + cluster * 48)
      .assumingMemoryBound(to: Lanes.self)
    others[0] += x
    others[2] += y
    others[4] += z
  }

  /// 2^y = 2ⁿ·2^f, with the Taylor series of e^(f ln 2) to degree 13 (relative error below 2e-16). A steep
  /// repulsion vanishes long before the cut-off: it is limited to 2⁻¹⁰⁰.
  @inline(__always)
  private func powerOfTwo(_ exponent: Lanes) -> Lanes {
    let y = exponent.replacing(with: -100, where: exponent .< -100)
    let magic = Lanes(repeating: 6_755_399_441_055_744)
    let shifted = y + magic
    let f = (y - (shifted - magic)) * 0.693_147_180_559_945_309_4
    let integer = unsafeBitCast(shifted, to: SIMD8<Int64>.self) &<< 52
    var p = Lanes(repeating: 1 / 6_227_020_800)
    p = Lanes(repeating: 1 / 479_001_600).addingProduct(p, f)
    p = Lanes(repeating: 1 / 39_916_800).addingProduct(p, f)
    p = Lanes(repeating: 1 / 3_628_800).addingProduct(p, f)
    p = Lanes(repeating: 1 / 362_880).addingProduct(p, f)
    p = Lanes(repeating: 1 / 40_320).addingProduct(p, f)
    p = Lanes(repeating: 1 / 5_040).addingProduct(p, f)
    p = Lanes(repeating: 1 / 720).addingProduct(p, f)
    p = Lanes(repeating: 1 / 120).addingProduct(p, f)
    p = Lanes(repeating: 1 / 24).addingProduct(p, f)
    p = Lanes(repeating: 1 / 6).addingProduct(p, f)
    p = Lanes(repeating: 1 / 2).addingProduct(p, f)
    p = Lanes(repeating: 1).addingProduct(p, f)
    p = Lanes(repeating: 1).addingProduct(p, f)
    return unsafeBitCast(unsafeBitCast(p, to: SIMD8<Int64>.self) &+ integer, to: Lanes.self)
  }

  /// Σ c_k t^k. A `while` loop: the iterator of a stride is a call in every turn.
  @inline(__always)
  private func horner(_ c: UnsafeBufferPointer<Double>, _ t: Lanes) -> Lanes {
    var k = c.count - 2
    var sum = Lanes(repeating: c[k + 1])
    while k >= 0 {
      sum = Lanes(repeating: c[k]).addingProduct(sum, t)
      k -= 1
    }
    return sum
  }

  @inline(__always)
  private func load(_ p: UnsafeMutablePointer<Double>) -> Lanes {
    UnsafeRawPointer(p).assumingMemoryBound(to: Lanes.self).pointee
  }
}

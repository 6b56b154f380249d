import CEngine

/// Real-space Coulomb (q q [1/r − erf(αr)/r]), Born–Mayer and dispersion over a cluster pair list, in single
/// precision.
///
/// A register holds two atoms against eight, after the 2×MM kernels of Páll and Hess, Comput. Phys. Commun. 184, 2641
/// (2013); the loop processes two clusters of eight at a time. Every load is contiguous, and cut-off and exclusions are
/// masks, so that the loop has no other branch.
struct MixedKernel {
  /// Error of the fitted Coulomb polynomials that suits single precision, as a fraction of their largest
  /// value.
  static let polynomialTolerance = 5e-7

  let cutoff_A: Double
  private let cutoffSquare: Float
  private let scale: Float
  /// Coefficients of (1/r) d/dr [erf(αr)/r] and of erf(αr)/r, with zeros up to one of the numbers of terms
  /// that the loop is compiled for.
  private let force: [Float]
  private let energy: [Float]

  init(_ splitting: CoulombSplitting) {
    cutoff_A = splitting.cutoff
    cutoffSquare = Float(splitting.cutoff * splitting.cutoff)
    scale = Float(splitting.force.scale)
    let terms = max(splitting.force.coefficients.count, splitting.energy.coefficients.count)
    let padded = [8, 10, 14, 20].first { $0 >= terms } ?? 48
    func fill(_ c: [Double]) -> [Float] {
      c.map { Float($0) } + [Float](repeating: 0, count: padded - c.count)
    }
    force = fill(splitting.force.coefficients.map(-))
    energy = fill(splitting.energy.coefficients)
  }

  /// Adds forces to `atoms`, and returns the energies if they are wanted.
  func compute(
    _ atoms: ClusterArrays<Float>, _ tables: PairTables<Float>, _ list: PrunedPairList,
    wantsEnergy: Bool
  ) -> PairEnergy {
    force.withUnsafeBufferPointer { force in
      energy.withUnsafeBufferPointer { energy in
        guard let f = force.baseAddress, let e = energy.baseAddress else { return PairEnergy() }
        let place = Place(atoms, tables: tables.values, force: f, energy: e)
        switch (force.count, wantsEnergy) {
        case (8, false): return run(KernelVariants.Forces8.self, place, list)
        case (10, false): return run(KernelVariants.Forces10.self, place, list)
        case (14, false): return run(KernelVariants.Forces14.self, place, list)
        case (20, false): return run(KernelVariants.Forces20.self, place, list)
        case (48, false): return run(KernelVariants.Forces48.self, place, list)
        case (8, true): return run(KernelVariants.Energies8.self, place, list)
        case (10, true): return run(KernelVariants.Energies10.self, place, list)
        case (14, true): return run(KernelVariants.Energies14.self, place, list)
        case (20, true): return run(KernelVariants.Energies20.self, place, list)
        default: return run(KernelVariants.Energies48.self, place, list)
        }
      }
    }
  }

  private func run<V: KernelVariant>(_ variant: V.Type, _ place: Place, _ list: PrunedPairList) -> PairEnergy
  {
    withUnsafeTemporaryAllocation(byteCount: 48 * 4, alignment: 64) { raw in
      guard let points = raw.baseAddress?.assumingMemoryBound(to: Float.self) else { return PairEnergy() }
      return run(variant, place, list, points)
    }
  }

  @inline(never)
  private func run<V: KernelVariant>(
    _ variant: V.Type, _ place: Place, _ list: PrunedPairList, _ points: UnsafeMutablePointer<Float>
  ) -> PairEnergy {
    var total = PairEnergy()
    var next = 0
    var nextMask = 0
    let rows = list.rows
    let entries = list.entries
    let masks = list.masks
    for index in 0..<list.rowCount {
      let row = rows[index]
      let two = TwoAtoms(place, Int(row.firstSlot), points)
      var sum = Sum()
      while next < Int(row.maskedEnd) {
        meet(
          variant, place, two, entries[next], entries[next &+ 1], UInt32(masks[nextMask]),
          UInt32(masks[nextMask &+ 1]), &sum)
        next &+= 2
        nextMask &+= 2
      }
      while next < Int(row.end) {
        meet(variant, place, two, entries[next], entries[next &+ 1], 0xFFFF, 0xFFFF, &sum)
        next &+= 2
      }
      sum.store(place, Int(row.firstSlot))
      if V.wantsEnergy {
        total.coulomb += Double(sumOfLanes(sum.coulomb))
        total.shortRange += Double(sumOfLanes(sum.shortRange))
      }
    }
    return total
  }

  /// Two atoms against the clusters A and B.
  @_transparent
  private func meet<V: KernelVariant>(
    _ variant: V.Type, _ place: Place, _ two: TwoAtoms, _ clusterA: UInt32, _ clusterB: UInt32,
    _ maskA: UInt32, _ maskB: UInt32, _ sum: inout Sum
  ) {
    let a = place.coordinates + Int(clusterA) &* 24
    let b = place.coordinates + Int(clusterB) &* 24
    let dx = Both(load(two.points) - pw_load_twice(a), load(two.points) - pw_load_twice(b))
    let dy = Both(load(two.points + 16) - pw_load_twice(a + 8), load(two.points + 16) - pw_load_twice(b + 8))
    let dz = Both(
      load(two.points + 32) - pw_load_twice(a + 16), load(two.points + 32) - pw_load_twice(b + 16))
    let f = strength(
      variant, place, two, dx, dy, dz, types(place, clusterA), types(place, clusterB), maskA, maskB, &sum)

    // Added one after the other: the order is the same wherever a cluster stands in a pair of clusters.
    sum.x.addProduct(f.a, dx.a)
    sum.y.addProduct(f.a, dy.a)
    sum.z.addProduct(f.a, dz.a)
    sum.x.addProduct(f.b, dx.b)
    sum.y.addProduct(f.b, dy.b)
    sum.z.addProduct(f.b, dz.b)
    let forcesA = UnsafeMutableRawPointer(place.forces + Int(clusterA) &* 48).assumingMemoryBound(
      to: Lanes.self)
    forcesA[0].addProduct(f.a, dx.a)
    forcesA[1].addProduct(f.a, dy.a)
    forcesA[2].addProduct(f.a, dz.a)
    let forcesB = UnsafeMutableRawPointer(place.forces + Int(clusterB) &* 48).assumingMemoryBound(
      to: Lanes.self)
    forcesB[0].addProduct(f.b, dx.b)
    forcesB[1].addProduct(f.b, dy.b)
    forcesB[2].addProduct(f.b, dz.b)
  }

  @_transparent
  private func types(_ place: Place, _ cluster: UInt32) -> SIMD16<Int32> {
    UnsafeRawPointer(place.type + Int(cluster) &* 16).assumingMemoryBound(to: SIMD16<Int32>.self).pointee
  }

  /// Force over distance, eV/Å², of two atoms and the clusters A and B.
  @_transparent
  private func strength<V: KernelVariant>(
    _ variant: V.Type, _ place: Place, _ two: TwoAtoms, _ dx: Both, _ dy: Both, _ dz: Both,
    _ typesA: SIMD16<Int32>, _ typesB: SIMD16<Int32>, _ maskA: UInt32, _ maskB: UInt32, _ sum: inout Sum
  ) -> Both {
    let square = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz)
    // One step of Newton's method on the estimate. A masked-out pair may have r = 0; its result is discarded below, NaN
    // included. Signs are part of the constants: a negation is an instruction.
    let estimate = Both(pw_reciprocal_root(square.a), pw_reciprocal_root(square.b))
    let t = Both(-1).addingProduct(square, Both(scale))
    let rest = Both(0.5).addingProduct(square * estimate, estimate * Both(-0.5))
    let minusSmooth = polynomial(place.force, t, V.terms)
    let inverse = estimate.addingProduct(estimate, rest)
    let inverseSquare = inverse * inverse

    let repulsion = powerOfTwo(
      two.lookUp(.logarithm, typesA, typesB).addingProduct(
        square * inverse, two.lookUp(.minusInverseLength, typesA, typesB)))
    let qq = two.lookUp(.chargeProduct, typesA, typesB)
    let fourth = inverseSquare * inverseSquare
    let minusDispersion = two.lookUp(.minusDispersion, typesA, typesB)
    let attraction = (qq * minusSmooth).addingProduct(minusDispersion, fourth * fourth)
    let all = attraction.addingProduct(repulsion.addingProduct(qq, inverseSquare), inverse)
    if V.wantsEnergy {
      let short = (repulsion * two.lookUp(.length, typesA, typesB) - two.lookUp(.shift, typesA, typesB))
        .addingProduct(fourth * inverseSquare, minusDispersion * Both(1.0 / 6))
      let coulomb = qq * (inverse - polynomial(place.energy, t, V.terms))
      sum.coulomb += keep(coulomb.a, square.a, maskA)
      sum.coulomb += keep(coulomb.b, square.b, maskB)
      sum.shortRange += keep(short.a, square.a, maskA)
      sum.shortRange += keep(short.b, square.b, maskB)
    }
    return Both(keep(all.a, square.a, maskA), keep(all.b, square.b, maskB))
  }

  /// Zero for pairs beyond the cut-off or masked out.
  @_transparent
  private func keep(_ values: Lanes, _ square: Lanes, _ mask: UInt32) -> Lanes {
    pw_keep_below(values, square, cutoffSquare, mask)
  }

  /// 2^y = 2ⁿ·2^f with f in −½…½: a polynomial for 2^f (relative error 2e-7) and n added to the exponent.
  /// Rounds by adding 1.5·2²³, because `rounded()` compiles to a call for each lane. A steep repulsion vanishes long
  /// before the cut-off: it is limited to 2⁻¹⁰⁰, whose products are not denormal and slow.
  @_transparent
  private func powerOfTwo(_ exponent: Both) -> Both {
    let y = Both(
      exponent.a.replacing(with: -100, where: exponent.a .< -100),
      exponent.b.replacing(with: -100, where: exponent.b .< -100))
    let magic = Both(12_582_912)
    let shifted = y + magic
    let f = y - (shifted - magic)
    var p = Both(1.327647183e-03)
    p = Both(9.675541333e-03).addingProduct(p, f)
    p = Both(5.550713274e-02).addingProduct(p, f)
    p = Both(2.402211972e-01).addingProduct(p, f)
    p = Both(6.931469671e-01).addingProduct(p, f)
    p = Both(1.000000072e+00).addingProduct(p, f)
    return Both(raise(p.a, shifted.a), raise(p.b, shifted.b))
  }

  /// Adds the whole number that was rounded into `shifted` to the exponent.
  @_transparent
  private func raise(_ p: Lanes, _ shifted: Lanes) -> Lanes {
    let integer = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
    return unsafeBitCast(unsafeBitCast(p, to: SIMD16<Int32>.self) &+ integer, to: Lanes.self)
  }
}

private typealias Lanes = SIMD16<Float>

/// Registers of the clusters A and B, interleaved operation by operation: a single chain of dependent operations would
/// leave the processor idle.
private struct Both {
  var a: Lanes
  var b: Lanes

  @_transparent
  init(_ a: Lanes, _ b: Lanes) {
    self.a = a
    self.b = b
  }

  @_transparent
  init(_ value: Float) {
    a = Lanes(repeating: value)
    b = Lanes(repeating: value)
  }

  @_transparent static func + (l: Both, r: Both) -> Both { Both(l.a + r.a, l.b + r.b) }
  @_transparent static func - (l: Both, r: Both) -> Both { Both(l.a - r.a, l.b - r.b) }
  @_transparent static func * (l: Both, r: Both) -> Both { Both(l.a * r.a, l.b * r.b) }
  @_transparent func addingProduct(_ l: Both, _ r: Both) -> Both {
    Both(a.addingProduct(l.a, r.a), b.addingProduct(l.b, r.b))
  }
}

/// Addresses as plain values: a field of a class is loaded again after every store.
private struct Place {
  let force: UnsafePointer<Float>
  let energy: UnsafePointer<Float>
  let coordinates: UnsafeMutablePointer<Float>
  let forces: UnsafeMutablePointer<Float>
  let type: UnsafeMutablePointer<Int32>
  let tables: UnsafePointer<Float>

  init(
    _ atoms: ClusterArrays<Float>, tables: UnsafePointer<Float>, force: UnsafePointer<Float>,
    energy: UnsafePointer<Float>
  ) {
    self.tables = tables
    self.force = force
    self.energy = energy
    coordinates = atoms.coordinates
    forces = atoms.forces
    type = atoms.type
  }
}

/// The two atoms of a row.
private struct TwoAtoms {
  /// `[x, y, z][16]`, the first atom's in the lower eight. In memory: the compiler would otherwise rebuild the registers
  /// from their scalars.
  let points: UnsafeMutablePointer<Float>
  let firstTable: UnsafePointer<Float>
  let secondTable: UnsafePointer<Float>

  @_transparent
  init(_ place: Place, _ slot: Int, _ points: UnsafeMutablePointer<Float>) {
    self.points = points
    let block: UnsafeMutablePointer<Float> = place.coordinates + ((slot &>> 3) &* 24 &+ (slot & 7))
    func spread(_ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
      let eight = UnsafeMutableRawPointer(to).assumingMemoryBound(to: SIMD8<Float>.self)
      eight[0] = SIMD8(repeating: from[0])
      eight[1] = SIMD8(repeating: from[1])
    }
    spread(block, points)
    spread(block + 8, points + 16)
    spread(block + 16, points + 32)
    let type = place.type + ((slot &>> 3) &* 16 &+ (slot & 7))
    firstTable = place.tables + Int(type[0]) &* PairTables<Float>.stride
    secondTable = place.tables + Int(type[1]) &* PairTables<Float>.stride
  }

  /// A parameter against each of the eight; indices of the second atom's table are higher by 16.
  @_transparent
  func lookUp(_ parameter: PairParameter, _ a: SIMD16<Int32>, _ b: SIMD16<Int32>) -> Both {
    let low = load(firstTable + parameter.rawValue &* 16)
    let high = load(secondTable + parameter.rawValue &* 16)
    return Both(pw_look_up(low, high, a), pw_look_up(low, high, b))
  }
}

private struct Sum {
  var x = Lanes()
  var y = Lanes()
  var z = Lanes()
  var coulomb = Lanes()
  var shortRange = Lanes()

  @_transparent
  func store(_ place: Place, _ slot: Int) {
    let forces: UnsafeMutablePointer<Float> = place.forces + ((slot &>> 3) &* 48 &+ (slot & 7))
    subtract(x, forces)
    subtract(y, forces + 16)
    subtract(z, forces + 32)
  }

  @_transparent
  private func subtract(_ sum: Lanes, _ forces: UnsafeMutablePointer<Float>) {
    forces[0] -= sumOfLanes(sum.lowHalf)
    forces[1] -= sumOfLanes(sum.highHalf)
  }
}

/// By halves: `sum()` compiles to a call.
@_transparent
private func sumOfLanes(_ v: SIMD8<Float>) -> Float {
  let four = v.lowHalf + v.highHalf
  let two = four.lowHalf + four.highHalf
  return two.x + two.y
}

@_transparent
private func sumOfLanes(_ v: SIMD16<Float>) -> Float { sumOfLanes(v.lowHalf + v.highHalf) }

/// Σ c_k t^k, `terms` even: odd and even powers separately, which halves the chain of dependent operations.
@_transparent
private func polynomial(_ c: UnsafePointer<Float>, _ t: Both, _ terms: Int) -> Both {
  let square = t * t
  var k = terms &- 4
  var even = Both(c[k &+ 2])
  var odd = Both(c[k &+ 3])
  while k >= 0 {
    even = Both(c[k]).addingProduct(even, square)
    odd = Both(c[k &+ 1]).addingProduct(odd, square)
    k &-= 2
  }
  return even.addingProduct(odd, t)
}

@_transparent
private func load(_ p: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(p).assumingMemoryBound(to: Lanes.self).pointee
}

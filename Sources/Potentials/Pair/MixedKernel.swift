import CSIMD

/// Real-space Coulomb (q q [1/r − erf(αr)/r]), Born–Mayer and dispersion over a cluster pair list, in single
/// precision.
///
/// A register holds two atoms against the same eight, so that four atoms meet eight in two registers, after
/// the 2×MM kernels of Páll and Hess, Comput. Phys. Commun. 184, 2641 (2013). Every load is contiguous, the
/// forces on the eight are stored once for the four, and cut-off and exclusions are masks: the loop has no
/// branch but its own.
struct MixedKernel {
  /// Error of the fitted Coulomb polynomials that suits single precision, as a fraction of their largest
  /// value.
  static let polynomialTolerance = 2e-7

  private let cutoffSquare: Float
  private let scale: Float
  /// Coefficients of (1/r) d/dr [erf(αr)/r] and of erf(αr)/r, with zeros up to one of the numbers of terms
  /// that the loop is compiled for.
  private let force: [Float]
  private let energy: [Float]

  init(_ splitting: CoulombSplitting) {
    cutoffSquare = Float(splitting.cutoff * splitting.cutoff)
    scale = Float(splitting.force.scale)
    let terms = max(splitting.force.coefficients.count, splitting.energy.coefficients.count)
    let padded = [10, 12, 16].first { $0 >= terms } ?? 24
    func fill(_ c: [Double]) -> [Float] {
      c.map { Float($0) } + [Float](repeating: 0, count: padded - c.count)
    }
    force = fill(splitting.force.coefficients.map(-))
    energy = fill(splitting.energy.coefficients)
  }

  /// Adds forces to `atoms`; gives the energies when asked.
  func compute(
    _ atoms: ClusterArrays<Float>, _ tables: PairTables<Float>, _ list: borrowing ClusterPairList,
    wantsEnergy: Bool
  ) -> PairEnergy {
    list.rows.withUnsafeBufferPointer { rows in
      list.entries.withUnsafeBufferPointer { entries in
        list.masks.withUnsafeBufferPointer { masks in
          force.withUnsafeBufferPointer { force in
            energy.withUnsafeBufferPointer { energy in
              guard let f = force.baseAddress, let e = energy.baseAddress else { return PairEnergy() }
              let place = Place(atoms, tables: tables.values, force: f, energy: e)
              let pairs = Pairs(rows: rows, entries: entries, masks: masks)
              switch (force.count, wantsEnergy) {
              case (10, false): return run(Forces10.self, place, pairs)
              case (12, false): return run(Forces12.self, place, pairs)
              case (16, false): return run(Forces16.self, place, pairs)
              case (24, false): return run(Forces24.self, place, pairs)
              case (10, true): return run(Energies10.self, place, pairs)
              case (12, true): return run(Energies12.self, place, pairs)
              case (16, true): return run(Energies16.self, place, pairs)
              default: return run(Energies24.self, place, pairs)
              }
            }
          }
        }
      }
    }
  }

  private func run<V: Variant>(_ variant: V.Type, _ place: Place, _ pairs: Pairs) -> PairEnergy {
    withUnsafeTemporaryAllocation(byteCount: 96 * 4, alignment: 64) { raw in
      guard let points = raw.baseAddress?.assumingMemoryBound(to: Float.self) else { return PairEnergy() }
      return run(variant, place, pairs, points)
    }
  }

  @inline(never)
  private func run<V: Variant>(
    _ variant: V.Type, _ place: Place, _ pairs: Pairs, _ points: UnsafeMutablePointer<Float>
  ) -> PairEnergy {
    var total = PairEnergy()
    var next = 0
    var nextMask = 0
    for row in pairs.rows {
      let four = Four(place, Int(row.half), points)
      var sum = Sum()
      let maskedEnd = next &+ Int(row.maskedCount)
      while next < maskedEnd {
        meet(variant, place, four, pairs.entries[next], pairs.masks[nextMask], true, &sum)
        next &+= 1
        nextMask &+= 1
      }
      while next < Int(row.end) {
        meet(variant, place, four, pairs.entries[next], .max, false, &sum)
        next &+= 1
      }
      sum.store(place, Int(row.half))
      if V.wantsEnergy {
        total.coulomb += Double(sumOfLanes(sum.coulomb))
        total.shortRange += Double(sumOfLanes(sum.shortRange))
      }
    }
    return total
  }

  @_transparent
  private func meet<V: Variant>(
    _ variant: V.Type, _ place: Place, _ four: Four, _ cluster: UInt32, _ mask: UInt32, _ isMasked: Bool,
    _ sum: inout Sum
  ) {
    let coordinates = place.coordinates + Int(cluster) &* 24
    let x = pw_load_twice(coordinates)
    let y = pw_load_twice(coordinates + 8)
    let z = pw_load_twice(coordinates + 16)
    let types = UnsafeRawPointer(place.type + Int(cluster) &* 8).assumingMemoryBound(to: SIMD8<Int32>.self).pointee
    // The table of the second of two atoms stands 16 entries after that of the first.
    let index = SIMD16<Int32>(lowHalf: types, highHalf: types &+ 16)

    let dx = Both(load(four.points) - x, load(four.points + 48) - x)
    let dy = Both(load(four.points + 16) - y, load(four.points + 64) - y)
    let dz = Both(load(four.points + 32) - z, load(four.points + 80) - z)
    let f = strength(
      variant, place, four, dx, dy, dz, index, isMasked ? mask : 0xFFFF, isMasked ? mask &>> 16 : 0xFFFF, &sum)

    sum.x = sum.x.addingProduct(f, dx)
    sum.y = sum.y.addingProduct(f, dy)
    sum.z = sum.z.addingProduct(f, dz)
    let forces = place.forces + Int(cluster) &* 24
    subtract((f.a * dx.a).addingProduct(f.b, dx.b), forces)
    subtract((f.a * dy.a).addingProduct(f.b, dy.b), forces + 8)
    subtract((f.a * dz.a).addingProduct(f.b, dz.b), forces + 16)
  }

  /// Force over distance, eV/Å², of the pairs of four atoms with eight.
  @_transparent
  private func strength<V: Variant>(
    _ variant: V.Type, _ place: Place, _ four: Four, _ dx: Both, _ dy: Both, _ dz: Both,
    _ index: SIMD16<Int32>, _ maskA: UInt32, _ maskB: UInt32, _ sum: inout Sum
  ) -> Both {
    let square = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz)
    // One step of Newton's method on the estimate. A masked-out pair may have r = 0; what it gives is
    // thrown away below, NaN included. Signs stand in the constants: a negation is an instruction.
    let estimate = Both(pw_reciprocal_root(square.a), pw_reciprocal_root(square.b))
    let t = Both(-1).addingProduct(square, Both(scale))
    let rest = Both(0.5).addingProduct(square * estimate, estimate * Both(-0.5))
    let minusSmooth = polynomial(place.force, t, V.terms)
    let inverse = estimate.addingProduct(estimate, rest)
    let inverseSquare = inverse * inverse

    let repulsion = powerOfTwo(
      four.lookUp(.logarithm, index).addingProduct(
        square * inverse, four.lookUp(.minusInverseLength, index)))
    let qq = four.lookUp(.chargeProduct, index)
    let fourth = inverseSquare * inverseSquare
    let minusDispersion = four.lookUp(.minusDispersion, index)
    let attraction = (qq * minusSmooth).addingProduct(minusDispersion, fourth * fourth)
    let all = attraction.addingProduct(repulsion.addingProduct(qq, inverseSquare), inverse)
    if V.wantsEnergy {
      let short = (repulsion * four.lookUp(.length, index) - four.lookUp(.shift, index))
        .addingProduct(fourth * inverseSquare, minusDispersion * Both(1.0 / 6))
      let coulomb = qq * (inverse - polynomial(place.energy, t, V.terms))
      sum.coulomb += keep(coulomb.a, square.a, maskA) + keep(coulomb.b, square.b, maskB)
      sum.shortRange += keep(short.a, square.a, maskA) + keep(short.b, square.b, maskB)
    }
    return Both(keep(all.a, square.a, maskA), keep(all.b, square.b, maskB))
  }

  /// Zero for pairs beyond the cut-off or masked out.
  @_transparent
  private func keep(_ values: Lanes, _ square: Lanes, _ mask: UInt32) -> Lanes {
    pw_keep_below(values, square, cutoffSquare, mask)
  }

  /// 2^y = 2ⁿ·2^f with f in −½…½: a polynomial for 2^f (relative error 2e-7) and n added to the exponent.
  /// Rounds by adding 1.5·2²³, because `rounded()` compiles to a call for each lane. A steep repulsion is
  /// nothing long before the cut-off: it ends at 2⁻¹⁰⁰, where no product of it is denormal, and slow.
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

/// The registers A and B side by side, operation by operation, so that neither waits for the other: one
/// chain of operations alone leaves the processor idle half the time.
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

/// What the loop is compiled for, each on its own: the polynomials unrolled, the energies left out.
private protocol Variant {
  static var terms: Int { get }
  static var wantsEnergy: Bool { get }
}

private enum Forces10: Variant {
  static var terms: Int { 10 }
  static var wantsEnergy: Bool { false }
}

private enum Forces12: Variant {
  static var terms: Int { 12 }
  static var wantsEnergy: Bool { false }
}

private enum Forces16: Variant {
  static var terms: Int { 16 }
  static var wantsEnergy: Bool { false }
}

private enum Forces24: Variant {
  static var terms: Int { 24 }
  static var wantsEnergy: Bool { false }
}

private enum Energies10: Variant {
  static var terms: Int { 10 }
  static var wantsEnergy: Bool { true }
}

private enum Energies12: Variant {
  static var terms: Int { 12 }
  static var wantsEnergy: Bool { true }
}

private enum Energies16: Variant {
  static var terms: Int { 16 }
  static var wantsEnergy: Bool { true }
}

private enum Energies24: Variant {
  static var terms: Int { 24 }
  static var wantsEnergy: Bool { true }
}

private struct Pairs {
  let rows: UnsafeBufferPointer<ClusterPairList.Row>
  let entries: UnsafeBufferPointer<UInt32>
  let masks: UnsafeBufferPointer<UInt32>
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

/// The four atoms of a row: the first two share registers A, the others B.
private struct Four {
  /// `[A: x, y, z; B: x, y, z][16]`. In memory, or the compiler takes the registers apart into what they
  /// were spread from.
  let points: UnsafeMutablePointer<Float>
  let table0: UnsafePointer<Float>
  let table1: UnsafePointer<Float>
  let table2: UnsafePointer<Float>
  let table3: UnsafePointer<Float>

  @_transparent
  init(_ place: Place, _ half: Int, _ points: UnsafeMutablePointer<Float>) {
    self.points = points
    let lane = 4 &* (half & 1)
    let block: UnsafeMutablePointer<Float> = place.coordinates + ((half &>> 1) &* 24 &+ lane)
    func spread(_ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
      let eight = UnsafeMutableRawPointer(to).assumingMemoryBound(to: SIMD8<Float>.self)
      eight[0] = SIMD8(repeating: from[0])
      eight[1] = SIMD8(repeating: from[1])
    }
    spread(block, points)
    spread(block + 8, points + 16)
    spread(block + 16, points + 32)
    spread(block + 2, points + 48)
    spread(block + 10, points + 64)
    spread(block + 18, points + 80)
    let type = place.type + (4 &* half)
    table0 = place.tables + Int(type[0]) &* PairTables<Float>.stride
    table1 = place.tables + Int(type[1]) &* PairTables<Float>.stride
    table2 = place.tables + Int(type[2]) &* PairTables<Float>.stride
    table3 = place.tables + Int(type[3]) &* PairTables<Float>.stride
  }

  @_transparent
  func lookUp(_ parameter: PairParameter, _ index: SIMD16<Int32>) -> Both {
    let row = parameter.rawValue &* 16
    return Both(
      pw_look_up(load(table0 + row), load(table1 + row), index),
      pw_look_up(load(table2 + row), load(table3 + row), index))
  }
}

private struct Sum {
  var x = Both(0)
  var y = Both(0)
  var z = Both(0)
  var coulomb = Lanes()
  var shortRange = Lanes()

  @_transparent
  func store(_ place: Place, _ half: Int) {
    let lane = 4 &* (half & 1)
    let forces: UnsafeMutablePointer<Float> = place.forces + ((half &>> 1) &* 24 &+ lane)
    add(x.a, x.b, forces)
    add(y.a, y.b, forces + 8)
    add(z.a, z.b, forces + 16)
  }

  @_transparent
  private func add(_ a: Lanes, _ b: Lanes, _ forces: UnsafeMutablePointer<Float>) {
    forces[0] += sumOfLanes(a.lowHalf)
    forces[1] += sumOfLanes(a.highHalf)
    forces[2] += sumOfLanes(b.lowHalf)
    forces[3] += sumOfLanes(b.highHalf)
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

/// Σ c_k t^k, `terms` even: odd and even powers apart, which halves the chain of operations that wait for
/// one another.
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

@_transparent
private func subtract(_ v: Lanes, _ p: UnsafeMutablePointer<Float>) {
  let eight = UnsafeMutableRawPointer(p).assumingMemoryBound(to: SIMD8<Float>.self)
  eight.pointee -= v.lowHalf + v.highHalf
}

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
  /// Coefficients of −(1/r) d/dr [erf(αr)/r] and of erf(αr)/r, with zeros up to one of the numbers of terms
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
    force = fill(splitting.force.coefficients)
    energy = fill(splitting.energy.coefficients)
  }

  /// Adds forces to `atoms`; gives the energies when asked.
  func compute(_ atoms: ClusterArrays<Float>, _ list: borrowing ClusterPairList, wantsEnergy: Bool)
    -> PairEnergy
  {
    list.rows.withUnsafeBufferPointer { rows in
      list.entries.withUnsafeBufferPointer { entries in
        list.masks.withUnsafeBufferPointer { masks in
          force.withUnsafeBufferPointer { force in
            energy.withUnsafeBufferPointer { energy in
              guard let f = force.baseAddress, let e = energy.baseAddress else { return PairEnergy() }
              let place = Place(atoms, force: f, energy: e)
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

  @inline(never)
  private func run<V: Variant>(_ variant: V.Type, _ place: Place, _ pairs: Pairs) -> PairEnergy {
    var total = PairEnergy()
    var next = 0
    var nextMask = 0
    for row in pairs.rows {
      let four = Four(place, Int(row.half))
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
    let coordinates = place.coordinates + Int(cluster) &* 32
    let x = twice(coordinates)
    let y = twice(coordinates + 8)
    let z = twice(coordinates + 16)
    let q = twice(coordinates + 24)
    let parameters = place.parameters + Int(cluster) &* place.stride

    let dxA = four.xA - x
    let dyA = four.yA - y
    let dzA = four.zA - z
    let a = strength(
      variant, place, dxA, dyA, dzA, q * four.qA, parameters + four.row0, parameters + four.row1,
      isMasked ? mask : 0xFFFF, &sum)
    let dxB = four.xB - x
    let dyB = four.yB - y
    let dzB = four.zB - z
    let b = strength(
      variant, place, dxB, dyB, dzB, q * four.qB, parameters + four.row2, parameters + four.row3,
      isMasked ? mask &>> 16 : 0xFFFF, &sum)

    sum.xA.addProduct(a, dxA)
    sum.yA.addProduct(a, dyA)
    sum.zA.addProduct(a, dzA)
    sum.xB.addProduct(b, dxB)
    sum.yB.addProduct(b, dyB)
    sum.zB.addProduct(b, dzB)
    let forces = place.forces + Int(cluster) &* 24
    subtract((a * dxA).addingProduct(b, dxB), forces)
    subtract((a * dyA).addingProduct(b, dyB), forces + 8)
    subtract((a * dzA).addingProduct(b, dzB), forces + 16)
  }

  /// Force over distance, eV/Å², of sixteen pairs.
  @_transparent
  private func strength<V: Variant>(
    _ variant: V.Type, _ place: Place, _ dx: Lanes, _ dy: Lanes, _ dz: Lanes, _ qq: Lanes,
    _ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>, _ mask: UInt32, _ sum: inout Sum
  ) -> Lanes {
    let square = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz)
    // One step of Newton's method on the estimate. A masked-out pair may have r = 0; what it gives is
    // thrown away below, NaN included.
    let estimate = pw_reciprocal_root(square)
    let rest = Lanes(repeating: 1).addingProduct(-(square * estimate), estimate)
    let inverse = estimate.addingProduct(estimate * 0.5, rest)
    let inverseSquare = inverse * inverse
    let t = Lanes(repeating: -1).addingProduct(square, Lanes(repeating: scale))
    let smooth = horner(place.force, t, V.terms)

    let repulsion = powerOfTwo(pair(low, high, 0).addingProduct(-(square * inverse), pair(low, high, 8)))
    let fourth = inverseSquare * inverseSquare
    let eighth = fourth * fourth
    let dispersion = pair(low, high, 16)
    let attraction = (qq * smooth).addingProduct(dispersion, eighth)
    let all = (-attraction).addingProduct(repulsion.addingProduct(qq, inverseSquare), inverse)
    if V.wantsEnergy {
      let short =
        repulsion * pair(low, high, 24) - fourth * inverseSquare * dispersion * Float(1.0 / 6)
        - pair(low, high, 32)
      let smoothEnergy = horner(place.energy, t, V.terms)
      sum.coulomb += pw_keep_below(qq * (inverse - smoothEnergy), square, cutoffSquare, mask)
      sum.shortRange += pw_keep_below(short, square, cutoffSquare, mask)
    }
    return pw_keep_below(all, square, cutoffSquare, mask)
  }

  /// 2^y = 2ⁿ·2^f with f in −½…½: a polynomial for 2^f (relative error 2e-8) and n added to the exponent.
  /// Rounds by adding 1.5·2²³, because `rounded()` compiles to a call for each lane. A steep repulsion is
  /// nothing long before the cut-off: it ends at 2⁻¹⁰⁰, where no product of it is denormal, and slow.
  @_transparent
  private func powerOfTwo(_ exponent: Lanes) -> Lanes {
    let y = exponent.replacing(with: -100, where: exponent .< -100)
    let magic = Lanes(repeating: 12_582_912)
    let shifted = y + magic
    let f = y - (shifted - magic)
    let integer = unsafeBitCast(shifted, to: SIMD16<Int32>.self) &<< 23
    var p = Lanes(repeating: 1.535_336_188e-4)
    p = Lanes(repeating: 1.339_887_440e-3).addingProduct(p, f)
    p = Lanes(repeating: 9.618_437_357e-3).addingProduct(p, f)
    p = Lanes(repeating: 5.550_332_548e-2).addingProduct(p, f)
    p = Lanes(repeating: 2.402_264_791e-1).addingProduct(p, f)
    p = Lanes(repeating: 6.931_472_028e-1).addingProduct(p, f)
    p = Lanes(repeating: 1).addingProduct(p, f)
    return unsafeBitCast(unsafeBitCast(p, to: SIMD16<Int32>.self) &+ integer, to: Lanes.self)
  }
}

private typealias Lanes = SIMD16<Float>

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

/// The arrays' addresses as plain values: a field of a class is loaded again after every store.
private struct Place {
  let force: UnsafePointer<Float>
  let energy: UnsafePointer<Float>
  let coordinates: UnsafeMutablePointer<Float>
  let forces: UnsafeMutablePointer<Float>
  let parameters: UnsafeMutablePointer<Float>
  let type: UnsafeMutablePointer<Int32>
  let stride: Int
  /// Of one type, in a cluster's parameters.
  let row: Int

  init(_ atoms: ClusterArrays<Float>, force: UnsafePointer<Float>, energy: UnsafePointer<Float>) {
    self.force = force
    self.energy = energy
    coordinates = atoms.coordinates
    forces = atoms.forces
    parameters = atoms.parameters
    type = atoms.type
    stride = atoms.parameterStride
    row = ClusterArrays<Float>.parameterBlocks * 8
  }
}

/// The four atoms of a row: the first two share registers A, the others B.
private struct Four {
  let xA: Lanes
  let yA: Lanes
  let zA: Lanes
  let qA: Lanes
  let xB: Lanes
  let yB: Lanes
  let zB: Lanes
  let qB: Lanes
  /// Start of each atom's parameters among those of a cluster.
  let row0: Int
  let row1: Int
  let row2: Int
  let row3: Int

  @_transparent
  init(_ place: Place, _ half: Int) {
    let lane = 4 &* (half & 1)
    let block: UnsafeMutablePointer<Float> = place.coordinates + ((half &>> 1) &* 32 &+ lane)
    func two(_ p: UnsafeMutablePointer<Float>) -> Lanes {
      Lanes(lowHalf: SIMD8(repeating: p[0]), highHalf: SIMD8(repeating: p[1]))
    }
    xA = two(block)
    yA = two(block + 8)
    zA = two(block + 16)
    qA = two(block + 24)
    xB = two(block + 2)
    yB = two(block + 10)
    zB = two(block + 18)
    qB = two(block + 26)
    let type = place.type + (4 &* half)
    row0 = Int(type[0]) &* place.row
    row1 = Int(type[1]) &* place.row
    row2 = Int(type[2]) &* place.row
    row3 = Int(type[3]) &* place.row
  }
}

private struct Sum {
  var xA = Lanes()
  var yA = Lanes()
  var zA = Lanes()
  var xB = Lanes()
  var yB = Lanes()
  var zB = Lanes()
  var coulomb = Lanes()
  var shortRange = Lanes()

  @_transparent
  func store(_ place: Place, _ half: Int) {
    let lane = 4 &* (half & 1)
    let forces: UnsafeMutablePointer<Float> = place.forces + ((half &>> 1) &* 24 &+ lane)
    add(xA, xB, forces)
    add(yA, yB, forces + 8)
    add(zA, zB, forces + 16)
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

/// Σ c_k t^k.
@_transparent
private func horner(_ c: UnsafePointer<Float>, _ t: Lanes, _ terms: Int) -> Lanes {
  var k = terms &- 2
  var sum = Lanes(repeating: c[k &+ 1])
  while k >= 0 {
    sum = Lanes(repeating: c[k]).addingProduct(sum, t)
    k &-= 1
  }
  return sum
}

/// Eight values in both halves.
@_transparent
private func twice(_ p: UnsafeMutablePointer<Float>) -> Lanes {
  let v = UnsafeRawPointer(p).assumingMemoryBound(to: SIMD8<Float>.self).pointee
  return Lanes(lowHalf: v, highHalf: v)
}

@_transparent
private func pair(_ low: UnsafePointer<Float>, _ high: UnsafePointer<Float>, _ offset: Int) -> Lanes {
  Lanes(
    lowHalf: UnsafeRawPointer(low + offset).assumingMemoryBound(to: SIMD8<Float>.self).pointee,
    highHalf: UnsafeRawPointer(high + offset).assumingMemoryBound(to: SIMD8<Float>.self).pointee)
}

@_transparent
private func subtract(_ v: Lanes, _ p: UnsafeMutablePointer<Float>) {
  let eight = UnsafeMutableRawPointer(p).assumingMemoryBound(to: SIMD8<Float>.self)
  eight.pointee -= v.lowHalf + v.highHalf
}

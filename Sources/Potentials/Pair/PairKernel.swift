/// Energies of the non-bonded pairs, eV.
public struct PairEnergy: Sendable {
  public var coulomb = 0.0
  public var shortRange = 0.0
}

/// Real-space Coulomb (q q [1/r − erf(αr)/r]), Born–Mayer and dispersion over a cluster pair list.
///
/// Four atoms meet eight at a time: every load is contiguous, the forces on the eight are stored once for
/// the four, and cut-off and exclusions are masks, so that the loop has no branch but its own.
public struct PairKernel<Scalar: KernelScalar>: Sendable {
  let cutoffSquare: Scalar
  let scale: Scalar
  let force: [Scalar]
  let energy: [Scalar]

  public init(_ splitting: CoulombSplitting) {
    cutoffSquare = Scalar(splitting.cutoff * splitting.cutoff)
    scale = Scalar(splitting.force.scale)
    force = splitting.force.coefficients.map { Scalar($0) }
    energy = splitting.energy.coefficients.map { Scalar($0) }
  }
}

extension PairKernel where Scalar == Float {
  /// Adds forces to `atoms`; gives the energies when asked.
  public func compute(
    _ atoms: ClusterArrays<Float>, _ list: borrowing ClusterPairList, wantsEnergy: Bool
  ) -> PairEnergy {
    wantsEnergy ? run(atoms, list, true) : run(atoms, list, false)
  }
}

extension PairKernel where Scalar == Double {
  /// Adds forces to `atoms`; gives the energies when asked.
  public func compute(
    _ atoms: ClusterArrays<Double>, _ list: borrowing ClusterPairList, wantsEnergy: Bool
  ) -> PairEnergy {
    wantsEnergy ? run(atoms, list, true) : run(atoms, list, false)
  }
}

extension PairKernel {
  @_transparent
  private func run(
    _ atoms: ClusterArrays<Scalar>, _ list: borrowing ClusterPairList, _ wantsEnergy: Bool
  ) -> PairEnergy {
    var total = PairEnergy()
    let atoms = ClusterPointers(atoms)
    list.rows.withUnsafeBufferPointer { rows in
      list.entries.withUnsafeBufferPointer { entries in
        force.withUnsafeBufferPointer { force in
          energy.withUnsafeBufferPointer { energy in
            var start = 0
            for row in rows {
              let half = HalfCluster(atoms, Int(row.half))
              var sum = RowSum<Scalar>()
              while start < Int(row.fullStart) {
                meet(atoms, half, entries[start], true, force, energy, wantsEnergy, &sum)
                start &+= 1
              }
              while start < Int(row.end) {
                meet(atoms, half, entries[start], false, force, energy, wantsEnergy, &sum)
                start &+= 1
              }
              sum.store(atoms, Int(row.half))
              if wantsEnergy {
                total.coulomb += Double(sum.coulomb.sum())
                total.shortRange += Double(sum.shortRange.sum())
              }
            }
          }
        }
      }
    }
    return total
  }

  @_transparent
  private func meet(
    _ atoms: ClusterPointers<Scalar>, _ half: HalfCluster<Scalar>, _ entry: ClusterPairList.Entry,
    _ isMasked: Bool, _ force: UnsafeBufferPointer<Scalar>, _ energy: UnsafeBufferPointer<Scalar>,
    _ wantsEnergy: Bool, _ sum: inout RowSum<Scalar>
  ) {
    let slot = Int(entry.cluster) * 8
    let xj = load(atoms.x + slot)
    let yj = load(atoms.y + slot)
    let zj = load(atoms.z + slot)
    let qj = load(atoms.charge + slot)
    var fxj = load(atoms.forceX + slot)
    var fyj = load(atoms.forceY + slot)
    var fzj = load(atoms.forceZ + slot)

    // Unrolled by hand over the four: the accumulators must stay in registers.
    pair(
      atoms, half, 0, slot, entry.mask, isMasked, xj, yj, zj, qj, force, energy, wantsEnergy, &fxj, &fyj,
      &fzj, &sum.x0, &sum.y0, &sum.z0, &sum.coulomb, &sum.shortRange)
    pair(
      atoms, half, 1, slot, entry.mask, isMasked, xj, yj, zj, qj, force, energy, wantsEnergy, &fxj, &fyj,
      &fzj, &sum.x1, &sum.y1, &sum.z1, &sum.coulomb, &sum.shortRange)
    pair(
      atoms, half, 2, slot, entry.mask, isMasked, xj, yj, zj, qj, force, energy, wantsEnergy, &fxj, &fyj,
      &fzj, &sum.x2, &sum.y2, &sum.z2, &sum.coulomb, &sum.shortRange)
    pair(
      atoms, half, 3, slot, entry.mask, isMasked, xj, yj, zj, qj, force, energy, wantsEnergy, &fxj, &fyj,
      &fzj, &sum.x3, &sum.y3, &sum.z3, &sum.coulomb, &sum.shortRange)

    store(fxj, atoms.forceX + slot)
    store(fyj, atoms.forceY + slot)
    store(fzj, atoms.forceZ + slot)
  }

  @_transparent
  private func pair(
    _ atoms: ClusterPointers<Scalar>, _ half: HalfCluster<Scalar>, _ i: Int, _ slot: Int, _ bits: UInt32,
    _ isMasked: Bool, _ xj: SIMD8<Scalar>, _ yj: SIMD8<Scalar>, _ zj: SIMD8<Scalar>, _ qj: SIMD8<Scalar>,
    _ force: UnsafeBufferPointer<Scalar>, _ energy: UnsafeBufferPointer<Scalar>, _ wantsEnergy: Bool,
    _ fxj: inout SIMD8<Scalar>, _ fyj: inout SIMD8<Scalar>, _ fzj: inout SIMD8<Scalar>,
    _ fxi: inout SIMD8<Scalar>, _ fyi: inout SIMD8<Scalar>, _ fzi: inout SIMD8<Scalar>,
    _ coulomb: inout SIMD8<Scalar>, _ shortRange: inout SIMD8<Scalar>
  ) {
    let zero = SIMD8<Scalar>()
    let dx = half.x[i] - xj
    let dy = half.y[i] - yj
    let dz = half.z[i] - zj
    let square = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz)
    var inside = square .< cutoffSquare
    if isMasked { inside = inside .& Scalar.mask(bits: (bits &>> (UInt32(i) &* 8)) & 255) }

    // A masked-out pair may have r = 0; what it gives is thrown away below, NaN included.
    let r = Scalar.squareRoot(square)
    let inverse = Scalar(1) / r
    let inverseSquare = inverse * inverse
    let t = square * scale - Scalar(1)
    let smooth = horner(force, t)
    let qq = qj * half.charge[i]
    let row = half.row[i] + slot
    let inverseRho = load(atoms.inverseRho + row)
    // A steep repulsion is nothing long before the cut-off, and the exponential ends at e^−80.
    let exponent = load(atoms.logA + row) - r * inverseRho
    let repulsion = Scalar.exponential(exponent.replacing(with: -80, where: exponent .< -80))
    let sixth = inverseSquare * inverseSquare * inverseSquare * load(atoms.dispersion + row)
    var scaled = qq * (inverse * inverseSquare - smooth)
    scaled = scaled + repulsion * inverseRho * inverse - sixth * inverseSquare * Scalar(6)
    scaled = scaled.replacing(with: zero, where: .!inside)

    let fx = scaled * dx
    let fy = scaled * dy
    let fz = scaled * dz
    fxi += fx
    fyi += fy
    fzi += fz
    fxj -= fx
    fyj -= fy
    fzj -= fz

    if wantsEnergy {
      let smoothEnergy = horner(energy, t)
      coulomb += (qq * (inverse - smoothEnergy)).replacing(with: zero, where: .!inside)
      shortRange += (repulsion - sixth - load(atoms.shift + row)).replacing(with: zero, where: .!inside)
    }
  }
}

/// The arrays' addresses as plain values: a field of a class is loaded again after every store.
private struct ClusterPointers<Scalar: KernelScalar> {
  let x: UnsafeMutablePointer<Scalar>
  let y: UnsafeMutablePointer<Scalar>
  let z: UnsafeMutablePointer<Scalar>
  let charge: UnsafeMutablePointer<Scalar>
  let forceX: UnsafeMutablePointer<Scalar>
  let forceY: UnsafeMutablePointer<Scalar>
  let forceZ: UnsafeMutablePointer<Scalar>
  let type: UnsafeMutablePointer<Int32>
  let logA: UnsafeMutablePointer<Scalar>
  let inverseRho: UnsafeMutablePointer<Scalar>
  let dispersion: UnsafeMutablePointer<Scalar>
  let shift: UnsafeMutablePointer<Scalar>
  let rowStride: Int

  @_transparent
  init(_ atoms: ClusterArrays<Scalar>) {
    x = atoms.x
    y = atoms.y
    z = atoms.z
    charge = atoms.charge
    forceX = atoms.forceX
    forceY = atoms.forceY
    forceZ = atoms.forceZ
    type = atoms.type
    logA = atoms.logA
    inverseRho = atoms.inverseRho
    dispersion = atoms.dispersion
    shift = atoms.shift
    rowStride = atoms.rowStride
  }
}

/// The four atoms of a row, each value ready to be spread over a register.
private struct HalfCluster<Scalar: KernelScalar> {
  let x: SIMD4<Scalar>
  let y: SIMD4<Scalar>
  let z: SIMD4<Scalar>
  let charge: SIMD4<Scalar>
  /// Start of each atom's row of pair parameters.
  let row: SIMD4<Int>

  @_transparent
  init(_ atoms: ClusterPointers<Scalar>, _ half: Int) {
    let slot = half * 4
    func four(_ p: UnsafeMutablePointer<Scalar>) -> SIMD4<Scalar> {
      [p[slot], p[slot + 1], p[slot + 2], p[slot + 3]]
    }
    x = four(atoms.x)
    y = four(atoms.y)
    z = four(atoms.z)
    charge = four(atoms.charge)
    let type = atoms.type + slot
    row = SIMD4<Int>(Int(type[0]), Int(type[1]), Int(type[2]), Int(type[3])) &* atoms.rowStride
  }
}

private struct RowSum<Scalar: KernelScalar> {
  var x0 = SIMD8<Scalar>()
  var y0 = SIMD8<Scalar>()
  var z0 = SIMD8<Scalar>()
  var x1 = SIMD8<Scalar>()
  var y1 = SIMD8<Scalar>()
  var z1 = SIMD8<Scalar>()
  var x2 = SIMD8<Scalar>()
  var y2 = SIMD8<Scalar>()
  var z2 = SIMD8<Scalar>()
  var x3 = SIMD8<Scalar>()
  var y3 = SIMD8<Scalar>()
  var z3 = SIMD8<Scalar>()
  var coulomb = SIMD8<Scalar>()
  var shortRange = SIMD8<Scalar>()

  @_transparent
  func store(_ atoms: ClusterPointers<Scalar>, _ half: Int) {
    let slot = half * 4
    add(x0.sum(), y0.sum(), z0.sum(), atoms, slot)
    add(x1.sum(), y1.sum(), z1.sum(), atoms, slot + 1)
    add(x2.sum(), y2.sum(), z2.sum(), atoms, slot + 2)
    add(x3.sum(), y3.sum(), z3.sum(), atoms, slot + 3)
  }

  @_transparent
  private func add(_ x: Scalar, _ y: Scalar, _ z: Scalar, _ atoms: ClusterPointers<Scalar>, _ slot: Int) {
    atoms.forceX[slot] += x
    atoms.forceY[slot] += y
    atoms.forceZ[slot] += z
  }
}

/// Σ c_k t^k. A `while` loop: the iterator of a stride is a call in every turn.
@_transparent
private func horner<Scalar: KernelScalar>(
  _ c: UnsafeBufferPointer<Scalar>, _ t: SIMD8<Scalar>
) -> SIMD8<Scalar> {
  var k = c.count &- 2
  var sum = SIMD8<Scalar>(repeating: c[k &+ 1])
  while k >= 0 {
    sum = SIMD8<Scalar>(repeating: c[k]).addingProduct(sum, t)
    k &-= 1
  }
  return sum
}

@_transparent
private func load<Scalar: KernelScalar>(_ p: UnsafeMutablePointer<Scalar>) -> SIMD8<Scalar> {
  UnsafeRawPointer(p).assumingMemoryBound(to: SIMD8<Scalar>.self).pointee
}

@_transparent
private func store<Scalar: KernelScalar>(_ v: SIMD8<Scalar>, _ p: UnsafeMutablePointer<Scalar>) {
  UnsafeMutableRawPointer(p).assumingMemoryBound(to: SIMD8<Scalar>.self).pointee = v
}

import Crystal

/// Takes the smooth part erf(αr)/r of the pairs inside one molecule back out of the mesh sum.
///
/// The mesh can't leave pairs out, so the excluded ones are subtracted here, a dense block for each
/// molecule; no real-space term exists for them. All in double: these terms are large and cancel.
public struct ExcludedCoulomb: Sendable {
  static let largestMolecule = 64

  let scale: Double
  let cutoffSquare: Double
  let alpha: Double
  let force: [Double]
  let energy: [Double]

  public init(_ splitting: CoulombSplitting) {
    scale = splitting.force.scale
    cutoffSquare = splitting.cutoff * splitting.cutoff
    alpha = splitting.alpha
    force = splitting.force.coefficients
    energy = splitting.energy.coefficients
  }

  /// Adds the forces of one molecule (eV/Å) and gives its energy (eV).
  /// - Parameter charges: e, one for each atom of the molecule.
  public func add(
    count: Int, positions r: UnsafePointer<Vector3>, charges: UnsafePointer<Double>,
    forces f: UnsafeMutablePointer<Vector3>, wantsEnergy: Bool
  ) -> Double {
    guard count > 1 else { return 0 }
    let padded = (count + 7) / 8 * 8
    return withUnsafeTemporaryAllocation(byteCount: padded * 4 * 8, alignment: 64) { raw in
      guard let base = raw.bindMemory(to: Double.self).baseAddress else { return 0 }
      let x = base
      let y = base + padded
      let z = base + 2 * padded
      let q = base + 3 * padded
      let origin = r[0]
      for i in 0..<padded {
        let d = i < count ? r[i] - origin : Vector3()
        x[i] = d.x
        y[i] = d.y
        z[i] = d.z
        q[i] = i < count ? charges[i] : 0
      }
      return force.withUnsafeBufferPointer { force in
        energy.withUnsafeBufferPointer { energy in
          sum(count, padded, x, y, z, q, f, force, energy, wantsEnergy)
        }
      }
    }
  }

  /// Both directions of each pair are computed: twice the arithmetic of a half list, without a scatter.
  @inline(__always)
  private func sum(
    _ count: Int, _ padded: Int, _ x: UnsafePointer<Double>, _ y: UnsafePointer<Double>,
    _ z: UnsafePointer<Double>, _ q: UnsafePointer<Double>, _ f: UnsafeMutablePointer<Vector3>,
    _ force: UnsafeBufferPointer<Double>, _ energy: UnsafeBufferPointer<Double>, _ wantsEnergy: Bool
  ) -> Double {
    var total = 0.0
    for i in 0..<count {
      var fx = SIMD8<Double>()
      var fy = SIMD8<Double>()
      var fz = SIMD8<Double>()
      var potential = SIMD8<Double>()
      for block in stride(from: 0, to: padded, by: 8) {
        let dx = x[i] - UnsafeRawPointer(x + block).load(as: SIMD8<Double>.self)
        let dy = y[i] - UnsafeRawPointer(y + block).load(as: SIMD8<Double>.self)
        let dz = z[i] - UnsafeRawPointer(z + block).load(as: SIMD8<Double>.self)
        let qj = UnsafeRawPointer(q + block).load(as: SIMD8<Double>.self)
        let square = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz)
        let t = square * scale - 1
        var g = SIMD8<Double>(repeating: force[force.count - 1])
        for k in stride(from: force.count - 2, through: 0, by: -1) {
          g = SIMD8<Double>(repeating: force[k]).addingProduct(g, t)
        }
        g *= qj
        fx.addProduct(g, dx)
        fy.addProduct(g, dy)
        fz.addProduct(g, dz)
        if wantsEnergy {
          var e = SIMD8<Double>(repeating: energy[energy.count - 1])
          for k in stride(from: energy.count - 2, through: 0, by: -1) {
            e = SIMD8<Double>(repeating: energy[k]).addingProduct(e, t)
          }
          potential.addProduct(e, qj)
        }
      }
      let strength = Constants.coulomb * q[i]
      f[i] -= Vector3(fx.sum(), fy.sum(), fz.sum()) * strength
      if wantsEnergy {
        // The atom's own term stands among the lanes: erf(αr)/r at r = 0, which belongs to the self energy.
        total -= 0.5 * strength * (potential.sum() - q[i] * selfTerm(energy))
      }
    }
    return total
  }

  @inline(__always)
  private func selfTerm(_ energy: UnsafeBufferPointer<Double>) -> Double {
    var sum = energy[energy.count - 1]
    for k in stride(from: energy.count - 2, through: 0, by: -1) { sum = sum * -1 + energy[k] }
    return sum
  }
}

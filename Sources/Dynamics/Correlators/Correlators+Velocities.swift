import Decomposition
import Mathematics

extension Correlators {
  /// Samples velocities and angular velocities of molecules and of their atoms.
  func sampleVelocities(_ domain: Domain, _ samples: PerMoleculeData, step: Int) {
    velocityPairs.begin(sample: step / plan.velocityInterval)
    let pairs = velocityPairs.pairs
    let stores = velocityPairs.stores
    let places = velocitySums.places(for: pairs, interval: plan.velocityInterval, step: step, plan: plan)
    let lags = velocitySums.lags
    velocitySums.values.withUnsafeMutableBufferPointer { sums in
      for molecule in domain.molecules {
        let template = templates[Int(molecule.template)]
        let width = template.velocityWidth
        guard width > 0 else { continue }
        take(molecule, template, domain)
        let slot = (samples.address(of: molecule) + template.velocityOffset).assumingMemoryBound(
          to: Float.self)
        for place in stores { (slot + place * width).update(from: sample, count: width) }
        // Sample by sample, so that memory is read in order.
        template.groups.withUnsafeBufferPointer { groups in
          for (index, pair) in pairs.enumerated() {
            let earlier = slot + pair.place * width
            for group in groups {
              sums[places[index] + group.series * lags] += Self.product(
                wideSample + group.first, earlier + group.first, count: group.count)
            }
          }
        }
      }
    }
  }

  /// Σ a b over whole eights.
  @inline(__always)
  private static func product(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Float>, count: Int
  ) -> Double {
    var sum = SIMD8<Double>.zero
    var k = 0
    while k < count {
      let wide = UnsafeRawPointer(a + k).loadUnaligned(as: SIMD8<Double>.self)
      let narrow = UnsafeRawPointer(b + k).loadUnaligned(as: SIMD8<Float>.self)
      sum.addProduct(wide, SIMD8<Double>(narrow))
      k += 8
    }
    return sum.sum()
  }

  /// Fills `sample` and `wideSample`.
  private func take(_ molecule: OwnedMolecule, _ template: CorrelatedTemplate, _ domain: Domain) {
    let atoms = domain.atoms
    let first = Int(molecule.first)
    let velocity = geometry.weightedMean(atoms.velocity, molecule)
    let centre = geometry.weightedMean(atoms.position, molecule)
    for (index, group) in template.groups.enumerated() {
      if index == 0 {
        put(velocity, at: group.first)
      } else if index == 1, template.hasSpin {
        put(angularVelocity(molecule, template, domain, centre, velocity), at: group.first)
      } else if index < template.groups.count - template.atomSpins {
        for (k, atom) in group.atoms.enumerated() {
          put(atoms.velocity[first + atom], at: group.first + 3 * k)
        }
      } else {
        for (k, atom) in group.atoms.enumerated() {
          // Kweon et al., Chem. Mater. 29, 9142 (2017): each atom's r × v / r² about the centre of mass.
          let r = atoms.position[first + atom] - centre
          put(cross(r, atoms.velocity[first + atom] - velocity) / dot(r, r), at: group.first + 3 * k)
        }
      }
    }
    for k in 0..<template.velocityWidth { wideSample[k] = Double(sample[k]) }
  }

  @inline(__always)
  private func put(_ v: Vector3, at place: Int) {
    sample[place] = Float(v.x)
    sample[place + 1] = Float(v.y)
    sample[place + 2] = Float(v.z)
  }

  /// ω = I⁻¹ L of the molecule as it is, in the frame of the cell.
  private func angularVelocity(
    _ molecule: OwnedMolecule, _ template: CorrelatedTemplate, _ domain: Domain, _ centre: Vector3,
    _ velocity: Vector3
  ) -> Vector3 {
    let atoms = domain.atoms
    let first = Int(molecule.first)
    var momentum = Vector3()
    var diagonal = Vector3()
    // Σ m xy, yz, zx.
    var products = Vector3()
    geometry.masses[Int(molecule.template)].withUnsafeBufferPointer { masses in
      for k in 0..<masses.count {
        let r = atoms.position[first + k] - centre
        let mr = r * masses[k]
        momentum += cross(mr, atoms.velocity[first + k] - velocity)
        diagonal += mr * r
        products += mr * Vector3(r.y, r.z, r.x)
      }
    }
    let trace = diagonal.x + diagonal.y + diagonal.z
    // Atoms on a line have no moment of inertia about it, and no angular momentum.
    if template.isLinear { return momentum / trace }
    let inertia = Matrix3(
      [trace - diagonal.x, -products.x, -products.z], [-products.x, trace - diagonal.y, -products.y],
      [-products.z, -products.y, trace - diagonal.z])
    let (a, b, c) = (cross(inertia.y, inertia.z), cross(inertia.z, inertia.x), cross(inertia.x, inertia.y))
    return Matrix3(a, b, c).transposedTimes(momentum) / dot(inertia.x, a)
  }
}

import Mathematics
import Model
import Units

/// Bonds, angles and excluded pairs of all molecules of a rank, in double precision: eight molecules of one kind at a
/// time, each in its own lane, so that nothing is searched or masked.
///
/// The mesh sum includes the pairs inside molecules. Their smooth part erf(αr)/r is subtracted here; the real-space sum
/// does not include them.
package final class MoleculeTerms {
  typealias Lanes = SIMD8<Double>

  /// Molecules of one kind.
  private struct Group {
    let template: Int
    /// First atoms, padded to a multiple of eight with the last.
    var firsts: [Int32]
    var count: Int
  }

  private let templates: [MoleculeTemplate]
  private let smooth: SmoothPolynomials
  /// e²/4πε₀ q, eV Å/e, and q, by template and atom.
  private let charges: [[Double]]
  private var groups: [Group] = []
  /// Coordinates, then forces: x, y and z of every atom of the largest molecule.
  private let scratch: UnsafeMutablePointer<Lanes>
  private let largest: Int

  /// - Parameters:
  ///   - cutoff: Å; no molecule is wider.
  ///   - tolerance: error of the smooth part, relative to its largest value.
  package init(_ topology: Topology, alpha: Double, cutoff: Double, tolerance: Double) {
    templates = topology.templates
    charges = topology.templates.map { template in
      template.types.map { name in
        topology.typeNames.firstIndex(of: name).map { topology.charges_e[$0] } ?? 0
      }
    }
    // The polynomials need to reach only as far as a molecule can stretch.
    let widest = topology.restGeometries.map { Self.width($0) }.max() ?? 0
    smooth = SmoothPolynomials(
      CoulombSplitting(alpha: alpha, cutoff: min(cutoff, 1.4 * widest + 1), tolerance: tolerance))
    largest = max(1, templates.map(\.atomCount).max() ?? 1)
    scratch = .allocate(capacity: 6 * largest)
    scratch.initialize(repeating: .zero, count: 6 * largest)
  }

  deinit { scratch.deallocate() }

  private static func width(_ positions: [Vector3]) -> Double {
    var square = 0.0
    for a in positions { for b in positions { square = max(square, dot(a - b, a - b)) } }
    return square.squareRoot()
  }

  /// Sets the molecules of this rank: the first atom and the template of each.
  package func arrange(_ molecules: some Sequence<(first: Int32, template: Int32)>) {
    groups = templates.indices.map { Group(template: $0, firsts: [], count: 0) }
    for molecule in molecules { groups[Int(molecule.template)].firsts.append(molecule.first) }
    groups.removeAll { $0.firsts.isEmpty || templates[$0.template].atomCount == 1 }
    for index in groups.indices {
      groups[index].count = groups[index].firsts.count
      guard let last = groups[index].firsts.last else { continue }
      while groups[index].firsts.count % 8 != 0 { groups[index].firsts.append(last) }
    }
  }

  /// Adds the forces of bonds and angles (eV/Å) and returns their energy (eV).
  package func addBonded(positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>) -> Double {
    run(positions, forces, isBonded: true, isExcluded: false, wantsEnergy: true).bonded
  }

  /// Adds the forces of all terms (eV/Å) and returns their energies (eV).
  /// - Parameters:
  ///   - withBonded: whether bonds and angles are among them.
  ///   - wantsEnergy: whether the energy of the excluded pairs is needed.
  package func add(
    positions: UnsafePointer<Vector3>, forces: UnsafeMutablePointer<Vector3>, withBonded: Bool,
    wantsEnergy: Bool
  ) -> (bonded: Double, excluded: Double) {
    run(positions, forces, isBonded: withBonded, isExcluded: true, wantsEnergy: wantsEnergy)
  }

  private func run(
    _ positions: UnsafePointer<Vector3>, _ forces: UnsafeMutablePointer<Vector3>, isBonded: Bool,
    isExcluded: Bool, wantsEnergy: Bool
  ) -> (bonded: Double, excluded: Double) {
    var total = (bonded: 0.0, excluded: 0.0)
    for group in groups {
      let template = templates[group.template]
      let n = template.atomCount
      let place = MoleculeLanes(scratch, n)
      charges[group.template].withUnsafeBufferPointer { charges in
        template.bonds.withUnsafeBufferPointer { bonds in
          template.angles.withUnsafeBufferPointer { angles in
            group.firsts.withUnsafeBufferPointer { firsts in
              for start in stride(from: 0, to: firsts.count, by: 8) {
                let valid = min(8, group.count - start)
                place.load(firsts, start, positions)
                if isBonded {
                  var energy = place.addBonds(bonds)
                  if !angles.isEmpty { energy += place.addAngles(angles) }
                  total.bonded += Self.sum(energy, valid)
                }
                if isExcluded {
                  let energy = place.addExcluded(charges, smooth, wantsEnergy)
                  total.excluded += Self.sum(energy, valid)
                }
                place.unload(firsts, start, valid, forces)
              }
            }
          }
        }
      }
    }
    return total
  }

  @inline(__always)
  private static func sum(_ lanes: Lanes, _ count: Int) -> Double {
    var sum = 0.0
    for k in 0..<count { sum += lanes[k] }
    return sum
  }
}

/// Coefficients of erf(αr)/r and of its force for the pairs inside a molecule, padded to an even number.
struct SmoothPolynomials {
  let scale: Double
  let force: [Double]
  let energy: [Double]

  init(_ splitting: CoulombSplitting) {
    func even(_ c: [Double]) -> [Double] { c.count % 2 == 0 ? c : c + [0] }
    scale = splitting.force.scale
    force = even(splitting.force.coefficients)
    energy = even(splitting.energy.coefficients)
  }
}

/// Eight molecules of n atoms: coordinates and forces, atom by atom.
private struct MoleculeLanes {
  typealias Lanes = SIMD8<Double>

  private let n: Int
  private let x: UnsafeMutablePointer<Lanes>
  private let y: UnsafeMutablePointer<Lanes>
  private let z: UnsafeMutablePointer<Lanes>
  private let fx: UnsafeMutablePointer<Lanes>
  private let fy: UnsafeMutablePointer<Lanes>
  private let fz: UnsafeMutablePointer<Lanes>

  init(_ scratch: UnsafeMutablePointer<Lanes>, _ n: Int) {
    self.n = n
    x = scratch
    y = scratch + n
    z = scratch + 2 * n
    fx = scratch + 3 * n
    fy = scratch + 4 * n
    fz = scratch + 5 * n
  }

  @inline(__always)
  func load(_ firsts: UnsafeBufferPointer<Int32>, _ start: Int, _ positions: UnsafePointer<Vector3>) {
    for lane in 0..<8 {
      let first = positions + Int(firsts[start + lane])
      for k in 0..<n {
        x[k][lane] = first[k].x
        y[k][lane] = first[k].y
        z[k][lane] = first[k].z
      }
    }
    fx.initialize(repeating: .zero, count: 3 * n)
  }

  @inline(__always)
  func unload(
    _ firsts: UnsafeBufferPointer<Int32>, _ start: Int, _ valid: Int, _ forces: UnsafeMutablePointer<Vector3>
  ) {
    for lane in 0..<valid {
      let first = forces + Int(firsts[start + lane])
      for k in 0..<n { first[k] += Vector3(fx[k][lane], fy[k][lane], fz[k][lane]) }
    }
  }

  @inline(__always)
  func addBonds(_ bonds: UnsafeBufferPointer<MoleculeTemplate.Bond>) -> Lanes {
    var energy = Lanes()
    for bond in bonds {
      let i = Int(bond.i)
      let j = Int(bond.j)
      let dx = x[i] - x[j]
      let dy = y[i] - y[j]
      let dz = z[i] - z[j]
      let distance = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz).squareRoot()
      let stretch = distance - bond.r0_A
      let pull = stretch * (-2 * bond.k_eV_per_A2)
      energy.addProduct(stretch * stretch, Lanes(repeating: bond.k_eV_per_A2))
      let f = pull / distance
      fx[i].addProduct(f, dx)
      fy[i].addProduct(f, dy)
      fz[i].addProduct(f, dz)
      fx[j] -= f * dx
      fy[j] -= f * dy
      fz[j] -= f * dz
    }
    return energy
  }

  @inline(__always)
  func addAngles(_ angles: UnsafeBufferPointer<MoleculeTemplate.Angle>) -> Lanes {
    var energy = Lanes()
    for angle in angles {
      let i = Int(angle.i)
      let j = Int(angle.j)
      let k = Int(angle.k)
      let ux = x[i] - x[j]
      let uy = y[i] - y[j]
      let uz = z[i] - z[j]
      let vx = x[k] - x[j]
      let vy = y[k] - y[j]
      let vz = z[k] - z[j]
      let uu = (ux * ux).addingProduct(uy, uy).addingProduct(uz, uz)
      let vv = (vx * vx).addingProduct(vy, vy).addingProduct(vz, vz)
      let uv = (ux * vx).addingProduct(uy, vy).addingProduct(uz, vz)
      let inverse = 1 / (uu * vv).squareRoot()
      var cosine = uv * inverse
      cosine = cosine.replacing(with: 1, where: cosine .> 1).replacing(with: -1, where: cosine .< -1)
      // At 0 and 180° the angle's gradient has no direction; the floor keeps the force finite there.
      let sineSquare = 1 - cosine * cosine
      let sine = sineSquare.replacing(with: 1e-16, where: sineSquare .< 1e-16).squareRoot()
      let bend = arcCosine(cosine) - angle.theta0_rad
      energy.addProduct(bend * bend, Lanes(repeating: angle.k_eV_per_rad2))
      let factor = bend * (2 * angle.k_eV_per_rad2) / sine
      let across = factor * inverse
      let alongU = factor * cosine / uu
      let alongV = factor * cosine / vv
      let fix = across * vx - alongU * ux
      let fiy = across * vy - alongU * uy
      let fiz = across * vz - alongU * uz
      let fkx = across * ux - alongV * vx
      let fky = across * uy - alongV * vy
      let fkz = across * uz - alongV * vz
      fx[i] += fix
      fy[i] += fiy
      fz[i] += fiz
      fx[k] += fkx
      fy[k] += fky
      fz[k] += fkz
      fx[j] -= fix + fkx
      fy[j] -= fiy + fky
      fz[j] -= fiz + fkz
    }
    return energy
  }

  @inline(__always)
  func addExcluded(_ charges: UnsafeBufferPointer<Double>, _ smooth: SmoothPolynomials, _ wantsEnergy: Bool)
    -> Lanes
  {
    var energy = Lanes()
    smooth.force.withUnsafeBufferPointer { force in
      for i in 0..<(n - 1) {
        let (xi, yi, zi) = (x[i], y[i], z[i])
        var (sx, sy, sz) = (Lanes(), Lanes(), Lanes())
        let strength = -Constants.coulomb * charges[i]
        var j = i + 1
        while j < n {
          let dx = xi - x[j]
          let dy = yi - y[j]
          let dz = zi - z[j]
          let square = (dx * dx).addingProduct(dy, dy).addingProduct(dz, dz)
          let t = square * smooth.scale - 1
          let f = polynomial(force, t) * (strength * charges[j])
          sx.addProduct(f, dx)
          sy.addProduct(f, dy)
          sz.addProduct(f, dz)
          fx[j] -= f * dx
          fy[j] -= f * dy
          fz[j] -= f * dz
          if wantsEnergy {
            let e = smooth.energy.withUnsafeBufferPointer { polynomial($0, t) }
            energy.addProduct(e, Lanes(repeating: strength * charges[j]))
          }
          j += 1
        }
        fx[i] += sx
        fy[i] += sy
        fz[i] += sz
      }
    }
    return energy
  }

  /// Σ c_k t^k, odd and even powers separately.
  @inline(__always)
  private func polynomial(_ c: UnsafeBufferPointer<Double>, _ t: Lanes) -> Lanes {
    let square = t * t
    var k = c.count - 4
    var even = Lanes(repeating: c[k + 2])
    var odd = Lanes(repeating: c[k + 3])
    while k >= 0 {
      even = Lanes(repeating: c[k]).addingProduct(even, square)
      odd = Lanes(repeating: c[k + 1]).addingProduct(odd, square)
      k -= 2
    }
    return even.addingProduct(odd, t)
  }
}

import Foundation
import Mathematics

/// Bonds and angles of the molecules that a rank owns; every molecule is whole and contiguous.
package struct BondedTerms: Sendable {
  package let templates: [MoleculeTemplate]

  package init(_ topology: Topology) { self.init(templates: topology.templates) }

  package init(templates: [MoleculeTemplate]) { self.templates = templates }

  /// Adds the forces of one molecule (eV/Å) and returns its energy (eV).
  @inline(__always)
  package func add(
    template: Int, positions r: UnsafePointer<Vector3>, forces f: UnsafeMutablePointer<Vector3>
  ) -> Double {
    var energy = 0.0
    templates[template].bonds.withUnsafeBufferPointer { bonds in
      for bond in bonds {
        let i = Int(bond.i)
        let j = Int(bond.j)
        let d = r[i] - r[j]
        let distance = dot(d, d).squareRoot()
        let stretch = distance - bond.r0_A
        energy += bond.k_eV_per_A2 * stretch * stretch
        let pull = d * (-2 * bond.k_eV_per_A2 * stretch / distance)
        f[i] += pull
        f[j] -= pull
      }
    }
    templates[template].angles.withUnsafeBufferPointer { angles in
      for angle in angles {
        let u = r[Int(angle.i)] - r[Int(angle.j)]
        let v = r[Int(angle.k)] - r[Int(angle.j)]
        let uu = dot(u, u)
        let vv = dot(v, v)
        let product = (uu * vv).squareRoot()
        let cosine = max(-1, min(1, dot(u, v) / product))
        // At 0 and 180° the angle's gradient has no direction; the floor keeps the force finite there.
        let sine = max((1 - cosine * cosine).squareRoot(), 1e-8)
        let bend = acos(cosine) - angle.theta0_rad
        energy += angle.k_eV_per_rad2 * bend * bend
        let factor = 2 * angle.k_eV_per_rad2 * bend / sine
        let fi = (v / product - u * (cosine / uu)) * factor
        let fk = (u / product - v * (cosine / vv)) * factor
        f[Int(angle.i)] += fi
        f[Int(angle.k)] += fk
        f[Int(angle.j)] -= fi + fk
      }
    }
    return energy
  }
}

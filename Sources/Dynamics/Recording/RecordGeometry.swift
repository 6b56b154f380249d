import Crystal
import Decomposition
import Mathematics
import Model

/// Position and orientation of molecules in the precision of the record, so that results computed during a run equal
/// those computed from the record.
package struct RecordGeometry: Sendable {
  /// The reference of orientations: the geometry of each template's first molecule in the starting structure about its
  /// centre of mass, Å.
  package let references: [[Vector3]]
  /// amu, of each template's atoms.
  let masses: [[Double]]
  /// amu, of each template.
  let mass: [Double]

  package init(topology: Topology, structure: Structure) {
    masses = topology.templates.map { template in
      template.types.map { name in
        topology.typeNames.firstIndex(of: name).map { topology.masses_amu[$0] } ?? 0
      }
    }
    mass = masses.map { $0.reduce(0, +) }
    var references = [[Vector3]](repeating: [], count: topology.templates.count)
    for (molecule, template) in topology.templateOfMolecule.lazy.map({ Int($0) }).enumerated()
    where references[template].isEmpty {
      let first = Int(topology.firstAtomOfMolecule[molecule])
      let positions = Array(structure.positions[first..<Int(topology.firstAtomOfMolecule[molecule + 1])])
      var centre = Vector3()
      for (m, r) in zip(masses[template], positions) { centre += r * m }
      centre = centre / mass[template]
      references[template] = positions.map { $0 - centre }
    }
    self.references = references
  }

  /// Centre of mass, Å, in the cell that the molecule is in.
  @inline(__always)
  func centre(of molecule: OwnedMolecule, in domain: Domain) -> Vector3 {
    weightedMean(domain.atoms.position, molecule)
  }

  @inline(__always)
  func weightedMean(_ vectors: UnsafePointer<Vector3>, _ molecule: OwnedMolecule) -> Vector3 {
    let first = Int(molecule.first)
    if molecule.count == 1 { return vectors[first] }
    let template = Int(molecule.template)
    var sum = Vector3()
    masses[template].withUnsafeBufferPointer { masses in
      for k in 0..<masses.count { sum += vectors[first + k] * masses[k] }
    }
    return sum / mass[template]
  }

  /// Centre of mass, unwrapped, Å.
  package func position(of molecule: OwnedMolecule, in domain: Domain) -> SIMD3<Float> {
    SIMD3<Float>(centre(of: molecule, in: domain) + domain.cell.shift(molecule.image))
  }

  /// Its rotation from the reference, as a unit quaternion (w, x, y, z).
  package func orientation(of molecule: OwnedMolecule, in domain: Domain) -> SIMD4<Float> {
    let centre = centre(of: molecule, in: domain)
    let first = Int(molecule.first)
    let positions = (0..<Int(molecule.count)).map { domain.atoms.position[first + $0] - centre }
    return SIMD4<Float>(OrientationFit.turn(positions, to: references[Int(molecule.template)]))
  }
}

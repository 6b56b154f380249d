import Mathematics

/// The kinetic energy of all molecules of a kind, eV, over all ranks, by its parts.
package struct KineticShares: Sendable {
  /// Of the centres of mass.
  package var translation = 0.0
  /// ½ L·I⁻¹L of each molecule as it is.
  package var rotation = 0.0
  /// The rest: vibrations of the molecules.
  package var vibration = 0.0
}

extension AtomPropagator {
  /// The kinetic energies by kind of molecule. In equilibrium each of the three has ½ k_B T for every degree
  /// of freedom. Every rank must call.
  package func kineticShares() throws -> [String: KineticShares] {
    let topology = domain.topology
    let kinds = Set(topology.templates.map(\.kind)).sorted()
    var sums = [Double](repeating: 0, count: 3 * kinds.count)
    for molecule in domain.molecules {
      let template = Int(molecule.template)
      guard let kind = kinds.firstIndex(of: topology.templates[template].kind) else { continue }
      let body = bodies[template]
      let centre = centre(molecule)
      let velocity = centreVelocity(molecule)
      var total = 0.0
      var momentum = Vector3()
      var tensor = Matrix3.zero
      for k in 0..<Int(molecule.count) {
        let r = domain.atoms.position[Int(molecule.first) + k] - centre
        let v = domain.atoms.velocity[Int(molecule.first) + k]
        total += 0.5 * body.masses[k] * dot(v, v)
        momentum += cross(r, v) * body.masses[k]
        tensor = tensor + (Matrix3.identity * dot(r, r) - Matrix3(outer: r, r)) * body.masses[k]
      }
      let translation = 0.5 * body.mass * dot(velocity, velocity)
      var rotation = 0.0
      if molecule.count > 1 {
        let eigen = SymmetricEigen([tensor.x, tensor.y, tensor.z].map { [$0.x, $0.y, $0.z] })
        for (value, axis) in zip(eigen.values, eigen.vectors) where value > 1e-9 * tensor.trace {
          let along = dot(momentum, [axis[0], axis[1], axis[2]])
          rotation += 0.5 * along * along / value
        }
      }
      sums[3 * kind] += translation
      sums[3 * kind + 1] += rotation
      sums[3 * kind + 2] += total - translation - rotation
    }
    try domain.communicator.reduce(&sums, .sum)
    return Dictionary(
      uniqueKeysWithValues: kinds.enumerated().map { index, kind in
        (
          kind,
          KineticShares(
            translation: sums[3 * index], rotation: sums[3 * index + 1], vibration: sums[3 * index + 2])
        )
      })
  }
}

import Analysis
import Crystal
import Dynamics
import MPI
import Manifest
import Mathematics
import Support

extension RunSystem {
  /// Checks that the structure contains every species that the manifest names.
  /// - Throws: ``InputError`` naming the key.
  static func checkSpecies(
    _ simulation: SimulationSpecification, _ structure: Structure, _ roles: IonRoles,
    drift: AnalysisSpecification.Drift
  ) throws {
    let kinds = structure.moleculeKinds
    let names = Set(kinds.map(\.name)).sorted()
    let several = Set(kinds.filter { $0.composition.values.reduce(0, +) > 1 }.map(\.name)).sorted()
    func check(_ found: some Sequence<String>, _ key: String, _ known: [String], _ what: String) throws {
      for name in found where !known.contains(name) {
        throw InputError(
          key: key, found: "'\(name)'", wanted: "\(what) of the structure: \(known.joined(separator: ", "))")
      }
    }
    let dynamics = simulation.dynamics
    try checkFrozen(simulation, names, several)
    try check(dynamics.rigid, "dynamics.rigid", several, "an ion of several atoms")
    let elements = Set(structure.elements).sorted()
    try check(
      dynamics.masses_amu.ofElement.keys.sorted(), "dynamics.masses", elements,
      "an element (an isotope by its element's symbol)")
    for (ion, masses) in dynamics.masses_amu.inIon.sorted(by: { $0.key < $1.key }) {
      try check([ion], "dynamics.masses", names, "an ion")
      let own = kinds.first { $0.name == ion }?.composition.keys.sorted() ?? []
      try check(masses.keys.sorted(), "dynamics.masses.\(ion)", own, "an element of the ion")
    }
    try check(
      dynamics.massScale.keys.sorted(), "dynamics.mass-scale",
      names + elements.filter { !names.contains($0) },
      "an ion or an element")
    if case .anions(let name) = drift {
      let atRest = Set(roles.hosts.map { kinds[$0].name }).sorted()
      try check([name], "analysis.drift", atRest, "framework, all, none, or an ion at rest")
    }
    let stages = simulation.stages
    let shapes =
      [dynamics.barostat.map { ("dynamics.barostat", $0.cell) }].compactMap { $0 }
      + stages.cellRelaxations.map { ("stages.\($0.name)", $0.shape) }
      + stages.stages.compactMap { stage in
        stage.dynamics?.barostat.map { ("stages.\(stage.name).barostat", $0.cell) }
      }
    for (key, shape) in shapes where shape == .orthorhombic {
      let v = structure.cell.vectors
      let cosines = [(0, 1), (1, 2), (2, 0)].map { dot(v[$0], v[$1]) / length(v[$0]) / length(v[$1]) }
      guard cosines.allSatisfy({ abs($0) < 1e-6 }) else {
        throw InputError(
          key: key, found: "cell: orthorhombic for a cell without right angles",
          wanted: "cell: isotropic or full, or a supercell with right angles")
      }
    }
  }

  /// - Parameters:
  ///   - names: of all ions.
  ///   - several: of those with several atoms.
  private static func checkFrozen(
    _ simulation: SimulationSpecification, _ names: [String], _ several: [String]
  )
    throws
  {
    let all =
      [("dynamics.freeze", simulation.dynamics.freeze?.species ?? [:])]
      + simulation.stages.stages.map { ("stages.\($0.name).freeze", $0.dynamics?.freeze ?? [:]) }
    for (key, frozen) in all where !frozen.isEmpty {
      for (name, mode) in frozen.sorted(by: { $0.key < $1.key }) {
        let known = mode == .rotation ? several : names
        guard !known.contains(name) else { continue }
        throw InputError(
          key: key, found: "'\(name)'",
          wanted: (mode == .rotation ? "for rotation an ion of several atoms" : "an ion")
            + " of the structure: \(known.joined(separator: ", "))")
      }
      if names.allSatisfy({ frozen[$0] == .all }) {
        throw InputError(key: key, found: "every ion frozen", wanted: "at least one ion that can move")
      }
    }
  }
}

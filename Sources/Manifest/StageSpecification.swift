import Crystal

/// The parts of a run, in this order; only those that the manifest lists run.
package struct StageSpecification: Equatable, Sendable {
  /// The energy is minimised until no force is larger, eV/Å.
  package var relaxForce_eV_per_A: Double?
  /// Which changes of the cell the minimisation is free to make; nil for none.
  package var relaxCell: CellShape?
  /// How far from the wanted pressure the relaxed cell may be, GPa.
  package var relaxPressure_GPa = 0.05
  package var equilibrate_ps: Double?
  package var sample_ps: Double?

  /// The names of the stages that run.
  package var names: [String] {
    [
      relaxForce_eV_per_A.map { _ in "relax" }, equilibrate_ps.map { _ in "equilibrate" },
      sample_ps.map { _ in "sample" },
    ].compactMap { $0 }
  }

  static let keys = ["relax", "equilibrate", "sample"]

  /// Times are whole numbers of timesteps; with a multiple timestep they are rounded up to whole outer ones.
  init(_ value: ManifestValue, _ dynamics: DynamicsSpecification) throws {
    let mapping = try value.mapping(known: Self.keys)
    if mapping.entries.isEmpty {
      throw value.error(wanted: "at least one of \(Self.keys.joined(separator: ", "))")
    }
    if let relax = mapping["relax"] {
      let keys = try relax.mapping(known: ["force", "pressure", "cell"])
      relaxForce_eV_per_A = try keys["force"]?.quantity(.force) ?? 0.01
      relaxCell = try keys["cell"]?.choice(CellShape.self) ?? (keys["pressure"] == nil ? nil : .isotropic)
      if let pressure = keys["pressure"] { relaxPressure_GPa = try pressure.quantity(.pressure) }
    }
    equilibrate_ps = try mapping["equilibrate"]?.wholeSteps(dynamics)
    sample_ps = try mapping["sample"]?.wholeSteps(dynamics)
  }
}

/// How often what is written: the manifest's `record`.
package struct RecordSpecification: Equatable, Sendable {
  /// The diffusing species.
  package var mobile_ps = 0.05
  /// Centres of mass and orientations of the anions.
  package var anions_ps = 0.05
  package var all_ps = 1.0
  package var observables_ps = 0.05
  /// Between samples of positions and orientations for correlations taken during the run; nil takes none.
  package var correlations_ps: Double? = 0.05
  /// The same of velocities.
  package var velocities_ps: Double? = 0.004
  /// Wall time, s.
  package var checkpoint_s = 300.0

  static let keys = [
    "mobile", "anions", "all", "observables", "correlations", "velocities", "checkpoint",
  ]

  /// - Parameter value: nil where the manifest has no `record`. The defaults then are rounded up to whole
  ///   timesteps.
  init(_ value: ManifestValue?, _ dynamics: DynamicsSpecification) throws {
    let timestep_ps = dynamics.step_ps
    let mapping = try value?.mapping(known: Self.keys)
    func interval(_ key: String, _ usual_ps: Double) throws -> Double {
      guard let entry = mapping?[key] else {
        let steps = (usual_ps / timestep_ps - 1e-6).rounded(.up)
        return abs(steps * timestep_ps - usual_ps) < 1e-6 * usual_ps
          ? usual_ps : (steps * timestep_ps * 1e9).rounded() / 1e9
      }
      return try entry.wholeSteps(dynamics)
    }
    mobile_ps = try interval("mobile", mobile_ps)
    anions_ps = try interval("anions", anions_ps)
    all_ps = try interval("all", all_ps)
    observables_ps = try interval("observables", observables_ps)
    func optionalInterval(_ key: String, _ usual_ps: Double?) throws -> Double? {
      try mapping?[key]?.text == "none" ? nil : usual_ps.map { try interval(key, $0) }
    }
    correlations_ps = try optionalInterval("correlations", correlations_ps)
    velocities_ps = try optionalInterval("velocities", velocities_ps)
    checkpoint_s = try mapping?["checkpoint"]?.quantity(.wallTime) ?? checkpoint_s
  }
}

import Crystal
import Yams

/// The stages of a run, in this order; only those that the manifest lists are run.
package struct StageSpecification: ManifestSection, Equatable {
  /// The energy is minimised until no force exceeds this, eV/Å.
  package var relaxForce_eV_per_A: Double?
  /// Which changes of the cell are free in the minimisation; nil for none.
  package var relaxCell: CellShape?
  /// Tolerance of the pressure of the relaxed cell, GPa.
  package var relaxPressure_GPa = 0.05
  package var equilibrate_ps: Double?
  package var sample_ps: Double?

  /// The names of the stages that are run.
  package var names: [String] {
    [
      relaxForce_eV_per_A.map { _ in "relax" }, equilibrate_ps.map { _ in "equilibrate" },
      sample_ps.map { _ in "sample" },
    ].compactMap { $0 }
  }

  package init() {}

  /// - Parameter dynamics: times are whole numbers of its timestep; with a multiple timestep they are rounded
  ///   up to whole outer ones.
  static func schema(_ dynamics: DynamicsSpecification) -> ManifestSchema<StageSpecification> {
    ManifestSchema(
      .block,
      [
        .group(
          "relax", relaxFields,
          "minimises the energy until no force exceeds `force`; with `pressure` or `cell` the cell is relaxed too, "
            + "until the pressure is within `pressure` of `dynamics.pressure` (0 GPa where that is not given)",
          isPresent: { $0.relaxForce_eV_per_A != nil }, begin: { $0.relaxForce_eV_per_A = 0.01 }
        )
        .checked { relax, stages in
          let hasPressure = relax.node.mapping?["pressure"] != nil
          if hasPressure, stages.relaxCell == nil { stages.relaxCell = .isotropic }
        }
        .defaultText("not run"),
        ManifestField(
          "equilibrate", \.equilibrate_ps, .wholeSteps(dynamics),
          "length of the equilibration, of which only the observables are recorded"
        ).defaultText("not run"),
        ManifestField(
          "sample", \.sample_ps, .wholeSteps(dynamics),
          "length of the recorded stage; steps and times count from its start"
        ).defaultText("not run"),
      ]
    ) { mapping in
      guard mapping.entries.isEmpty else { return }
      throw mapping.value.error(wanted: "at least one of relax, equilibrate, sample")
    }
  }

  private static let relaxFields: [ManifestField<StageSpecification>] = [
    ManifestField("force", \.relaxForce_eV_per_A, .quantity(.force), "largest force at which to stop"),
    ManifestField(
      ManifestKey(
        "pressure", "tolerance of the pressure; relaxes the cell",
        values: ManifestKind.quantity(.pressure).values),
      read: { value, stages in stages.relaxPressure_GPa = try value.quantity(.pressure) },
      write: { stages in stages.relaxCell.map { _ in .quantity(stages.relaxPressure_GPa, .pressure) } }
    ).defaultText("0.05 GPa"),
    ManifestField("cell", \.relaxCell, .choice, "free changes of the cell, as for `barostat`")
      .defaultText("cell not relaxed; isotropic with `pressure`"),
  ]
}

/// The intervals of the record: the manifest's `record`.
package struct RecordSpecification: ManifestSection, Equatable {
  /// The diffusing species.
  package var mobile_ps = 0.05
  /// Centres of mass and orientations of the anions.
  package var anions_ps = 0.05
  package var all_ps = 1.0
  package var observables_ps = 0.05
  /// Between samples of positions and orientations for correlations on the fly; nil takes none.
  package var correlations_ps: Double? = 0.05
  /// The same of velocities.
  package var velocities_ps: Double? = 0.004
  /// Wall time, s.
  package var checkpoint_s = 300.0

  package init() {}

  /// The defaults, rounded up to whole steps.
  init(roundedFor dynamics: DynamicsSpecification) {
    func rounded(_ interval_ps: Double) -> Double {
      let steps = (interval_ps / dynamics.step_ps - 1e-6).rounded(.up)
      return abs(steps * dynamics.step_ps - interval_ps) < 1e-6 * interval_ps
        ? interval_ps : (steps * dynamics.step_ps * 1e9).rounded() / 1e9
    }
    mobile_ps = rounded(mobile_ps)
    anions_ps = rounded(anions_ps)
    all_ps = rounded(all_ps)
    observables_ps = rounded(observables_ps)
    correlations_ps = correlations_ps.map(rounded)
    velocities_ps = velocities_ps.map(rounded)
  }

  static func schema(_ dynamics: DynamicsSpecification) -> ManifestSchema<RecordSpecification> {
    let interval = ManifestKind.wholeSteps(dynamics)
    return ManifestSchema(
      .flow,
      [
        ManifestField("mobile", \.mobile_ps, interval, "interval between frames of the mobile ions"),
        ManifestField(
          "anions", \.anions_ps, interval,
          "interval between frames of the anions' centres of mass and orientations"),
        ManifestField("all", \.all_ps, interval, "interval between frames of all atoms"),
        ManifestField(
          "observables", \.observables_ps, interval,
          "interval between values of the energies, the temperature, the pressure and the volume"),
        ManifestField(
          "correlations", \.correlations_ps, interval.orNone(isWritten: true),
          "interval between samples of positions and orientations for the [correlations](correlations.md) that "
            + "are computed during the run"),
        ManifestField(
          "velocities", \.velocities_ps, interval.orNone(isWritten: true),
          "interval between samples of velocities for these correlations"),
        ManifestField(
          "checkpoint", \.checkpoint_s, .quantity(.wallTime), "wall time between checkpoints"),
      ])
  }
}

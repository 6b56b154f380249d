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
  /// What is done where a committee of models disagrees; nil where the disagreement is recorded alone.
  package var deviations: DeviationSpecification?
  /// What is done where atoms leave a model's training set; nil where their grades are recorded alone.
  package var extrapolation: ExtrapolationSpecification?

  package init() {}

  /// Frames that are kept in the file of candidates: of a committee, or of a model with an active set.
  package var mostCandidates: Int { deviations?.most ?? extrapolation?.most ?? 0 }

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
        ManifestField(
          "deviations", \.deviations, .section(DeviationSpecification.schema),
          "what is done where the models of a [committee](nep.md#committees) disagree on the force on an atom; looked at "
            + "with `observables`"),
        ManifestField(
          "extrapolation", \.extrapolation, .section(ExtrapolationSpecification.schema),
          "what is done where atoms leave the training set of a model with an [active set](nep.md#extrapolation); looked at "
            + "with `observables`"),
      ])
  }
}

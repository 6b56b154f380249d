extension StageSpecification {
  /// The keys under `stages`, for the reference page. `NAME` stands for names of the user's own.
  static let keys: [ManifestKey] = [
    ManifestKey(
      "relax",
      "minimises the energy until no force exceeds `force`; with `pressure` or `cell` the cell is relaxed too, "
        + "until the pressure is within `pressure` of `dynamics.pressure` (0 GPa where that is not given). A stage "
        + "of another name is a minimisation if it gives `force`",
      values: "mapping", children: MinimisationStage.schema.keys, default: "not run"),
    ManifestKey(
      "equilibrate", "a stage that is not sampled; of such a stage the observables are recorded",
      values: "\(time), or a mapping as for `NAME`", default: "not run"),
    ManifestKey(
      "sample",
      "the stage that is recorded, analysed and extended, the last one; steps and times count from its start",
      values: "\(time), or a mapping as for `NAME`", default: "not run"),
    ManifestKey(
      "NAME", "a stage of any other name", values: "\(time), or a mapping",
      children: DynamicsStage.schema(DynamicsSpecification()).keys, default: "not run"),
  ]

  private static let time = ManifestKind.wholeSteps(DynamicsSpecification()).values
}

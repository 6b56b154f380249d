import Crystal

/// A stage that minimises the energy: `relax`, and each that gives a force.
package struct MinimisationStage: ManifestSection, Equatable {
  /// No force exceeds this in the end, eV/Å.
  package var force_eV_per_A = 0.01
  /// Which changes of the cell are free; nil for none.
  package var cell: CellShape?
  /// Tolerance of the pressure of the relaxed cell, GPa.
  package var tolerance_GPa = 0.05

  package init() {}

  static let schema = ManifestSchema<MinimisationStage>(
    .flow,
    [
      ManifestField("force", \.force_eV_per_A, .quantity(.force), "largest force at which to stop"),
      ManifestField(
        ManifestKey(
          "pressure", "tolerance of the pressure; relaxes the cell",
          values: ManifestKind.quantity(.pressure).values),
        read: { value, stage in
          stage.tolerance_GPa = try value.quantity(.pressure)
          stage.cell = .isotropic
        },
        write: { stage in stage.cell.map { _ in .quantity(stage.tolerance_GPa, .pressure) } }
      ).defaultText("0.05 GPa"),
      ManifestField("cell", \.cell, .choice, "free changes of the cell, as for `barostat`")
        .defaultText("cell not relaxed; isotropic with `pressure`"),
    ])
}

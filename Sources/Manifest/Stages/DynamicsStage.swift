import Crystal
import Yams

/// A stage of dynamics. What is nil is as in the manifest's `dynamics`.
package struct DynamicsStage: ManifestSection, Equatable {
  /// The cell with which a stage begins.
  package enum StartCell: String, CaseIterable, Sendable {
    /// The one that the stage before ended with.
    case last
    /// The mean over the second half of the stage before.
    case mean
  }

  package var time_ps = 0.0
  package var ensemble: Ensemble?
  package var thermostat: ThermostatSpecification?
  package var barostat: BarostatSpecification?
  package var pressure_GPa: Double?
  /// Nil: the run's temperature.
  package var temperature: StageTemperature?
  /// By the ion's formula; empty for no frozen ion.
  package var freeze: [String: Freeze.Mode]?
  package var startCell: StartCell?
  /// Whether frames are recorded; of `sample` they always are.
  package var records: Bool?

  package init() {}

  static func schema(_ dynamics: DynamicsSpecification) -> ManifestSchema<DynamicsStage> {
    ManifestSchema(.flow, bathFields(dynamics) + otherFields(dynamics))
  }

  private static func bathFields(_ dynamics: DynamicsSpecification) -> [ManifestField<DynamicsStage>] {
    @Sendable func ensemble(_ stage: DynamicsStage) -> Ensemble { dynamics.ensemble(of: stage) }
    return [
      ManifestField("time", \.time_ps, .wholeSteps(dynamics), "length of the stage")
        .required("the length of the stage, such as 20 ps"),
      ManifestField("ensemble", \.ensemble, .choice, "as in `dynamics`, for this stage")
        .defaultText("`dynamics.ensemble`"),
      ManifestField(
        "thermostat", \.thermostat, ThermostatSpecification.kind.withoutKeys,
        "as in `dynamics`, for this stage"
      )
      .refused { ensemble($0) == .nve ? "no thermostat with the ensemble nve" : nil }
      .defaultText("`dynamics.thermostat`"),
      ManifestField(
        "barostat", \.barostat, BarostatSpecification.kind.withoutKeys, "as in `dynamics`, for this stage"
      )
      .refused { ensemble($0) == .npt ? nil : "no barostat with the ensemble \(ensemble($0).rawValue)" }
      .defaultText("`dynamics.barostat`"),
      ManifestField(
        "pressure", \.pressure_GPa, DynamicsSpecification.pressureKind, "as in `dynamics`, for this stage"
      )
      .refused { ensemble($0) == .npt ? nil : "no pressure with the ensemble \(ensemble($0).rawValue)" }
      .defaultText("`dynamics.pressure`"),
    ]
  }

  private static func otherFields(_ dynamics: DynamicsSpecification) -> [ManifestField<DynamicsStage>] {
    [
      ManifestField(
        "temperature", \.temperature, StageTemperature.kind,
        "target temperature; a ramp is linear in time. Not for `sample`"
      )
      .checked { value, stage in
        guard stage.temperature?.isRamp == true, dynamics.ensemble(of: stage) == .nve else { return }
        throw value.error(wanted: "one temperature with the ensemble nve, at which the velocities are drawn")
      }
      .defaultText("the run's temperature"),
      ManifestField(
        "freeze", \.freeze, freezeKind, "as in `dynamics`, for this stage alone; `none` frees all ions"
      )
      .defaultText("`dynamics.freeze`"),
      ManifestField(
        "start-cell", \.startCell, .choice,
        "the cell with which the stage begins: the `last` of the stage before, or the `mean` over its second "
          + "half, of all steps: the mean lattice vectors, scaled to the mean volume"
      ).defaultText("last"),
      ManifestField(
        "record", \.records, .boolean,
        "whether frames are recorded, in groups of their own (`stage.NAME.all`, …) that no analysis reads. "
          + "`sample` always is"
      ).defaultText("false"),
    ]
  }

  private static let freezeKind = ManifestKind<[String: Freeze.Mode]>(
    "as in `dynamics`, without `from`, or `none`",
    read: { value in
      if value.text == "none" { return [:] }
      if let from = value.node.mapping?["from"] {
        throw value.child("from", from).error(wanted: "no 'from': the ions are frozen in this stage")
      }
      return try Freeze(value).species
    },
    write: { species in
      guard !species.isEmpty else { return .text("none") }
      return .mapping(species.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value.rawValue)) }, .flow)
    })
}

extension DynamicsSpecification {
  /// The ensemble of a stage.
  package func ensemble(of stage: DynamicsStage) -> Ensemble { stage.ensemble ?? ensemble }
}

extension ManifestKind where Value == Bool {
  fileprivate static var boolean: Self {
    ManifestKind(
      "`true` or `false`",
      read: { value in
        guard let text = value.text, let isTrue = Bool(text) else {
          throw value.error(wanted: "true or false")
        }
        return isTrue
      }, write: { .text(String($0)) })
  }
}

extension ManifestKind {
  /// The kind without the keys under it, which the reference describes in another place.
  fileprivate var withoutKeys: Self { ManifestKind(values, isVariant: isVariant, read: read, write: write) }
}

import Crystal
import Units

/// The integrator and its settings: the manifest's `dynamics`.
package struct DynamicsSpecification: ManifestSection, Equatable {
  package var ensemble = Ensemble.nvt
  /// Nil for `nve`.
  package var thermostat: ThermostatSpecification? = .noseHooverChain(damping_ps: 0.1)
  /// Of the stages with `npt`; nil where none is given and the ensemble is another.
  package var barostat: BarostatSpecification?
  /// Nil unless `npt` or given for stages with `npt` or for the relaxation of the cell.
  package var pressure_GPa: Double?
  package var timestep_ps = 0.001
  /// The single temperature of a study without a temperature axis; in a run's own manifest always set.
  package var temperature_K: Double?
  /// The outer step of a multiple-timestep integrator.
  package var outerTimestep_ps: Double?
  /// The middle step of a multiple-timestep integrator: of the reference but for its bonded terms; nil for the outer one.
  package var middleTimestep_ps: Double?
  /// What drives the steps within the outer one; nil for the base of the potential, or its bonded terms.
  package var reference: ReferencePotential?
  package var freeze: Freeze?
  /// Molecules that move as rigid bodies, by formula.
  package var rigid: [String] = []
  /// Factors on the masses of the atoms of an anion, by its formula, or of an element, by its symbol.
  package var massScale: [String: Double] = [:]
  /// Masses in place of the standard ones, by element or by ion.
  package var masses_amu = AtomMasses()

  /// One step of the engine, ps: the outer one of a multiple timestep.
  package var step_ps: Double { outerTimestep_ps ?? timestep_ps }
  /// Inner steps, of the bonded terms, in one step.
  package var substeps: Int { Int((step_ps / timestep_ps).rounded()) }
  /// How often in one step the forces of a reference but for its bonded terms are evaluated.
  package var referenceEvaluations: Int { Int((step_ps / (middleTimestep_ps ?? step_ps)).rounded()) }

  static let schema = ManifestSchema<DynamicsSpecification>(
    .block, bathFields + stepFields + constraintFields + massFields)

  package init() {}

  static let pressureKind = ManifestKind.quantity(
    .pressure, .any, ManifestLimit("a pressure between -1000 GPa and 1000 GPa") { abs($0) <= 1000 })

  private static let bathFields: [ManifestField<DynamicsSpecification>] = [
    ManifestField(
      "ensemble", \.ensemble, .choice, "constant energy, constant temperature, or also constant pressure"),
    ManifestField("thermostat", \.thermostat, ThermostatSpecification.kind, "the thermostat; none with `nve`")
      .refused { $0.ensemble == .nve ? "no thermostat with the ensemble nve" : nil }
      .missing { _, dynamics in if dynamics.ensemble == .nve { dynamics.thermostat = nil } },
    // Other ensembles are checked with the stages, one of which may be npt.
    ManifestField("barostat", \.barostat, BarostatSpecification.kind, "the barostat, with `npt`")
      .missing { _, dynamics in
        if dynamics.ensemble == .npt { dynamics.barostat = BarostatSpecification() }
      }
      .defaultText("{mtk: {damping: 1 ps, cell: isotropic}}"),
    ManifestField(
      "pressure", \.pressure_GPa, pressureKind,
      "pressure with `npt`, or of a cell that is relaxed"
    )
    .missing { _, dynamics in if dynamics.ensemble == .npt { dynamics.pressure_GPa = 0 } }
    .defaultText("0 GPa"),
  ]

  private static let timestepKind = ManifestKind<Double>.quantity(
    .time, .positive, ManifestLimit("a timestep up to 20 fs") { $0 <= 0.02 })

  private static let stepFields: [ManifestField<DynamicsSpecification>] = [
    ManifestField(
      "timestep", \.timestep_ps,
      // Two steps a period of the fastest motion in any of these systems, the rotation of a rigid anion.
      .quantity(.time, .positive, ManifestLimit("a timestep up to 20 fs") { $0 <= 0.02 }),
      "integration timestep"),
    ManifestField(
      "temperature", \.temperature_K, .quantity(.temperature),
      "the temperature of a study whose sweep has no temperature axis"
    ).isAxis(false),
    .group(
      "multiple-timestep",
      [
        ManifestField(
          "outer", \.outerTimestep_ps, timestepKind,
          "outer timestep, a whole number of `timestep`s"
        )
        .required("a time, such as 3 fs")
        .checked { try $0.steps(timestep_ps: $1.timestep_ps) },
        ManifestField(
          "reference", \.reference, ReferencePotential.kind,
          "what drives the steps within `outer` in place of a machine-learned potential "
            + "([long steps](nep.md#long-steps)); its default is the `base` of the potential"),
        ManifestField(
          "middle", \.middleTimestep_ps, timestepKind.orNone(isWritten: false),
          "timestep of the reference but for its bonds and angles, a whole number of `timestep`s and a part of "
            + "`outer`"
        )
        .defaultText("`outer`")
        .checked { value, dynamics in
          guard let middle_ps = dynamics.middleTimestep_ps else { return }
          try value.steps(timestep_ps: dynamics.timestep_ps)
          let parts = (dynamics.step_ps / middle_ps)
          guard parts.rounded() >= 1, abs(parts - parts.rounded()) < 1e-6 else {
            throw value.error(wanted: "a whole part of the outer timestep")
          }
        },
      ],
      "bonds and angles are integrated with `timestep`, all other forces with `outer`; stages and intervals are "
        + "rounded up to whole numbers of `outer`",
      isPresent: { $0.outerTimestep_ps != nil }),
  ]

  private static let constraintFields: [ManifestField<DynamicsSpecification>] = [
    // A value of an axis may be to freeze nothing.
    ManifestField(
      "freeze", \.freeze, Freeze.kind.orNone(isWritten: false),
      "frozen ions. `[B12H12]` or `{B12H12: all}`: no coordinate of these ions changes (with `npt` they are "
        + "scaled with the cell); `{B12H12: rotation}`: they do not rotate"),
    ManifestField(
      "rigid", \.rigid,
      .list(
        of: .formula(wanted: "a list of anions, such as [B12H12, BH4]"),
        wanted: "a list of anions, such as [B12H12, BH4]"),
      "ions that move as rigid bodies; allows a `timestep` of 4 fs"),
  ]

  private static let massFields: [ManifestField<DynamicsSpecification>] = [
    ManifestField(
      "mass-scale", \.massScale, .dictionary(.number, example: "{B12H12: 4}").namingIons,
      "factors on the masses of the atoms of an anion, or of an element"),
    ManifestField(
      "masses", \.masses_amu, .masses,
      "masses in place of the standard ones, by element (`{H: 2.014 amu}`) or by ion (`{BH4: {H: 2.014 amu}}`); `plan` "
        + "adds those of the isotopes D and T in the structure's file"),
  ]
}

extension ManifestValue {
  /// A time that is a whole number of timesteps, ps; rounded up to a whole number of outer ones where the
  /// manifest has a multiple timestep.
  func wholeSteps(_ dynamics: DynamicsSpecification) throws -> Double {
    let steps = try steps(timestep_ps: dynamics.timestep_ps)
    let time_ps = try quantity(.time)
    guard dynamics.substeps > 1, steps % dynamics.substeps != 0 else { return time_ps }
    let outer = (steps + dynamics.substeps - 1) / dynamics.substeps
    // Through the number of femtoseconds, so that 51 fs prints as 51 fs.
    return (Double(outer) * dynamics.step_ps * 1e9).rounded() / 1e9
  }

  /// How many steps this time is.
  /// - Throws: ``InputError`` where it is not a whole number of them, or more than 10¹².
  @discardableResult
  func steps(timestep_ps: Double) throws -> Int {
    let time_ps = try quantity(.time)
    let wanted = "a whole number of timesteps of \(Quantity.print(timestep_ps, as: .time))"
    let exact = time_ps / timestep_ps
    guard exact < 1e12 else { throw error(wanted: "at most 1e12 timesteps") }
    // Decimal fractions of a ps have no exact binary form: a millionth of a step is rounding, not intent.
    guard exact.rounded() >= 1, abs(exact - exact.rounded()) < 1e-6 * max(1, exact) else {
      throw error(wanted: wanted)
    }
    return Int(exact.rounded())
  }
}

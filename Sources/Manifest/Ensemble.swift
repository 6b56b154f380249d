import Crystal

/// What the integrator keeps constant.
package enum Ensemble: String, CaseIterable, Sendable { case nve, nvt, npt }

/// The manifest's `dynamics.thermostat`.
package enum ThermostatSpecification: Equatable, Sendable {
  case noseHooverChain(damping_ps: Double)
  case langevin(friction_per_ps: Double)

  private struct Settings: ManifestSection {
    var damping_ps = 0.1
    var friction_per_ps = 0.0
  }

  static let kind = ManifestKind.variant([
    ManifestVariant(
      "nose-hoover-chain",
      [
        ManifestField("damping", \Settings.damping_ps, .quantity(.time), "relaxation time of the temperature")
      ],
      "Nosé–Hoover chain",
      value: { ThermostatSpecification.noseHooverChain(damping_ps: $0.damping_ps) },
      settings: {
        if case .noseHooverChain(let damping_ps) = $0 { Settings(damping_ps: damping_ps) } else { nil }
      }
    ),
    ManifestVariant(
      "langevin",
      [
        ManifestField("friction", \Settings.friction_per_ps, .quantity(.rate), "friction constant")
          .required("a rate, such as 10 /ps")
      ], "Langevin dynamics",
      value: { .langevin(friction_per_ps: $0.friction_per_ps) },
      settings: { if case .langevin(let friction) = $0 { Settings(friction_per_ps: friction) } else { nil } }),
  ])
}

/// The manifest's `dynamics.barostat`.
package struct BarostatSpecification: Equatable, Sendable {
  package enum Method: Equatable, Sendable {
    /// Martyna, Tobias and Klein.
    case mtk(damping_ps: Double)
    case parrinelloRahman(latticeMass_amu: Double, friction_per_ps: Double)
  }

  package var method = Method.mtk(damping_ps: 1)
  /// Which changes of the cell are free.
  package var cell = CellShape.isotropic

  private struct Settings: ManifestSection {
    var damping_ps = 1.0
    var latticeMass_amu = 1000.0
    var friction_per_ps = 10.0
    var cell = CellShape.isotropic

    static let cellField = ManifestField(
      "cell", \Settings.cell, .choice,
      "free changes of the cell: isotropic, along the edges of a cell with right angles, or all")
  }

  static let kind = ManifestKind<BarostatSpecification>.variant([
    ManifestVariant(
      "mtk",
      [
        ManifestField("damping", \Settings.damping_ps, .quantity(.time), "relaxation time of the pressure"),
        Settings.cellField,
      ], "Martyna, Tobias and Klein",
      value: { BarostatSpecification(method: .mtk(damping_ps: $0.damping_ps), cell: $0.cell) },
      settings: { barostat in
        guard case .mtk(let damping_ps) = barostat.method else { return nil }
        return Settings(damping_ps: damping_ps, cell: barostat.cell)
      }),
    ManifestVariant(
      "parrinello-rahman",
      [
        ManifestField("lattice-mass", \Settings.latticeMass_amu, .quantity(.mass), "mass of the cell"),
        ManifestField("friction", \Settings.friction_per_ps, .quantity(.rate), "friction of the cell"),
        Settings.cellField,
      ], "Parrinello and Rahman, with Langevin friction",
      value: {
        BarostatSpecification(
          method: .parrinelloRahman(latticeMass_amu: $0.latticeMass_amu, friction_per_ps: $0.friction_per_ps),
          cell: $0.cell)
      },
      settings: { barostat in
        guard case .parrinelloRahman(let mass_amu, let friction) = barostat.method else { return nil }
        return Settings(latticeMass_amu: mass_amu, friction_per_ps: friction, cell: barostat.cell)
      }),
  ])
}

/// Frozen ions: the manifest's `dynamics.freeze`.
package struct Freeze: Equatable, Sendable {
  /// `all` fixes every coordinate of the ion; `rotation` fixes the orientation of an anion.
  package enum Mode: String, CaseIterable, Sendable { case all, rotation }
  /// A stage, by its name.
  package struct Start: Equatable, Sendable {
    package var stage: String

    package static let equilibrate = Start(stage: "equilibrate")
    package static let sample = Start(stage: "sample")
  }

  /// By the ion's formula.
  package var species: [String: Mode] = [:]
  /// The stage from whose start they are frozen.
  package var from = Start.equilibrate

  static let kind = ManifestKind<Freeze>(
    "list of formulas, or mapping of formulas to `all` or `rotation`",
    children: [
      ManifestKey(
        "from", "the stage from whose start the ions are frozen", values: "name of a stage",
        default: "equilibrate, or else the first stage")
    ],
    read: Freeze.init,
    write: { freeze in
      let species = freeze.species.sorted { $0.key < $1.key }.map { ($0.key, $0.value.rawValue) }
      return .mapping((species + [("from", freeze.from.stage)]).map { ($0, .text($1)) }, .flow)
    })

  @Sendable init(_ value: ManifestValue) throws {
    let wanted = "ions, such as [B12H12], or a mapping of them to all or rotation, such as {B12H12: rotation}"
    if let name = value.text {
      species[MoleculeKind.canonical(name)] = .all
      return
    }
    if case .sequence = value.node {
      for entry in try value.list(wanted: wanted) {
        species[MoleculeKind.canonical(try entry.string(wanted: wanted))] = .all
      }
      if species.isEmpty { throw value.error(wanted: wanted) }
      return
    }
    for (key, entry) in try value.openMapping(wanted: wanted).entries {
      if key == "from" {
        from = Start(stage: try entry.string(wanted: "the name of a stage"))
      } else {
        species[MoleculeKind.canonical(key)] = try entry.choice(Mode.self)
      }
    }
    if species.isEmpty { throw value.error(wanted: wanted) }
  }
}

import Crystal

/// What the integrator keeps constant.
package enum Ensemble: String, CaseIterable, Sendable { case nve, nvt, npt }

/// What keeps the temperature.
package enum Thermostat: Equatable, Sendable {
  case noseHooverChain(damping_ps: Double)
  case langevin(friction_per_ps: Double)

  init(_ value: ManifestValue) throws {
    let variant = try value.variant(known: ["nose-hoover-chain", "langevin"])
    if variant.key == "langevin" {
      let friction = try variant.value.mapping(known: ["friction"])
        .required("friction", wanted: "a rate, such as 10 /ps")
      self = .langevin(friction_per_ps: try friction.quantity(.rate))
    } else {
      let damping = try variant.value.mapping(known: ["damping"])["damping"]
      self = .noseHooverChain(damping_ps: try damping?.quantity(.time) ?? 0.1)
    }
  }
}

/// What keeps the pressure.
package struct Barostat: Equatable, Sendable {
  package enum Method: Equatable, Sendable {
    /// Martyna, Tobias and Klein.
    case mtk(damping_ps: Double)
    case parrinelloRahman(latticeMass_amu: Double, friction_per_ps: Double)
  }

  package var method = Method.mtk(damping_ps: 1)
  /// Which changes of the cell are free.
  package var cell = CellShape.isotropic

  init() {}

  init(_ value: ManifestValue) throws {
    let variant = try value.variant(known: ["mtk", "parrinello-rahman"])
    let settings: ManifestMapping
    if variant.key == "mtk" {
      settings = try variant.value.mapping(known: ["damping", "cell"])
      method = .mtk(damping_ps: try settings["damping"]?.quantity(.time) ?? 1)
    } else {
      settings = try variant.value.mapping(known: ["lattice-mass", "friction", "cell"])
      method = .parrinelloRahman(
        latticeMass_amu: try settings["lattice-mass"]?.quantity(.mass) ?? 1000,
        friction_per_ps: try settings["friction"]?.quantity(.rate) ?? 10)
    }
    if let cell = settings["cell"] { self.cell = try cell.choice(CellShape.self) }
  }
}

/// Ions that are held: the manifest's `dynamics.freeze`.
package struct Freeze: Equatable, Sendable {
  /// `all` holds the ion as it stands; `rotation` keeps an anion from turning.
  package enum Mode: String, CaseIterable, Sendable { case all, rotation }
  package enum Start: String, CaseIterable, Sendable { case equilibrate, sample }

  /// By the ion's formula.
  package var species: [String: Mode] = [:]
  /// The stage from whose start they are held.
  package var from = Start.equilibrate

  init(_ value: ManifestValue) throws {
    let wanted = "ions, such as [B12H12], or a mapping of them to all or rotation, such as {B12H12: rotation}"
    if let name = value.text {
      species[name] = .all
      return
    }
    if case .sequence = value.node {
      for entry in try value.list(wanted: wanted) { species[try entry.string(wanted: wanted)] = .all }
      if species.isEmpty { throw value.error(wanted: wanted) }
      return
    }
    for (key, entry) in try value.openMapping(wanted: wanted).entries {
      if key == "from" {
        from = try entry.choice(Start.self)
      } else {
        species[key] = try entry.choice(Mode.self)
      }
    }
    if species.isEmpty { throw value.error(wanted: wanted) }
  }
}

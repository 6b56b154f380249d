import Crystal
import Units

/// How the atoms move: the manifest's `dynamics`.
package struct DynamicsSpecification: Equatable, Sendable {
  package var ensemble = Ensemble.nvt
  /// Nil for `nve`.
  package var thermostat: Thermostat? = .noseHooverChain(damping_ps: 0.1)
  /// Nil unless `npt`.
  package var barostat: Barostat?
  /// Nil unless `npt`.
  package var pressure_GPa: Double?
  package var timestep_ps = 0.001
  /// The single temperature of a study without a temperature axis; in a run's own manifest always set.
  package var temperature_K: Double?
  /// The outer step of a multiple-timestep integrator.
  package var outerTimestep_ps: Double?
  package var freeze: Freeze?
  /// Molecules that move as rigid bodies, by formula.
  package var rigid: [String] = []
  /// Factors on the masses of the atoms of an anion, by its formula, or of an element, by its symbol.
  package var massScale: [String: Double] = [:]
  /// Masses in place of the usual ones, by element symbol.
  package var masses_amu: [String: Double] = [:]

  static let keys = [
    "ensemble", "thermostat", "barostat", "pressure", "timestep", "temperature", "multiple-timestep",
    "freeze", "rigid", "mass-scale", "masses",
  ]

  /// What one step of the engine is, ps: the outer one of a multiple timestep.
  package var step_ps: Double { outerTimestep_ps ?? timestep_ps }
  /// Short steps of the bonded terms in one step.
  package var substeps: Int { Int((step_ps / timestep_ps).rounded()) }

  /// The mass of an atom in an ion of that formula, amu.
  package func mass_amu(of element: String, in kind: String) -> Double {
    let usual = masses_amu[element] ?? Element(symbol: element)?.mass_amu ?? 1
    return usual * (kind == element ? 1 : massScale[element] ?? 1) * (massScale[kind] ?? 1)
  }

  init() {}

  init(_ value: ManifestValue) throws {
    let mapping = try value.mapping(known: Self.keys)
    if let ensemble = mapping["ensemble"] { self.ensemble = try ensemble.choice(Ensemble.self) }
    if let timestep = mapping["timestep"] {
      timestep_ps = try timestep.quantity(.time)
      // Two steps a period of the fastest motion that any of these systems has, a rigid anion's turning.
      guard timestep_ps <= 0.02 else { throw timestep.error(wanted: "a timestep up to 20 fs") }
    }
    temperature_K = try mapping["temperature"]?.quantity(.temperature)
    try readBaths(mapping)
    if let outer = try mapping["multiple-timestep"]?.mapping(known: ["outer"])
      .required("outer", wanted: "a time, such as 3 fs")
    {
      outerTimestep_ps = try outer.quantity(.time)
      _ = try outer.steps(timestep_ps: timestep_ps)
    }
    // A value of an axis may be to freeze nothing.
    freeze = try mapping["freeze"].flatMap { $0.text == "none" ? nil : try Freeze($0) }
    if let rigid = mapping["rigid"] {
      let wanted = "a list of anions, such as [B12H12, BH4]"
      self.rigid = try rigid.list(wanted: wanted).map { try $0.string(wanted: wanted) }
    }
    if let scale = mapping["mass-scale"] {
      massScale = try scale.dictionary(.number, example: "{B12H12: 4}")
    }
    if let masses = mapping["masses"] {
      masses_amu = try masses.dictionary(.mass, example: "{H: 2.014 amu}")
    }
  }

  private mutating func readBaths(_ mapping: ManifestMapping) throws {
    if let thermostat = mapping["thermostat"] {
      guard ensemble != .nve else {
        throw thermostat.error(wanted: "no thermostat with the ensemble nve")
      }
      self.thermostat = try Thermostat(thermostat)
    } else if ensemble == .nve {
      thermostat = nil
    }
    if ensemble != .npt, let extra = mapping["barostat"] {
      throw extra.error(wanted: "no barostat with the ensemble \(ensemble.rawValue)")
    }
    pressure_GPa = try mapping["pressure"]?.quantity(.pressure, .any)
    if let pressure = mapping["pressure"], abs(pressure_GPa ?? 0) > 1000 {
      throw pressure.error(wanted: "a pressure between -1000 GPa and 1000 GPa")
    }
    guard ensemble == .npt else { return }
    barostat = try mapping["barostat"].map(Barostat.init) ?? Barostat()
    pressure_GPa = pressure_GPa ?? 0
  }
}

extension ManifestValue {
  /// A mapping of the user's own names to quantities above 0.
  func dictionary(_ dimension: PhysicalDimension, example: String) throws -> [String: Double] {
    var values: [String: Double] = [:]
    for (key, entry) in try openMapping(wanted: "a mapping such as \(example)").entries {
      values[key] = try entry.quantity(dimension)
    }
    return values
  }

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

import Units
import Yams

/// Writes a manifest as YAML with every default, in the order and the style of the examples.
package enum ManifestWriter {
  package static func yaml(_ manifest: Manifest) throws -> String {
    let inputs = manifest.inputs.sorted { $0.key < $1.key }.map { ($0.key, text($0.value) as Node?) }
    if let imported = manifest.imported {
      return try serialize(
        block([
          ("study", text(manifest.study)), ("import", self.imported(imported)),
          ("analysis", analysis(manifest.analysis)), ("inputs", inputs.isEmpty ? nil : block(inputs)),
        ]))
    }
    let top = block([
      ("study", text(manifest.study)), ("seed", text(String(manifest.seed))),
      ("system", system(manifest.system)), ("potential", potential(manifest.potential)),
      ("forces", forces(manifest.forces)), ("dynamics", dynamics(manifest.dynamics)),
      ("stages", stages(manifest.stages)), ("record", record(manifest.record)),
      ("sweep", try sweep(manifest.sweep)), ("analysis", analysis(manifest.analysis)),
      ("resources", flow([("ranks", text(String(manifest.resources.ranks)))])),
      ("inputs", inputs.isEmpty ? nil : block(inputs)),
    ])
    return try serialize(top)
  }

  private static func serialize(_ node: Node) throws -> String {
    try Yams.serialize(node: node, indent: 2, width: -1, allowUnicode: true)
  }

  private static func imported(_ source: ImportSpecification) -> Node {
    let runs = source.runs.map { run in
      flow([
        ("files", list(run.files.map(text))), ("format", text(run.format)),
        ("temperature", quantity(run.temperature_K, .temperature)),
        ("timestep", quantity(run.timestep_ps, .time)),
        ("frame-interval", quantity(run.frameInterval_ps, .time)),
        ("sampled", quantity(run.sampled_ps, .time)),
      ])
    }
    return block([
      ("runs", Node(runs, .implicit, .block)), ("masses", dictionary(source.masses_amu, .mass)),
      ("mass-scale", dictionary(source.massScale, .number)),
    ])
  }

  private static func system(_ system: SystemSpecification) -> Node {
    let matrix = system.supercell
    let isDiagonal = (0..<3).allSatisfy { i in (0..<3).allSatisfy { i == $0 || matrix[i][$0] == 0 } }
    let supercell =
      isDiagonal && (0..<3).allSatisfy { matrix[$0][$0] > 0 }
      ? list((0..<3).map { text(String(matrix[$0][$0])) })
      : list(matrix.map { list($0.map { text(String($0)) }) })
    return block([
      ("structure", text(system.structure.text)), ("supercell", supercell),
      ("composition", quantity(system.composition, .number)),
      ("volume", quantity(system.volumeChange_percent, .percentage)),
    ])
  }

  private static func potential(_ potential: PotentialSpecification) -> Node {
    switch potential {
    case .forceField(let source): text(source.text)
    case .nep(let path): flow([("nep", text(path))])
    }
  }

  private static func forces(_ forces: ForceSpecification) -> Node {
    flow([
      ("cutoff", quantity(forces.cutoff_A, .length)),
      ("coulomb-accuracy", quantity(forces.coulombAccuracy, .number)),
      ("precision", text(forces.precision.rawValue)),
    ])
  }

  private static func dynamics(_ dynamics: DynamicsSpecification) -> Node {
    block([
      ("ensemble", text(dynamics.ensemble.rawValue)), ("thermostat", dynamics.thermostat.map(thermostat)),
      ("barostat", dynamics.barostat.map(barostat)), ("pressure", quantity(dynamics.pressure_GPa, .pressure)),
      ("timestep", quantity(dynamics.timestep_ps, .time)),
      ("temperature", quantity(dynamics.temperature_K, .temperature)),
      ("multiple-timestep", dynamics.outerTimestep_ps.map { flow([("outer", quantity($0, .time))]) }),
      ("freeze", dynamics.freeze.map(freeze)),
      ("rigid", dynamics.rigid.isEmpty ? nil : list(dynamics.rigid.map(text))),
      ("mass-scale", dictionary(dynamics.massScale, .number)),
      ("masses", dictionary(dynamics.masses_amu, .mass)),
    ])
  }

  private static func thermostat(_ thermostat: Thermostat) -> Node {
    switch thermostat {
    case .noseHooverChain(let damping):
      flow([("nose-hoover-chain", flow([("damping", quantity(damping, .time))]))])
    case .langevin(let friction): flow([("langevin", flow([("friction", quantity(friction, .rate))]))])
    }
  }

  private static func barostat(_ barostat: Barostat) -> Node {
    let cell: (String, Node?) = ("cell", text(barostat.cell.rawValue))
    return switch barostat.method {
    case .mtk(let damping): flow([("mtk", flow([("damping", quantity(damping, .time)), cell]))])
    case .parrinelloRahman(let mass, let friction):
      flow([
        (
          "parrinello-rahman",
          flow([("lattice-mass", quantity(mass, .mass)), ("friction", quantity(friction, .rate)), cell])
        )
      ])
    }
  }

  private static func freeze(_ freeze: Freeze) -> Node {
    let species = freeze.species.sorted { $0.key < $1.key }.map { ($0.key, text($0.value.rawValue) as Node?) }
    return flow(species + [("from", text(freeze.from.rawValue))])
  }

  private static func stages(_ stages: StageSpecification) -> Node {
    block([
      ("relax", relax(stages)),
      ("equilibrate", quantity(stages.equilibrate_ps, .time)), ("sample", quantity(stages.sample_ps, .time)),
    ])
  }

  private static func relax(_ stages: StageSpecification) -> Node? {
    guard let force = stages.relaxForce_eV_per_A else { return nil }
    return flow([
      ("force", quantity(force, .force)),
      ("pressure", quantity(stages.relaxCell.map { _ in stages.relaxPressure_GPa }, .pressure)),
      ("cell", stages.relaxCell.map { text($0.rawValue) }),
    ])
  }

  private static func record(_ record: RecordSpecification) -> Node {
    flow([
      ("mobile", quantity(record.mobile_ps, .time)), ("anions", quantity(record.anions_ps, .time)),
      ("all", quantity(record.all_ps, .time)), ("observables", quantity(record.observables_ps, .time)),
      ("correlations", quantity(record.correlations_ps, .time) ?? text("none")),
      ("velocities", quantity(record.velocities_ps, .time) ?? text("none")),
      ("checkpoint", quantity(record.checkpoint_s, .wallTime)),
    ])
  }

  private static func sweep(_ sweep: Sweep) throws -> Node {
    let axes = try sweep.axes.map { axis -> (String, Node?) in
      (axis.path, try Yams.compose(yaml: "[\(axis.values.joined(separator: ", "))]"))
    }
    let temperatures = sweep.temperatures_K.map { quantity($0, .temperature) ?? text("") }
    let isCount = sweep.replicas == Array(1...max(1, sweep.replicas.count))
    let replicas =
      isCount ? text(String(sweep.replicas.count)) : list(sweep.replicas.map { text(String($0)) })
    return block(
      axes + [("temperature", temperatures.isEmpty ? nil : list(temperatures)), ("replica", replicas)])
  }

  private static func analysis(_ analysis: AnalysisSpecification) -> Node {
    let temperatures = analysis.extrapolate_K.map { quantity($0, .temperature) ?? text("") }
    let window = analysis.fit.map {
      flow([("from", quantity($0.from_ps, .time)), ("to", quantity($0.to_ps, .time))])
    }
    return block([
      ("mobile", analysis.mobile.map(text)), ("active", analysis.active.map(active)),
      ("extrapolate", temperatures.count == 1 ? temperatures[0] : list(temperatures)), ("fit", window),
      ("drift", text(analysis.drift.text)), ("charge", quantity(analysis.charge, .number)),
      ("shell", quantity(analysis.shell_A, .length)),
      ("trigonal-site", text(analysis.trigonalCentre.rawValue)),
      ("symmetrise", quantity(analysis.symmetriseTolerance_A, .length)),
    ])
  }

  private static func active(_ active: AnalysisSpecification.Active) -> Node {
    switch active {
    case .cutoff(let area): flow([("cutoff", quantity(area, .area))])
    case .conductivity(let value, let temperature):
      flow([("conductivity", quantity(value, .conductivity)), ("at", quantity(temperature, .temperature))])
    }
  }

  private static func text(_ text: String) -> Node { Node(text, .implicit, scalarStyle(text)) }

  private static func quantity(_ value: Double?, _ dimension: PhysicalDimension) -> Node? {
    value.map { text(Quantity.print($0, as: dimension)) }
  }

  private static func dictionary(_ values: [String: Double], _ dimension: PhysicalDimension) -> Node? {
    values.isEmpty
      ? nil : flow(values.sorted { $0.key < $1.key }.map { ($0.key, quantity($0.value, dimension)) })
  }

  private static func list(_ items: [Node]) -> Node { Node(items, .implicit, .flow) }
  private static func block(_ pairs: [(String, Node?)]) -> Node { mapping(pairs, .block) }
  private static func flow(_ pairs: [(String, Node?)]) -> Node { mapping(pairs, .flow) }

  private static func mapping(_ pairs: [(String, Node?)], _ style: Node.Mapping.Style) -> Node {
    Node(pairs.compactMap { key, value in value.map { (text(key), $0) } }, .implicit, style)
  }
}

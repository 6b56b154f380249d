import Crystal
import Forces
import Foundation
import Manifest
import Model
import NEP
import Support
import Units

/// The potential of a run: its models, and the topology of the structure under it.
struct RunPotential {
  let topology: Topology
  /// The models whose energy is sampled; empty for a force field.
  private let models: [NEPModel]
  /// Of the training set of the only model; nil for none.
  private let activeSet: NEPActiveSet?
  /// A model that drives the steps within a long one.
  private let reference: NEPModel?
  /// Whether the topology has the types, charges and terms of a force field.
  private let hasForceField: Bool

  /// - Throws: ``InputError`` for keys that contradict each other or the description of a model, `PotentialError` for a
  ///   structure that the potential does not know.
  init(_ simulation: SimulationSpecification, _ structure: Structure) throws {
    let dynamics = simulation.dynamics
    models = try simulation.potential.nep?.models.map { try NEPModel.load(path: $0.path) } ?? []
    if let deviations = simulation.record.deviations, models.count < 2 {
      throw InputError(
        key: "record.deviations", found: deviations.text,
        wanted: "none with a single potential, or several models in potential.nep")
    }
    activeSet = try Self.activeSet(simulation, models, elements: Set(structure.elements))
    let source = try Self.forceField(simulation)
    if let source, Self.usesPairs(simulation) { try Self.checkCutoff(simulation.forces, source) }
    if case .nep(let file) = dynamics.reference {
      reference = try NEPModel.load(path: file.path)
    } else {
      reference = nil
    }
    hasForceField = source != nil
    if case .driver(let driver) = simulation.potential.form {
      topology = try RunSystem.topology(simulation, structure, drivenBy: driver)
    } else if let source {
      topology = try Topology(
        structure: structure, forceField: .load(source.location), replacedMasses_amu: dynamics.masses_amu,
        massScaleOfMolecule: dynamics.massScale, bondsCanBreak: !models.isEmpty)
    } else {
      guard let model = models.first else { throw InputError(key: "potential.nep", message: "no model") }
      topology = try Topology(
        structure: structure, nep: model, replacedMasses_amu: dynamics.masses_amu,
        massScaleOfMolecule: dynamics.massScale)
    }
  }

  /// The active set of the manifest.
  /// - Throws: ``InputError`` for bounds on grades without one; `PotentialError`, which names the file, for one of another model.
  private static func activeSet(
    _ simulation: SimulationSpecification, _ models: [NEPModel], elements: Set<String>
  ) throws -> NEPActiveSet? {
    guard let nep = simulation.potential.nep, let file = nep.activeSet, let model = models.first else {
      if let extrapolation = simulation.record.extrapolation {
        throw InputError(
          key: "record.extrapolation", found: extrapolation.text,
          wanted: "none without an active set, or potential: {nep: FILE, active-set: FILE.asi}")
      }
      return nil
    }
    let set = try NEPActiveSet(
      path: file.path, model: model, order: nep.activeSetOrder ?? .rows, elements: elements)
    try set.check(elements)
    return set
  }

  /// The force field whose types the topology has; nil where nothing needs one.
  private static func forceField(_ simulation: SimulationSpecification) throws -> InputSource? {
    let key = "dynamics.multiple-timestep.reference"
    let reference = simulation.dynamics.reference
    switch simulation.potential.form {
    case .forceField(let source):
      guard reference == nil || reference == .forceField(source) else {
        throw InputError(
          key: key, found: reference?.text ?? "",
          wanted: "none with the force field \(source.text): its own bonds and angles"
        )
      }
      return source
    case .driver: return nil
    case .nep(let nep):
      try checkDescription(simulation.potential, nep)
      switch reference {
      case nil:
        guard simulation.dynamics.substeps == 1 || nep.base != nil else {
          throw InputError(
            key: "dynamics.multiple-timestep", found: "a longer step without a reference",
            wanted:
              "reference: \(ForceFieldFile.builtInName), or another potential that drives the steps within it: a NEP "
              + "model has no bonded terms of its own")
        }
        return nep.base
      case .forceField(let source):
        guard nep.base == nil || nep.base == source else {
          throw InputError(
            key: key, found: source.text,
            wanted: "\(nep.base?.text ?? ""), the base of the potential, or a NEP model")
        }
        return source
      case .nep(let file):
        guard simulation.dynamics.referenceEvaluations > 1 else {
          throw InputError(
            key: key, found: "\(file.name) without a middle timestep",
            wanted: "middle: TIME beside it, shorter than outer: a NEP model has no bonded terms of its own")
        }
        return nep.base
      }
    }
  }

  /// A model that was trained as a correction gives wrong forces without its base, and the other way round.
  private static func checkDescription(
    _ potential: PotentialSpecification, _ nep: PotentialSpecification.NEPSource
  ) throws {
    guard let file = potential.description else { return }
    let described = try PotentialDescription(contentsOf: file.path)
    // A file is named relative to the description by one, and relative to the manifest by the other.
    func name(_ text: String?) -> String? { text.map { ($0 as NSString).lastPathComponent } }
    guard name(described.base) != name(nep.base?.text) else { return }
    throw InputError(
      key: "potential.base", found: nep.base?.text ?? "none",
      wanted: described.base.map { "base: \($0)" } ?? "none", message: "as \(file.name) says of the model")
  }

  private static func usesPairs(_ simulation: SimulationSpecification) -> Bool {
    switch simulation.potential.form {
    case .forceField: true
    case .driver: false
    case .nep(let nep): nep.base != nil || simulation.dynamics.referenceEvaluations > 1
    }
  }

  private static func checkCutoff(_ forces: ForceSpecification, _ source: InputSource) throws {
    guard forces.cutoff_A < ForceEvaluator.smallestCutoff_A else { return }
    throw InputError(
      key: "forces.cutoff", found: "\(fourDigits(forces.cutoff_A)) Å",
      wanted:
        "\(fourDigits(ForceEvaluator.smallestCutoff_A)) Å or more, beyond the width of the largest anion")
  }

  var isCommittee: Bool { models.count > 1 }
  var hasActiveSet: Bool { activeSet != nil }

  /// Whether there is a Coulomb sum with a mesh.
  var hasCoulombSum: Bool { hasForceField }

  /// The engine's settings.
  /// - Parameter elements: of the structure.
  func settings(_ simulation: SimulationSpecification, elements: [String]) -> ForceSettings {
    let (forces, dynamics) = (simulation.forces, simulation.dynamics)
    var settings = ForceSettings(
      cutoff_A: forces.cutoff_A, timestep_ps: dynamics.step_ps, coulombAccuracy: forces.coulombAccuracy,
      precision: forces.precision)
    guard let nep = simulation.potential.nep else { return settings }
    settings.nep = NEPForces(
      models, elements: elements, isCorrection: nep.base != nil, drive: nep.drive, activeSet: activeSet)
    if dynamics.substeps > 1 {
      let potential: ReferenceForces.Potential =
        reference.map { .nep(NEPForces([$0], elements: elements)) } ?? .classical
      settings.reference = ReferenceForces(potential, evaluations: dynamics.referenceEvaluations)
    }
    // Neighbours of a model beyond its cut-off cost time at every evaluation.
    settings.skin_A = dynamics.substeps > 1 ? Self.longStepSkin_A : nep.base == nil ? 1 : Self.sharedSkin_A
    return settings
  }

  /// Of lists that a model and the pairs of a force field share, Å.
  private static let sharedSkin_A = 1.5
  /// Of lists that must last through long steps, Å.
  private static let longStepSkin_A = 2.0
}

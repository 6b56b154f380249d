import Crystal
import Decomposition
import Forces
import Foundation
import Manifest
import Model
import NEP
import Support
import Units

/// The system of one run: its structure, and its topology under the potential.
struct RunSystem {
  let structure: Structure
  let topology: Topology
  /// The models of the manifest's potential, and what drives the steps within a long one.
  private let potential: RunPotential
  /// What diffuses, and what does not.
  let roles: IonRoles
  /// For the user: parameters that are estimated, for instance.
  let warnings: [String]

  /// Builds the structure of a manifest and finds its molecules, types and terms.
  ///
  /// - Parameters:
  ///   - seed: of the site disorder.
  ///   - ranks: of the domain decomposition; nil skips the check that it is possible.
  /// - Throws: ``InputError`` for a structure that can't be built, whose atoms overlap, whose charge is not
  ///   zero, that the potential has no parameters for, or that can't be decomposed for the ranks.
  init(_ manifest: Manifest, seed: UInt64, ranks: Int? = nil) throws {
    let simulation = try manifest.simulation
    let (structure, mobile) = try Self.build(simulation, mobile: manifest.analysis, seed: seed)
    self.structure = structure
    roles = IonRoles(structure.moleculeKinds, mobile: mobile)
    try Self.checkSpecies(simulation, structure, roles, drift: manifest.analysis.drift)
    do {
      potential = try RunPotential(simulation, structure)
      topology = potential.topology
      if let ranks {
        _ = try BrickGrid(cell: structure.cell, ranks: ranks, moleculeCount: topology.moleculeCount)
      }
    } catch let error as PotentialError {
      throw InputError(key: "potential", message: error.description)
    } catch let error as DecompositionError {
      throw InputError(key: "resources.ranks", message: error.description)
    }
    if potential.hasCoulombSum { try Self.checkMesh(simulation.forces, topology, structure.cell) }
    var warnings = Self.chargeWarnings(mobile, structure, manifest)
    if !topology.estimatedPairs.isEmpty {
      warnings.append(
        "the parameters of \(topology.estimatedPairs.joined(separator: ", ")) are estimated, not fitted")
    }
    self.warnings = warnings + structure.ions.notes.map { "\(simulation.system.structure.text): \($0)" }
  }

  /// The points of the mesh grow with the cube of an accuracy's root.
  private static func checkMesh(_ forces: ForceSpecification, _ topology: Topology, _ cell: Cell) throws {
    let mesh = EwaldParameters(
      accuracy: forces.coulombAccuracy, cutoff_A: forces.cutoff_A, cell: cell, topology: topology)
    guard !mesh.fits else { return }
    throw InputError(
      key: "forces.coulomb-accuracy",
      found: "an accuracy with a mesh of \(mesh.grid.x) × \(mesh.grid.y) × \(mesh.grid.z) points",
      wanted: "at most 10⁹ points: a larger coulomb-accuracy, or a longer cutoff")
  }

  /// Whether several models are evaluated side by side.
  var isCommittee: Bool { potential.isCommittee }
  /// Whether extrapolation grades are computed.
  var hasActiveSet: Bool { potential.hasActiveSet }

  /// The engine's settings for the manifest's `potential` and `forces`.
  func forceSettings(_ simulation: SimulationSpecification) -> ForceSettings {
    potential.settings(simulation, elements: structure.elements)
  }

  /// The structure alone.
  /// - Throws: ``InputError`` for one that can't be built.
  static func structure(of manifest: Manifest, seed: UInt64) throws -> Structure {
    try build(manifest.simulation, mobile: manifest.analysis, seed: seed).0
  }

  /// A structure with the names of what diffuses. An element that is bound in molecules and named as mobile is an ion by
  /// itself.
  /// - Throws: ``InputError`` for such an element under a force field, whose molecules do not exchange atoms.
  private static func build(
    _ simulation: SimulationSpecification, mobile analysis: AnalysisSpecification, seed: UInt64
  ) throws -> (Structure, mobile: [String]) {
    let structure = try Structure.separating(mobile: analysis.mobile, structure: { $0 }) { bound in
      if let first = bound.first, case .forceField = simulation.potential.form {
        throw InputError(
          key: "analysis.mobile", found: "\(first), which is bound in the structure's molecules",
          wanted: "an ion of the structure, or a potential whose molecules can exchange atoms (nep)")
      }
      return try build(simulation.system, single: bound, seed: seed)
    }
    return (structure, try mobile(analysis, structure))
  }

  /// A structure whose atoms do not overlap.
  /// - Throws: ``InputError`` with the key that is to blame.
  private static func build(
    _ system: SystemSpecification, single: [String], seed: UInt64
  ) throws -> Structure {
    do {
      let rules = try system.declared.rules(single: single)
      var structure = try given(system, rules: rules, seed: seed)
      if let change = system.volumeChange_percent {
        structure = try structure.scaled(volumeFactor: 1 + change / 100)
      }
      try structure.checkOverlaps()
      return structure
    } catch StructureError.supercell(let rows, let problem) {
      throw InputError(key: "system.supercell", found: "\(rows)", message: problem)
    } catch StructureError.declared(let found, let wanted) {
      throw InputError(key: "system.ions", found: found, wanted: wanted)
    } catch let error as StructureError {
      guard let change = system.volumeChange_percent, change < 0 else {
        throw InputError(key: "system.structure", message: "\(system.structure.text): \(error)")
      }
      throw InputError(
        key: "system.volume", found: "\(Quantity.print(change, as: .percentage)) of \(system.structure.text)",
        wanted: "a volume in which no atoms overlap", message: error.description)
    }
  }

  private static func given(
    _ system: SystemSpecification, rules: IonRules, seed: UInt64
  ) throws -> Structure {
    let matrix = try SupercellMatrix(rows: system.supercell)
    switch system.structure {
    case .builtIn(let name):
      var structure = try BuiltInStructure(named: name).build(
        supercell: matrix, composition: system.composition, seed: seed
      ).structure
      try structure.declare(rules)
      return structure
    case .file(let file):
      return try StructureFile.read(path: file.path, options: StructureFile.ReadOptions(rules: rules))
        .realise(supercell: matrix, seed: seed)
    }
  }
}

import Crystal
import EngineSocket
import Forces
import Foundation
import Manifest
import Model
import StudyStore
import Support

extension RunSystem {
  /// The topology of a structure whose forces come from an engine: no bonds, and any element.
  /// - Throws: ``InputError`` for settings that such a run can't have; `PotentialError`.
  static func topology(
    _ simulation: SimulationSpecification, _ structure: Structure, drivenBy driver: DriverSpecification
  ) throws -> Topology {
    guard simulation.dynamics.substeps == 1 else {
      throw InputError(
        key: "dynamics.multiple-timestep", found: "a longer step for all but the bonds",
        wanted: "one timestep for all forces: an engine does not tell bonds apart")
    }
    guard driver.clients == 1 else {
      throw InputError(
        key: "potential.driver.clients", found: "\(driver.clients)",
        wanted: "1: a step of a run needs the forces of the step before")
    }
    return try Topology(
      structure: structure, knownElements: Set(structure.elements).sorted(), source: "the engine",
      replacedMasses_amu: simulation.dynamics.masses_amu, massScaleOfMolecule: simulation.dynamics.massScale)
  }

  /// The engine of the manifest; nil for a potential of this program. It starts with the first forces.
  /// - Parameters:
  ///   - folder: in which clients run.
  ///   - log: a file that gets what they print.
  func engine(_ simulation: SimulationSpecification, folder: String, log: String) -> EngineSession? {
    guard case .driver(let driver) = simulation.potential.form else { return nil }
    var settings = EngineSettings(
      command: driver.start == .perRun ? driver.command : nil, directory: folder, log: log)
    settings.address = driver.address
    settings.timeout_s = driver.timeout_s
    settings.files = driver.files.map(\.path)
    return EngineSession(settings, structure: structure)
  }
}

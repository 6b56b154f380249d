import Analysis
import Crystal
import Dynamics
import Forces
import Foundation
import MPI
import Mathematics
import Model
import Support

/// Harmonic phonons and free energies of a structure at its nearest energy minimum.
///
/// The frequencies are those at Γ of the given cell, that is, those of the primitive cell at the commensurate wave vectors:
/// a larger supercell samples more of them.
package struct Phonons: Codable, Sendable {
  package struct Request: Sendable {
    package var potential: LoadedPotential
    package var temperatures_K: [Double]
    /// Largest force at the minimum, eV/Å.
    package var tolerance_eV_A: Double
    package var displacement_A: Double
    /// Degrees of freedom of the cell in the minimisation; nil keeps it.
    package var cell: CellShape?

    package init(
      potential: LoadedPotential, temperatures_K: [Double], tolerance_eV_A: Double = 1e-4,
      displacement_A: Double = 0.01, cell: CellShape? = nil
    ) {
      self.potential = potential
      self.temperatures_K = temperatures_K
      self.tolerance_eV_A = tolerance_eV_A
      self.displacement_A = displacement_A
      self.cell = cell
    }
  }

  package var formula: String
  package var atoms: Int
  /// Formula units in the cell.
  package var formulaUnits: Int
  package var volume_A3: Double
  /// Potential energy of the minimum, eV per formula unit.
  package var staticEnergy_eV: Double
  /// THz; imaginary ones are negative.
  package var frequencies_THz: [Double]
  /// Number of imaginary modes beyond the three translations. The structure is then not at a minimum, and the free energy
  /// excludes these modes.
  package var imaginary: Int
  /// Per formula unit, without the static energy.
  package var thermal: [VibrationalModes.Thermal]

  enum CodingKeys: String, CodingKey {
    case formula, atoms, imaginary, thermal
    case formulaUnits = "formula_units"
    case volume_A3 = "volume_A3"
    case staticEnergy_eV = "static_energy_eV"
    case frequencies_THz = "frequencies_THz"
  }

  /// - Throws: ``InputError`` for a structure that the potential has no parameters for; ``RunFailure`` where the minimisation
  /// does not converge.
  package init(of structure: Structure, _ request: Request) throws {
    self = try MPISession.run { try Self(of: structure, request, $0) }
  }

  private init(of structure: Structure, _ request: Request, _ communicator: Communicator) throws {
    let simulation: Simulation
    do {
      simulation = try Self.simulation(structure, request, communicator)
      let target = request.cell.map {
        Minimiser.CellTarget(shape: $0, pressure_GPa: 0, tolerance_GPa: 0.01)
      }
      let outcome = try Minimiser(tolerance_eV_A: request.tolerance_eV_A, cell: target).relax(
        simulation, from: nil
      ) { _, _ in true }
      guard outcome.converged else {
        throw RunFailure(
          "the minimisation did not converge: the largest force is \(outcome.progress.largestForce_eV_A) eV/Å after "
            + "\(outcome.progress.steps) steps; wanted \(request.tolerance_eV_A)")
      }
      let modes = try VibrationalModes(
        dynamicalMatrix: FiniteDisplacements(step_A: request.displacement_A).dynamicalMatrix(simulation),
        size: 3 * structure.atomCount)
      let units = structure.moleculeKindCounts.values.reduce(0, greatestCommonDivisor)
      formula = structure.reducedFormula
      atoms = structure.atomCount
      formulaUnits = units
      volume_A3 = simulation.domain.cell.volume
      staticEnergy_eV = outcome.potentialEnergy_eV / Double(units)
      frequencies_THz = modes.frequencies_THz
      imaginary = modes.imaginaryCount
      thermal = request.temperatures_K.map { temperature in
        var one = modes.thermal(at: temperature)
        one.energy_eV /= Double(units)
        one.entropy_kB /= Double(units)
        one.freeEnergy_eV /= Double(units)
        return one
      }
    } catch let error as PotentialError {
      throw InputError(error.description)
    } catch let error as AnalysisError {
      throw RunFailure("\(error)")
    }
  }

  private static func simulation(
    _ structure: Structure, _ request: Request, _ communicator: Communicator
  ) throws -> Simulation {
    try Simulation(
      structure: structure, topology: request.potential.topology(of: structure),
      settings: request.potential.preciseSettings(for: structure), integrator: Integrator(),
      timestep_ps: 0.001, communicator: communicator)
  }
}

extension Phonons {
  /// Writes one frequency a line.
  /// - Throws: ``FileError``.
  package func writeFrequencies(to path: String) throws {
    let lines = ["frequency_THz"] + frequencies_THz.map { String(format: "%.6f", $0) }
    try OutputFile.write(lines.joined(separator: "\n") + "\n", to: path)
  }
}

import Crystal
import Decomposition
import Forces
import MPI
import Mathematics
import Model
import Support
import TrajectoryImport

/// Energy, forces and stress of one configuration.
package struct SinglePoint: Sendable {
  /// eV, of the cell.
  package var energy_eV: Double
  /// eV/Å, in the order of the frame.
  package var forces_eV_A: [Vector3]
  /// ∂E/∂strain over the volume, eV/Å³: tension is positive, as ASE has it.
  package var stress_eV_A3: Tensor3

  package init(energy_eV: Double, forces_eV_A: [Vector3], stress_eV_A3: Tensor3) {
    self.energy_eV = energy_eV
    self.forces_eV_A = forces_eV_A
    self.stress_eV_A3 = stress_eV_A3
  }
}

/// A frame with the ions that its bonds, or its file, make of the atoms.
package struct FrameIons {
  package let structure: Structure
  /// The atom of the frame of each atom of the structure.
  package let order: [Int]

  /// - Throws: `StructureError`.
  package init(_ frame: LabelledFrame, _ rules: IonRules) throws {
    let found = try Structure.assembling(
      cell: frame.cell, elements: frame.symbols, positions: frame.positions, molecules: frame.molecules,
      rules: rules)
    (structure, order) = (found.structure, found.order)
  }

  /// Every atom by itself: for a potential that has no ions.
  package init(apart frame: LabelledFrame) {
    let elements = frame.symbols.map { Element(symbol: $0)?.isIsotope == true ? "H" : $0 }
    structure = Structure(
      cell: frame.cell, elements: elements, positions: frame.positions,
      moleculeOfAtom: Array(elements.indices))
    order = Array(elements.indices)
  }
}

/// Evaluates frames one after the other, on the one rank of this process.
package struct SinglePointEvaluator {
  let potential: LoadedPotential
  let communicator: Communicator

  /// - Parameter communicator: of one rank.
  package init(potential: LoadedPotential, communicator: Communicator) {
    self.potential = potential
    self.communicator = communicator
  }

  /// - Throws: ``InputError`` with file, line and frame, for ions or elements that the potential does not know, and for
  ///   atoms that are too near one another.
  package func evaluate(_ frame: LabelledFrame, _ ions: Result<FrameIons, any Error>) throws -> SinglePoint {
    do {
      guard potential.needsIons else { return try evaluate(FrameIons(apart: frame)) }
      let ions = try ions.get()
      // Dispersion that is not damped makes sense of no such frame.
      try ions.structure.checkOverlaps()
      return try evaluate(ions)
    } catch let error as PotentialError {
      throw frame.refusal(error.description)
    } catch let error as StructureError {
      throw frame.refusal(error.description)
    } catch let error as DecompositionError {
      throw frame.refusal("\(error)")
    }
  }

  private func evaluate(_ ions: FrameIons) throws -> SinglePoint {
    let structure = ions.structure
    let evaluator = try ForceEvaluator(
      cell: structure.cell, topology: try potential.topology(of: structure),
      settings: potential.preciseSettings(for: structure), communicator: communicator)
    evaluator.domain.loadOwnMolecules(of: structure)
    try evaluator.rebuild()
    let result = try evaluator.evaluate(.all)
    let atoms = evaluator.domain.atoms
    var forces = [Vector3](repeating: Vector3(), count: structure.atomCount)
    for i in 0..<atoms.count { forces[ions.order[Int(atoms.id[i])]] = atoms.force[i] }
    let scale = -1 / structure.cell.volume
    let stress = Tensor3(result.virial.elements.map { $0 * scale }[...])
    guard result.potential.isFinite, forces.allSatisfy({ ($0 * $0).sum().isFinite }) else {
      throw PotentialError(
        "the potential gives an energy or a force that is no number: atoms may be too near")
    }
    return SinglePoint(energy_eV: result.potential, forces_eV_A: forces, stress_eV_A3: stress)
  }
}

extension LabelledFrame {
  /// An error of the whole frame.
  package func refusal(_ message: String) -> InputError {
    InputError(place: SourcePlace(file: file, line: line), key: place, message: message)
  }
}

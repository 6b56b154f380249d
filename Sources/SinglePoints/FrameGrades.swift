import Crystal
import Decomposition
import Forces
import MPI
import Model
import NEP
import Support
import TrajectoryImport

/// The extrapolation grades of frames under a NEP model with an active set.
package struct ExtrapolationGrader: Sendable {
  private let model: NEPModel
  private let activeSet: NEPActiveSet

  /// - Parameters:
  ///   - path: of the `.asi` file.
  ///   - potential: a NEP model.
  /// - Throws: ``InputError`` for another potential, and for a file that is no active set of the model.
  package init(path: String, order: ActiveSetOrder, potential: LoadedPotential) throws {
    guard case .nep(let models, _) = potential, models.count == 1, let model = models.first else {
      throw InputError(
        key: "--active-set", found: "a potential that is no single NEP model",
        wanted: "the NEP model of the active set")
    }
    self.model = model
    do {
      activeSet = try NEPActiveSet(path: path, model: model, order: order)
    } catch let error as PotentialError {
      throw InputError(error.description)
    }
  }

  /// γ of each atom, in the order of the frame; above 1 it is outside of what the training set spans.
  /// - Throws: ``InputError`` with file, line and frame.
  func grades(_ frame: LabelledFrame, _ communicator: Communicator) throws -> [Double] {
    do {
      let structure = FrameIons(apart: frame).structure
      let topology = try Topology(structure: structure, nep: model)
      let extrapolation = try NEPExtrapolation(model, activeSet, topology: topology)
      let range_A = model.cutoff_A(of: structure.elements)
      let list = FullNeighbourList(range_A: range_A, topology: topology)
      let domain = try Domain(
        cell: structure.cell, topology: topology, communicator: communicator, listRange_A: range_A, list: list
      )
      domain.loadOwnMolecules(of: structure)
      try domain.rebuild()
      let atoms = domain.atoms
      let found = list.withRows(count: atoms.count) {
        extrapolation.grades($0, positions: atoms.position, types: atoms.type)
      }
      var grades = [Double](repeating: 0, count: structure.atomCount)
      for (index, grade) in (found ?? []).enumerated() { grades[Int(atoms.id[index])] = grade }
      return grades
    } catch let error as PotentialError {
      throw frame.refusal(error.description)
    } catch let error as DecompositionError {
      throw frame.refusal("\(error)")
    }
  }
}

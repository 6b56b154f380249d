import Crystal
import Decomposition
import Forces
import MPI
import Model
import NEP
import Support

/// What frames are described by.
package enum DescriptorBasis: Sendable {
  /// The descriptors of a model.
  case model(NEPModel)
  /// Those of ``NEPModel/generic(elements:)``.
  case generic

  /// The descriptors of an atom.
  package var count: Int { model(of: ["H"]).descriptorCount }

  func model(of elements: [String]) -> NEPModel {
    switch self {
    case .model(let model): model
    case .generic: .generic(elements: elements)
    }
  }
}

/// Computes descriptors of frames, one frame after the other, on the one rank of this process.
final class DescriptorEvaluator {
  private struct Kernel {
    var model: NEPModel
    var descriptors: NEPDescriptors
  }

  private let basis: DescriptorBasis
  private let communicator: Communicator
  /// By the elements of a frame, in the order in which its atoms come.
  private var kernels: [[String]: Kernel] = [:]

  init(_ basis: DescriptorBasis, _ communicator: Communicator) {
    self.basis = basis
    self.communicator = communicator
  }

  /// The descriptors of the atoms of a frame by element, `[atom][descriptor]`.
  /// - Parameter source: for messages.
  /// - Throws: ``InputError`` with file, line and frame, for an element that the model does not know, and for atoms that are on
  ///   one another.
  func descriptors(of frame: SourceFrame, source: String) throws -> [String: [Double]] {
    let found: [String: [Double]]
    do {
      found = try evaluate(frame)
    } catch let error as PotentialError {
      throw frame.refusal(source, error.description)
    } catch let error as DecompositionError {
      throw frame.refusal(source, "\(error)")
    }
    for (element, values) in found where !values.allSatisfy(\.isFinite) {
      throw frame.refusal(
        source, "a descriptor of \(element) is no number: atoms may be on one another")
    }
    return found
  }

  private func evaluate(_ frame: SourceFrame) throws -> [String: [Double]] {
    let elements = frame.symbols.map { Element(symbol: $0)?.chemicalSymbol ?? $0 }
    let structure = Structure(
      cell: frame.cell, elements: elements, positions: frame.positions,
      moleculeOfAtom: Array(elements.indices))
    let model = basis.model(of: Set(elements).sorted())
    let topology = try Topology(structure: structure, nep: model)
    let species = topology.species
    let kernel =
      try kernels[species] ?? Kernel(model: model, descriptors: NEPDescriptors(model, species: species))
    kernels[species] = kernel
    let range_A = model.cutoff_A(of: species)
    let list = FullNeighbourList(range_A: range_A, topology: topology)
    let domain = try Domain(
      cell: structure.cell, topology: topology, communicator: communicator, listRange_A: range_A, list: list)
    domain.loadOwnMolecules(of: structure)
    try domain.rebuild()
    let atoms = domain.atoms
    var values = [[Double]](repeating: [], count: species.count)
    list.withRows(count: atoms.count) { rows in
      var atom = 0
      kernel.descriptors.forEachAtom(
        rows, positions: atoms.position, types: atoms.type, speciesOfType: topology.speciesOfType
      ) {
        values[Int(topology.speciesOfType[Int(atoms.type[atom])])].append(contentsOf: $0)
        atom += 1
      }
    }
    return Dictionary(uniqueKeysWithValues: zip(species, values))
  }
}

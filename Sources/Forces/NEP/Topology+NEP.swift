import Crystal
import Model
import NEP

extension Topology {
  /// The topology of a structure under a NEP model, which has no list of bonds.
  /// - Throws: `PotentialError` for an element that the model does not know, or a name that the structure does not
  ///   hold.
  package init(
    structure: Structure, nep model: NEPModel, replacedMasses_amu: AtomMasses = [:],
    massScaleOfMolecule: [String: Double] = [:]
  ) throws {
    try self.init(
      structure: structure, knownElements: model.elements, source: model.source,
      replacedMasses_amu: replacedMasses_amu, massScaleOfMolecule: massScaleOfMolecule)
  }
}

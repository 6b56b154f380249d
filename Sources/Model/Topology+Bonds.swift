import Crystal
import Mathematics

extension Topology {
  /// The topology of a structure under a potential without bonded terms: molecules are those of the
  /// structure, found by their bonds, and only the forces of the potential hold them together. Each element
  /// has a separate type in each kind of molecule, for its mass.
  /// - Parameters:
  ///   - replacedMasses_amu: masses that replace the natural ones, for isotopes.
  ///   - massScaleOfMolecule: factors on all masses of a kind of molecule ("B12H12") or of an element ("H").
  /// - Throws: `PotentialError` for an element that the potential does not include, or a name that is not in
  ///   the structure.
  package init(
    structure: Structure, knownElements: [String], source: String, replacedMasses_amu: AtomMasses = [:],
    massScaleOfMolecule: [String: Double] = [:]
  ) throws {
    var builder = TopologyBuilder(atomCount: structure.atomCount)
    for (range, kind) in zip(structure.moleculeRanges, structure.moleculeKinds) {
      let types = range.map { atom in
        let element = structure.elements[atom]
        return kind.name == element ? element : "\(element) of \(kind.name)"
      }
      let positions = Array(structure.positions[range])
      builder.add(kind: kind.name, atoms: range, types: types, positions: positions) {
        MoleculeTemplate(
          kind: kind.name, types: types, elements: structure.elements[range], positions: positions,
          rules: structure.ions.rules)
      }
    }
    var elements = [String](repeating: "", count: builder.typeNames.count)
    for (atom, type) in builder.typeOfAtom.enumerated() { elements[Int(type)] = structure.elements[atom] }
    let natural = try elements.map { symbol in
      guard knownElements.contains(symbol), let element = Element(symbol: symbol) else {
        throw PotentialError(
          "\(source) knows no \(symbol), which the structure holds; it knows "
            + knownElements.joined(separator: ", "))
      }
      return element.mass_amu
    }
    self.init(
      builder, elements: elements, charges_e: elements.map { _ in 0 },
      masses_amu: try builder.masses(
        natural, elements: elements, replacedMasses_amu: replacedMasses_amu, massScale: massScaleOfMolecule),
      restGeometries: builder.firstPositions, pairs: [], estimatedPairs: [])
  }
}

import Crystal
import Mathematics

extension Topology {
  /// The topology of a structure under a NEP model: molecules are those of the structure, found by their bonds, and
  /// nothing but the forces of the model holds them together. Each element has a type of its own in each kind of
  /// molecule, for its mass.
  /// - Parameters:
  ///   - massOfElement_amu: masses that replace the natural ones, for isotopes.
  ///   - massScaleOfMolecule: factors on all masses of a kind of molecule ("B12H12") or of an element ("H").
  /// - Throws: `PotentialError` for an element that the model does not know, or a name that the structure does not
  ///   hold.
  package init(
    structure: Structure, knownElements: [String], source: String, massOfElement_amu: [String: Double] = [:],
    massScaleOfMolecule: [String: Double] = [:]
  ) throws {
    var names: [String] = []
    var elements: [String] = []
    var masses: [Double] = []
    var typeIndex: [String: Int32] = [:]
    var types = [Int32](repeating: 0, count: structure.atomCount)
    var templates: [MoleculeTemplate] = []
    var starts: [[Vector3]] = []
    var templateOfMolecule: [Int32] = []
    var first: [Int32] = []
    var held: Set<String> = []
    for (range, kind) in zip(structure.moleculeRanges, structure.moleculeKinds) {
      held.insert(kind.name)
      let typeNames = range.map { atom in
        let element = structure.elements[atom]
        return kind.name == element ? element : "\(element) of \(kind.name)"
      }
      for (atom, name) in zip(range, typeNames) {
        if typeIndex[name] == nil {
          let symbol = structure.elements[atom]
          guard knownElements.contains(symbol), let element = Element(symbol: symbol) else {
            throw PotentialError(
              "\(source) knows no \(symbol), which the structure holds; it knows "
                + knownElements.joined(separator: ", "))
          }
          let ofElement = kind.name == symbol ? 1 : massScaleOfMolecule[symbol] ?? 1
          typeIndex[name] = Int32(names.count)
          names.append(name)
          elements.append(symbol)
          masses.append(
            (massOfElement_amu[symbol] ?? element.mass_amu) * (massScaleOfMolecule[kind.name] ?? 1)
              * ofElement)
        }
        types[atom] = typeIndex[name] ?? 0
      }
      first.append(Int32(range.lowerBound))
      let positions = Array(structure.positions[range])
      if let known = templates.firstIndex(where: { $0.kind == kind.name && $0.fits(typeNames, positions) }) {
        templateOfMolecule.append(Int32(known))
      } else {
        templateOfMolecule.append(Int32(templates.count))
        templates.append(
          MoleculeTemplate(
            kind: kind.name, types: typeNames, elements: structure.elements[range], positions: positions))
        starts.append(positions)
      }
    }
    first.append(Int32(structure.atomCount))
    held.formUnion(elements)
    for name in massScaleOfMolecule.keys where !held.contains(name) {
      throw PotentialError(
        "mass-scale names '\(name)', which the structure does not hold; it holds "
          + held.sorted().joined(separator: ", "))
    }
    typeNames = names
    charges_e = names.map { _ in 0 }
    masses_amu = masses
    self.elements = elements
    (species, speciesOfType) = Self.species(elements)
    typeOfAtom = types
    firstAtomOfMolecule = first
    self.templateOfMolecule = templateOfMolecule
    self.templates = templates
    restGeometries = starts
    pairs = []
    estimatedPairs = []
  }
}

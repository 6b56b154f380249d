import Crystal
import Mathematics

/// Collects the types and templates of a structure, molecule by molecule, for all potentials.
struct TopologyBuilder {
  /// In the order of their first atom.
  private(set) var typeNames: [String] = []
  private(set) var typeOfAtom: [Int32]
  private(set) var firstAtomOfMolecule: [Int32] = []
  private(set) var templateOfMolecule: [Int32] = []
  private(set) var templates: [MoleculeTemplate] = []
  /// Positions of the first molecule of each template, Å.
  private(set) var firstPositions: [[Vector3]] = []
  private var typeIndex: [String: Int32] = [:]
  private var templateIndex: [MoleculeTemplate: Int32] = [:]
  /// The kind of molecule that each type occurs in.
  private var kindOfType: [String: String] = [:]

  init(atomCount: Int) { typeOfAtom = [Int32](repeating: 0, count: atomCount) }

  /// Adds the next molecule.
  /// - Parameters:
  ///   - atoms: ids.
  ///   - types: names, one for each atom.
  ///   - makeTemplate: called if no known template fits.
  mutating func add(
    kind: String, atoms: Range<Int>, types: [String], positions: [Vector3],
    makeTemplate: () throws -> MoleculeTemplate
  ) rethrows {
    for (atom, name) in zip(atoms, types) {
      kindOfType[name] = kind
      typeOfAtom[atom] = index(ofType: name)
    }
    firstAtomOfMolecule.append(Int32(atoms.lowerBound))
    if let known = templates.firstIndex(where: { $0.kind == kind && $0.fits(types, positions) }) {
      templateOfMolecule.append(Int32(known))
    } else {
      templateOfMolecule.append(index(of: try makeTemplate(), positions))
    }
  }

  private mutating func index(ofType name: String) -> Int32 {
    if let known = typeIndex[name] { return known }
    let index = Int32(typeNames.count)
    typeIndex[name] = index
    typeNames.append(name)
    return index
  }

  private mutating func index(of template: MoleculeTemplate, _ positions: [Vector3]) -> Int32 {
    if let known = templateIndex[template] { return known }
    let index = Int32(templates.count)
    templateIndex[template] = index
    templates.append(template)
    firstPositions.append(positions)
    return index
  }

  /// The mass of each type, amu.
  /// - Parameters:
  ///   - natural: of each type, without the changes below.
  ///   - elements: of each type.
  ///   - replacedMasses_amu: masses that replace the natural ones, for isotopes.
  ///   - massScale: factors on all masses of a kind of molecule ("B12H12") or of an element ("H").
  /// - Throws: `PotentialError` for a factor on a name that is not in the structure.
  func masses(
    _ natural: [Double], elements: [String], replacedMasses_amu: AtomMasses, massScale: [String: Double]
  ) throws -> [Double] {
    let known = Set(kindOfType.values).union(elements)
    for name in massScale.keys where !known.contains(name) {
      throw PotentialError(
        "mass-scale names '\(name)', which the structure does not hold; it holds "
          + known.sorted().joined(separator: ", "))
    }
    return typeNames.indices.map { type in
      let (element, kind) = (elements[type], kindOfType[typeNames[type]] ?? "")
      // A monatomic ion's kind has the name of its element: one factor, not two.
      let ofElement = kind == element ? 1 : massScale[element] ?? 1
      return (replacedMasses_amu[element, in: kind] ?? natural[type]) * (massScale[kind] ?? 1) * ofElement
    }
  }
}

import Crystal
import Mathematics

/// A structure under a potential: types, charges and masses of the atoms, and the terms of each molecule. The
/// same on every rank.
package struct Topology: Sendable {
  /// The atom types of the structure, in the order of their first atom.
  package let typeNames: [String]
  /// e, amu; one for each type.
  package let charges_e: [Double]
  package let masses_amu: [Double]
  package let elements: [String]
  /// The species (element) of each type, as an index of `species`.
  package let speciesOfType: [Int32]
  /// The elements of the structure.
  package let species: [String]
  /// Type of each atom by id.
  package let typeOfAtom: [Int32]
  /// First atom of each molecule by molecule id, and the end of the last.
  package let firstAtomOfMolecule: [Int32]
  /// Template of each molecule by molecule id.
  package let templateOfMolecule: [Int32]
  package let templates: [MoleculeTemplate]
  /// Rest geometry of an isolated molecule of each template, Å.
  package let restGeometries: [[Vector3]]
  /// Born–Mayer parameters of each pair of types, row by row: `pairs[i * typeNames.count + j]`.
  package let pairs: [PairParameters]
  /// Pairs of types whose parameters were estimated, not fitted ("Bc-N").
  package let estimatedPairs: [String]

  package var atomCount: Int { typeOfAtom.count }
  package var moleculeCount: Int { templateOfMolecule.count }

  /// Finds the types and terms of each molecule under a classical potential.
  /// - Parameters:
  ///   - replacedMasses_amu: masses that replace the potential's, for isotopes.
  ///   - massScaleOfMolecule: factors on all masses of a kind of molecule ("B12H12") or of an element ("H").
  ///   - bondsCanBreak: for a potential that is added to the force field, or that it is the reference of.
  /// - Throws: `PotentialError` for a molecule or pair that the potential does not include, or a net charge
  ///   that is not zero.
  package init(
    structure: Structure, forceField: ForceFieldFile, replacedMasses_amu: AtomMasses = [:],
    massScaleOfMolecule: [String: Double] = [:], bondsCanBreak: Bool = false
  ) throws {
    var builder = TopologyBuilder(atomCount: structure.atomCount)
    for range in structure.moleculeRanges {
      let kind = try forceField.molecule(of: structure.elements[range])
      guard let molecule = forceField.molecules[kind] else { continue }
      let types = range.map { molecule.types[structure.elements[$0]] ?? "" }
      let positions = Array(structure.positions[range])
      try builder.add(kind: kind, atoms: range, types: types, positions: positions) {
        let links =
          bondsCanBreak
          ? MoleculeTemplate.links(structure.elements[range], positions, structure.ions.rules) : []
        return try MoleculeTemplate(
          kind: kind, types: types, positions: positions, forceField: forceField, links: links)
      }
    }
    let types = builder.typeNames.compactMap { forceField.types[$0] }
    let charges_e = types.map(\.charge_e)
    let elements = types.map(\.element)
    let bonded = BondedTerms(templates: builder.templates)
    let (pairs, estimated) = try forceField.pairTable(builder.typeNames)
    self.init(
      builder, elements: elements, charges_e: charges_e,
      masses_amu: try builder.masses(
        types.map(\.mass_amu), elements: elements, replacedMasses_amu: replacedMasses_amu,
        massScale: massScaleOfMolecule),
      restGeometries: builder.firstPositions.enumerated().map {
        bonded.restGeometry(template: $0, start: $1)
      }, pairs: pairs, estimatedPairs: estimated)
    let netCharge = typeOfAtom.reduce(0) { $0 + charges_e[Int($1)] }
    // Charges in parameter files are rounded: a net charge below 1e-6 e plus 1e-7 e per atom counts as 0.
    guard abs(netCharge) < 1e-6 + 1e-7 * Double(atomCount) else {
      throw PotentialError(
        "the structure's charge is \((netCharge * 1e6).rounded() / 1e6) e with \(forceField.name); wanted 0: check its composition"
      )
    }
  }

  /// - Parameters:
  ///   - elements, charges_e, masses_amu: of each type.
  ///   - restGeometries: of each template, Å.
  init(
    _ builder: TopologyBuilder, elements: [String], charges_e: [Double], masses_amu: [Double],
    restGeometries: [[Vector3]], pairs: [PairParameters], estimatedPairs: [String]
  ) {
    typeNames = builder.typeNames
    self.charges_e = charges_e
    self.masses_amu = masses_amu
    self.elements = elements
    (species, speciesOfType) = Self.species(elements)
    typeOfAtom = builder.typeOfAtom
    firstAtomOfMolecule = builder.firstAtomOfMolecule + [Int32(builder.typeOfAtom.count)]
    templateOfMolecule = builder.templateOfMolecule
    templates = builder.templates
    self.restGeometries = restGeometries
    self.pairs = pairs
    self.estimatedPairs = estimatedPairs
  }

  /// The elements of the types, and the index of each type's element among them.
  private static func species(_ elements: [String]) -> ([String], [Int32]) {
    var species: [String] = []
    let numbers = elements.map { element in
      if let known = species.firstIndex(of: element) { return Int32(known) }
      species.append(element)
      return Int32(species.count - 1)
    }
    return (species, numbers)
  }
}

extension ForceFieldFile {
  /// The name of the molecule with these elements.
  package func molecule(of elements: ArraySlice<String>) throws -> String {
    let counts = elements.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    guard let found = molecules.first(where: { $0.value.elements == counts }) else {
      throw PotentialError(
        "\(name) has no molecule \(MoleculeKind(elements: elements).name) (atom id \(elements.startIndex)); it has "
          + molecules.keys.sorted().joined(separator: ", "))
    }
    return found.key
  }

  fileprivate func pairTable(_ names: [String]) throws -> ([PairParameters], [String]) {
    var table: [PairParameters] = []
    var estimated: [String] = []
    for (i, first) in names.enumerated() {
      for (j, second) in names.enumerated() {
        guard let pair = pairs.first(where: { $0.types == [first, second] || $0.types == [second, first] })
        else { throw PotentialError("\(name) has no pair \(first)-\(second), which the structure needs") }
        table.append(PairParameters(A_eV: pair.A_eV, rho_A: pair.rho_A, C_eVA6: pair.C_eVA6))
        if i <= j && pair.origin.hasPrefix("estimated") { estimated.append("\(first)-\(second)") }
      }
    }
    return (table, estimated)
  }
}

import Crystal
import Mathematics

/// What the engine must know of a structure under a potential: types, charges, masses, and which terms
/// each molecule carries. The same on every rank.
package struct Topology: Sendable {
  /// The atom types that occur, in the order of their first atom.
  package let typeNames: [String]
  /// e, amu; one for each type.
  package let charges_e: [Double]
  package let masses_amu: [Double]
  package let elements: [String]
  /// Types of one element are one species: its number for each type, and the element of each.
  package let speciesOfType: [Int32]
  package let species: [String]
  /// Type of each atom by id.
  package let typeOfAtom: [Int32]
  /// First atom of each molecule by molecule id, and the end of the last.
  package let firstAtomOfMolecule: [Int32]
  /// Template of each molecule by molecule id.
  package let templateOfMolecule: [Int32]
  package let templates: [MoleculeTemplate]
  /// Geometry of a lone molecule of each template at rest, Å.
  package let restGeometries: [[Vector3]]
  /// Born–Mayer parameters of each pair of types, row by row: `pairs[i * typeNames.count + j]`.
  package let pairs: [PairParameters]
  /// Pairs of types whose parameters were estimated, not fitted ("Bc-N").
  package let estimatedPairs: [String]

  package var atomCount: Int { typeOfAtom.count }
  package var moleculeCount: Int { templateOfMolecule.count }

  /// Finds the types and terms of each molecule.
  /// - Parameters:
  ///   - massOfElement_amu: masses that replace the potential's, for isotopes.
  ///   - massScaleOfMolecule: factors on all masses of a kind of molecule ("B12H12") or of an element ("H").
  /// - Throws: `PotentialError` for a molecule or pair that the potential does not know, or a charge that
  ///   does not sum to zero.
  package init(
    structure: Structure, forceField: ForceFieldFile, massOfElement_amu: [String: Double] = [:],
    massScaleOfMolecule: [String: Double] = [:]
  ) throws {
    var typeIndex: [String: Int32] = [:]
    var names: [String] = []
    var types = [Int32](repeating: 0, count: structure.atomCount)
    var templates: [MoleculeTemplate] = []
    var starts: [[Vector3]] = []
    var templateIndex: [MoleculeTemplate: Int32] = [:]
    var templateOfMolecule: [Int32] = []
    var first: [Int32] = []
    var moleculeOfType: [String: String] = [:]

    for range in structure.moleculeRanges {
      let kind = try forceField.molecule(of: structure.elements[range])
      guard let molecule = forceField.molecules[kind] else { continue }
      let typeNames = range.map { molecule.types[structure.elements[$0]] ?? "" }
      for (atom, name) in zip(range, typeNames) {
        moleculeOfType[name] = kind
        if let known = typeIndex[name] {
          types[atom] = known
        } else {
          types[atom] = Int32(names.count)
          typeIndex[name] = types[atom]
          names.append(name)
        }
      }
      let positions = Array(structure.positions[range])
      if let known = templates.firstIndex(where: { $0.kind == kind && $0.fits(typeNames, positions) }) {
        templateOfMolecule.append(Int32(known))
        first.append(Int32(range.lowerBound))
        continue
      }
      let template = try MoleculeTemplate(
        kind: kind, types: typeNames, positions: positions, forceField: forceField)
      if let known = templateIndex[template] {
        templateOfMolecule.append(known)
      } else {
        let index = Int32(templates.count)
        templates.append(template)
        starts.append(positions)
        templateIndex[template] = index
        templateOfMolecule.append(index)
      }
      first.append(Int32(range.lowerBound))
    }
    first.append(Int32(structure.atomCount))

    let known = Set(moleculeOfType.values).union(names.compactMap { forceField.types[$0]?.element })
    for name in massScaleOfMolecule.keys where !known.contains(name) {
      throw PotentialError(
        "mass-scale names '\(name)', which the structure does not hold; it holds "
          + known.sorted().joined(separator: ", "))
    }
    typeNames = names
    let atomTypes = names.compactMap { forceField.types[$0] }
    charges_e = atomTypes.map(\.charge_e)
    elements = atomTypes.map(\.element)
    (species, speciesOfType) = Self.species(elements)
    masses_amu = zip(names, atomTypes).map { name, type in
      let molecule = moleculeOfType[name] ?? ""
      // A lone ion has one name for both.
      let ofElement = molecule == type.element ? 1 : massScaleOfMolecule[type.element] ?? 1
      return (massOfElement_amu[type.element] ?? type.mass_amu) * (massScaleOfMolecule[molecule] ?? 1)
        * ofElement
    }
    typeOfAtom = types
    firstAtomOfMolecule = first
    self.templateOfMolecule = templateOfMolecule
    self.templates = templates
    let bonded = BondedTerms(templates: templates)
    restGeometries = starts.enumerated().map { bonded.restGeometry(template: $0, start: $1) }
    (pairs, estimatedPairs) = try forceField.pairTable(names)
    let netCharge = types.reduce(0) { $0 + charges_e[Int($1)] }
    // The charges of a parameter file are rounded: a billionth for each atom is no net charge.
    guard abs(netCharge) < 1e-6 + 1e-7 * Double(types.count) else {
      throw PotentialError(
        "the structure's charge is \((netCharge * 1e6).rounded() / 1e6) e with \(forceField.name); wanted 0: check its composition"
      )
    }
  }
}

extension Topology {
  /// The elements that occur, and which of them each type is.
  static func species(_ elements: [String]) -> ([String], [Int32]) {
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
  /// The name of the molecule that these elements make.
  package func molecule(of elements: ArraySlice<String>) throws -> String {
    let counts = elements.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    guard let found = molecules.first(where: { $0.value.elements == counts }) else {
      let formula = counts.keys.sorted().map { counts[$0] == 1 ? $0 : "\($0)\(counts[$0] ?? 0)" }.joined()
      throw PotentialError(
        "\(name) has no molecule \(formula) (atom id \(elements.startIndex)); it has "
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

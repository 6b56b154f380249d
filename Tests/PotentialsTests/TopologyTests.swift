import Crystal
import Foundation
import Mathematics
import Model
import Testing

struct TopologyTests {
  private let forceField: ForceFieldFile
  private let structure: Structure

  init() throws {
    forceField = try .load(ForceFieldFile.builtInName)
    structure = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 1)
  }

  /// An icosahedron has 30 edges, 30 second neighbours, 6 diameters; each B carries one H.
  @Test func icosahedronIsRecognised() throws {
    let topology = try Topology(structure: structure, forceField: forceField)
    let anion = try #require(topology.templates.first { $0.atomCount == 24 })
    var edges = [Int](repeating: 0, count: 24)
    for bond in anion.bonds {
      edges[Int(bond.i)] += 1
      edges[Int(bond.j)] += 1
      #expect(bond.i != bond.j)
    }
    let hydrogens = zip(anion.types, edges).filter { $0.0 == "Hc" }.map(\.1)
    let borons = zip(anion.types, edges).filter { $0.0 == "Bc" }.map(\.1)
    #expect(hydrogens.count == 12 && Set(hydrogens).count == 1)
    #expect(borons.count == 12 && Set(borons).count == 1)
    #expect(Set(anion.bonds.map { [min($0.i, $0.j), max($0.i, $0.j)] }).count == anion.bonds.count)
    #expect(Set(anion.angles.map { [min($0.i, $0.k), $0.j, max($0.i, $0.k)] }).count == anion.angles.count)
  }

  /// Terms are found by distances, whatever the order of the atoms; the same bonds come out.
  @Test func orderOfAtomsDoesNotMatter() throws {
    let range = try #require(structure.moleculeRanges.first { $0.count == 24 })
    var random = SplitMix64(seed: 4)
    let order = Array(range).shuffled(using: &random)
    var other = structure
    for (new, old) in zip(range, order) {
      other.elements[new] = structure.elements[old]
      other.positions[new] = structure.positions[old]
    }
    func lengths(_ s: Structure) throws -> [String] {
      let topology = try Topology(structure: s, forceField: forceField)
      let molecule = s.moleculeOfAtom[range.lowerBound]
      let template = topology.templates[Int(topology.templateOfMolecule[molecule])]
      return template.bonds.map { bond in
        let d = s.positions[range.lowerBound + Int(bond.i)] - s.positions[range.lowerBound + Int(bond.j)]
        return "\(bond.r0_A) \((length(d) * 1e6).rounded())"
      }.sorted()
    }
    #expect(try lengths(other) == lengths(structure))
  }

  @Test func massesCanBeScaledAndReplaced() throws {
    let plain = try Topology(structure: structure, forceField: forceField)
    let heavy = try Topology(
      structure: structure, forceField: forceField, replacedMasses_amu: ["H": 2.014],
      massScaleOfMolecule: ["B12H12": 4])
    for (name, masses) in zip(plain.typeNames, zip(plain.masses_amu, heavy.masses_amu)) {
      switch name {
      case "Hc": #expect(abs(masses.1 - 4 * 2.014) < 1e-12)
      case "Bc": #expect(abs(masses.1 - 4 * masses.0) < 1e-12)
      default: #expect(masses.1 == masses.0)
      }
    }
  }

  @Test func unknownMoleculeNamesWhatThereIs() throws {
    let strange = Structure(
      cell: Cell(cubic: 20), elements: ["Na", "U"], positions: [[0, 0, 0], [5, 0, 0]], moleculeOfAtom: [0, 1])
    expectMessage("no molecule U", "atom id 1", "B12H12") {
      try Topology(structure: strange, forceField: forceField)
    }
  }

  @Test func netChargeIsRefused() throws {
    var charged = structure
    charged.elements.removeLast()
    charged.positions.removeLast()
    charged.moleculeOfAtom.removeLast()
    expectMessage("charge is -0.737", "wanted 0") { try Topology(structure: charged, forceField: forceField) }
  }

  @Test func massScaleOfAbsentMoleculeIsRefused() {
    expectMessage("'BH4'", "B12H12, H, Na") {
      try Topology(structure: structure, forceField: forceField, massScaleOfMolecule: ["BH4": 2])
    }
  }

  @Test func missingPairIsNamed() {
    var file = forceField
    file.pairs.removeAll { $0.types.sorted() == ["Bc", "Na"] }
    expectMessage("no pair", "Na", "Bc") { try Topology(structure: structure, forceField: file) }
  }

  @Test func crushedMoleculeIsRefused() throws {
    var crushed = structure
    let range = try #require(structure.moleculeRanges.first { $0.count == 24 })
    for (n, atom) in range.enumerated() { crushed.positions[atom] = [Double(n), 0.1 * Double(n * n % 7), 0] }
    expectMessage("too distorted") { try Topology(structure: crushed, forceField: forceField) }
  }

  private func expectMessage<T>(_ words: String..., of body: () throws -> T) {
    let error = #expect(throws: PotentialError.self) { _ = try body() }
    for word in words { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
  }
}

import Crystal
import Mathematics
import Testing

@Suite struct MoleculeTests {
  @Test func kindsAreNamedByComposition() {
    #expect(MoleculeKind(elements: ["H", "N", "H"]).name == "NH2")
    #expect(MoleculeKind(elements: Array(repeating: "H", count: 4) + ["B"]).name == "BH4")
    #expect(MoleculeKind(elements: Array(repeating: "B", count: 11) + ["H", "C"]).name == "CB11H")
    #expect(MoleculeKind(elements: ["Na"]).formalCharge == 1)
    #expect(MoleculeKind(elements: ["Xe"]).formalCharge == nil)
  }

  /// Atoms wrapped one by one and shuffled are reassembled into the same molecules.
  @Test func findsMoleculesOfWrappedShuffledAtoms() throws {
    let s = try buildStructure(
      named: "na2b12h12-bcc", supercell: SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 1]]), seed: 9)
    var random = SplitMix64(seed: 11)
    var shuffled = Array(0..<s.atomCount)
    for i in shuffled.indices { shuffled.swapAt(i, i + random.next(below: shuffled.count - i)) }
    let positions = shuffled.map { i in
      let f = s.cell.fractional(s.positions[i])
      return s.cell.cartesian(f - f.rounded(.down))
    }
    let found = try Structure.assembling(
      cell: s.cell, elements: shuffled.map { s.elements[$0] }, positions: positions)
    #expect(found.structure.moleculeKindCounts == s.moleculeKindCounts)
    #expect(found.order.sorted() == Array(0..<s.atomCount))
    #expect(!found.keptOrder)
    for (new, old) in found.order.enumerated() {
      let r = s.positions[shuffled[old]]
      #expect(samePoint(found.structure.positions[new], r, in: s.cell, tolerance: 1e-9))
    }
    for range in found.structure.moleculeRanges where range.count == 24 {
      let origin = found.structure.moleculeOfAtom[range.lowerBound]
      // Whole molecules: nothing is farther from the centre than the hydrogens' 2.9 Å.
      let centre = found.structure.moleculeCentres[origin]
      for i in range { #expect(length(found.structure.positions[i] - centre) < 2.95) }
      for k in 0..<12 {
        let (b, h) = (range.lowerBound + k, range.lowerBound + 12 + k)
        #expect(found.structure.elements[b] == "B" && found.structure.elements[h] == "H")
        #expect(abs(length(found.structure.positions[b] - found.structure.positions[h]) - 1.2) < 1e-6)
      }
    }
  }

  @Test func molIdAloneDecidesWhereItIsGiven() throws {
    // Two BH touching: without labels one molecule, with labels two.
    let elements = ["B", "B", "H", "H"]
    let positions: [Vector3] = [[0, 0, 0], [2, 0, 0], [-1.2, 0, 0], [3.2, 0, 0]]
    let cell = Cell(cubic: 12)
    let bonded = try Structure.assembling(cell: cell, elements: elements, positions: positions)
    #expect(bonded.structure.moleculeCount == 1)
    let labelled = try Structure.assembling(
      cell: cell, elements: elements, positions: positions, molecules: [7, 3, 7, 3])
    #expect(labelled.structure.moleculeOfAtom == [0, 0, 1, 1])
    #expect(labelled.order == [0, 2, 1, 3])
    // Told to be one molecule, though nothing is bonded: unwrapped by the shortest distances.
    let told = try Structure.assembling(
      cell: cell, elements: elements, positions: positions, molecules: [7, 3, 7, 7])
    #expect(told.structure.moleculeOfAtom == [0, 0, 0, 1])
    #expect(told.order == [0, 2, 3, 1])
  }

  /// A lattice of boron is no molecule.
  @Test func endlessNetsAreSingleAtoms() throws {
    let found = try Structure.assembling(
      cell: Cell(cubic: 1.8), elements: ["B"], positions: [[0, 0, 0]]
    ).structure
    #expect(found.moleculeCount == 1)
    #expect(found.ions.notes.count == 1)
  }

  @Test func icosahedronHasItsThreeShells() throws {
    var s = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 1)
    var random = SplitMix64(seed: 3)
    // Thermal disorder: 0.1 Å either way mixes no shells (1.78, 2.88, 3.39 Å).
    for i in 0..<s.atomCount {
      for k in 0..<3 { s.positions[i][k] += Double(random.next(below: 2001) - 1000) * 1e-4 }
    }
    for range in s.moleculeRanges where range.count == 24 {
      let shape = try s.icosahedron(ofMolecule: range)
      #expect(shape.nearest.count == 30 && shape.second.count == 30 && shape.antipodal.count == 6)
      for pair in shape.antipodal {
        let d = length(s.positions[range.lowerBound + pair.x] - s.positions[range.lowerBound + pair.y])
        #expect(abs(d - 3.386) < 0.3)
      }
      let bonded = s.bondedNeighbours(inMolecule: range)
      #expect(bonded[..<12].allSatisfy { $0.count == 6 })
      #expect(bonded[12...].allSatisfy { $0.count == 1 })
    }
    let cation = try #require(s.moleculeRanges.last)
    #expect(throws: StructureError.self) { try s.icosahedron(ofMolecule: cation) }
    s.positions[0] = s.positions[1] + [0.3, 0, 0]
    #expect(throws: StructureError.self) { try s.icosahedron(ofMolecule: s.moleculeRanges[0]) }
  }
}

import Crystal
import Mathematics
import Testing

@Suite struct ContactTests {
  /// A B12H12 is wider (5.8 Å) than half of this cell, and the search radius wider than all of it.
  @Test(arguments: [2.4, 5.0, 8.5])
  func agreesWithBruteForce(radius: Double) throws {
    let full = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 4)
    // Strained, and shifted out of the cell: the search must not depend on the position of molecules.
    let m = [Vector3(1.02, 0.03, 0), Vector3(-0.1, 0.97, 0.05), Vector3(0.02, 0, 1.01)]
    func strain(_ r: Vector3) -> Vector3 { [dot(m[0], r), dot(m[1], r), dot(m[2], r)] }
    var s = full
    s.cell = Cell(a: strain(full.cell.a), b: strain(full.cell.b), c: strain(full.cell.c))
    s.positions = full.positions.map { strain($0) + Vector3(31, -17, 5) }
    let found = try s.contacts(within: radius).map(\.distance_A)
    let expected = bruteForceDistances(s, within: radius)
    #expect(found.count == expected.count)
    for (f, e) in zip(found, expected) { #expect(abs(f - e) < 1e-9) }
  }

  @Test func overlapNamesTheAtoms() throws {
    var s = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 4)
    try s.checkOverlaps()
    let sodium = try #require(s.elements.firstIndex(of: "Na"))
    s.positions[sodium] = s.positions[15] + [0, 0.5, 0] + s.cell.a
    let error = #expect(throws: StructureError.self) { try s.checkOverlaps() }
    let text = error?.description ?? ""
    #expect(text.contains("H (atom 15)") && text.contains("Na (atom \(sodium))") && text.contains("0.5 Å"))
  }

  @Test func boronHasItsOwnLimit() throws {
    let cell = Cell(cubic: 12)
    func pair(_ element: String, _ d: Double) -> Structure {
      Structure(
        cell: cell, elements: [element, element], positions: [[0.1, 0, 0], [0.1 - d, 0, 0]],
        moleculeOfAtom: [0, 1])
    }
    #expect(throws: StructureError.self) { try pair("B", 2.29).checkOverlaps() }
    try pair("B", 2.31).checkOverlaps()
    try pair("Na", 0.81).checkOverlaps()
    #expect(throws: StructureError.self) { try pair("Na", 0.79).checkOverlaps() }
  }

  /// A molecule meets its own image in a cell that is too small for it.
  @Test func ownImageCounts() throws {
    let whole = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 4)
    var s = whole
    let range = s.moleculeRanges[0]
    s.elements = Array(s.elements[range])
    s.positions = Array(s.positions[range])
    s.moleculeOfAtom = Array(repeating: 0, count: range.count)
    s.cell = Cell(cubic: 5.5)
    #expect(throws: StructureError.self) { try s.checkOverlaps() }
    s.cell = Cell(cubic: 8.5)
    try s.checkOverlaps()
  }

  @Test func atomsGivenTwiceAreFound() {
    let s = Structure(
      cell: Cell(cubic: 9), elements: ["B", "H", "H"],
      positions: [[0, 0, 0], [1.2, 0, 0], [1.2, 0.01, 0]],
      moleculeOfAtom: [0, 0, 0])
    #expect(throws: StructureError.self) { try s.checkOverlaps() }
  }

  @Test func refusesPositionsThatAreNoNumbers() {
    for bad in [Double.nan, .infinity, 1e300] {
      let s = Structure(
        cell: Cell(cubic: 9), elements: ["Na", "Na"], positions: [[0, 0, 0], [bad, 0, 0]],
        moleculeOfAtom: [0, 1])
      #expect(throws: StructureError.notFinite(atom: 1)) { try s.checkOverlaps() }
    }
  }
}

/// Atoms on one another are refused in a time that grows with their number alone.
@Suite struct CrowdedCellTests {
  private let cell = Cell(cubic: 20)

  private func salt(_ volume: Double) throws -> Structure {
    try buildStructure(named: "nabh4", supercell: SupercellMatrix(diagonal: [2, 2, 2]), seed: 1)
      .scaled(volumeFactor: volume)
  }

  @Test(arguments: [1e-6, 1e-12, 1e-300]) func volumesThatMakeTheCellTooThin(_ factor: Double) {
    let error = #expect(throws: StructureError.self) { try salt(factor) }
    #expect(error?.description.contains("Å thin") == true, "\(error?.description ?? "")")
  }

  @Test func volumesThatLeaveNoRoom() {
    let error = #expect(throws: StructureError.self) { try salt(0.01) }
    #expect(error?.description.contains("wanted at least 96 Å³") == true, "\(error?.description ?? "")")
  }

  /// Between what is refused at once and what is sound, the nearest atoms are named.
  @Test func volumesThatMakeAtomsOverlap() throws {
    let error = #expect(throws: StructureError.self) { try salt(0.15).checkOverlaps() }
    #expect(error?.description.contains("Å apart") == true, "\(error?.description ?? "")")
    try salt(0.9).checkOverlaps()
  }

  private func heap(_ count: Int, _ element: String) -> Structure {
    Structure(
      cell: cell, elements: Array(repeating: element, count: count),
      positions: (0..<count).map { [1, 1, 1 + 1e-9 * Double($0)] }, moleculeOfAtom: Array(0..<count))
  }

  /// The square of this number would be 36 million pairs.
  @Test(arguments: ["Na", "B"]) func atomsInOnePlaceOfALargeCell(_ element: String) {
    let error = #expect(throws: StructureError.self) { try heap(6000, element).checkOverlaps() }
    #expect(error?.description.contains("atoms overlap") == true)
  }

  /// Sodium has no bonds to look for.
  @Test func bondsOfAtomsInOnePlace() {
    let all = heap(6000, "B")
    let error = #expect(throws: StructureError.self) {
      try Structure.assembling(cell: cell, elements: all.elements, positions: all.positions)
    }
    #expect(error?.description.contains("atoms overlap") == true)
  }

  /// A thousand cells, in a box of 10¹⁰ that their origins are searched in.
  @Test func vectorsThatAreNearlyParallel() {
    let error = #expect(throws: StructureError.self) {
      try SupercellMatrix(rows: [[1000, 999, 1000], [1001, 1000, 1000], [1000, 1000, 1001]])
    }
    #expect(error?.description.contains("nearly parallel") == true)
  }
}

import Crystal
import Foundation
import Testing

@Suite struct BuiltInStructureTests {
  @Test func conventionalCells() throws {
    let na = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 1)
    #expect(na.atomCount == 52)
    #expect(na.formula == "Na4(B12H12)2")
    #expect(na.reducedFormula == "Na2B12H12")
    #expect(na.cell == Cell(cubic: 7.98))
    let k = try buildStructure(named: "k2b12h12", supercell: .identity, seed: 1)
    #expect(k.atomCount == 104)
    #expect(k.reducedFormula == "K2B12H12")
  }

  /// 4 Na in 6 sites: exact for every supercell, odd ones included.
  @Test(arguments: [[1, 1, 1], [3, 3, 3], [1, 2, 3], [3, 1, 1]])
  func stoichiometryIsExact(diagonal: [Int]) throws {
    let cells = diagonal.reduce(1, *)
    let s = try buildStructure(
      named: "na2b12h12-bcc", supercell: SupercellMatrix(diagonal: diagonal), seed: 7)
    #expect(s.elements.count { $0 == "Na" } == 4 * cells)
    #expect(s.atomCount == 52 * cells)
    try s.checkOverlaps()
  }

  /// Hydrogens head-on at 1.60 Å mark the six sites that must stay empty: 2.51 Å on all others.
  @Test func sodiumStaysOnTheContactFreeSites() throws {
    let s = try buildStructure(
      named: "na2b12h12-bcc", supercell: SupercellMatrix(diagonal: [2, 2, 2]), seed: 3)
    let nearest = try s.shortestContacts()
    let contact = try #require(nearest["H–Na"])
    // The distance calculated by hand: H at 2.4608 and 1.5209 Å along the axes, Na at (a/4, 0, a/2).
    #expect(abs(contact.distance_A - 2.51268) < 1e-4)
  }

  @Test func seedDecidesTheDisorderAlone() throws {
    let matrix = try SupercellMatrix(diagonal: [2, 2, 2])
    let one = try buildStructure(named: "na2b12h12-bcc", supercell: matrix, seed: 5)
    let same = try buildStructure(named: "na2b12h12-bcc", supercell: matrix, seed: 5)
    let other = try buildStructure(named: "na2b12h12-bcc", supercell: matrix, seed: 6)
    #expect(one == same)
    #expect(one.elements == other.elements)
    #expect(one.positions != other.positions)
    let anions = one.elements.count { $0 != "Na" }
    #expect(one.positions[..<anions] == other.positions[..<anions])
  }

  /// Over many seeds each site is filled in two of three draws: 600 draws, five standard errors of
  /// sqrt(2/9/600) = 0.019.
  @Test func sitesAreFilledEvenly() throws {
    let structure = try BuiltInStructure(named: "na2b12h12-bcc")
    var counts = [Int](repeating: 0, count: 6)
    for seed in 0..<UInt64(600) {
      let s = try structure.build(supercell: .identity, seed: seed).structure
      for (index, site) in structure.disordered[0].fractional.enumerated() {
        let point = s.cell.cartesian([site[0], site[1], site[2]])
        let filled = (0..<s.atomCount).contains {
          s.elements[$0] == "Na" && samePoint(s.positions[$0], point, in: s.cell, tolerance: 1e-6)
        }
        if filled { counts[index] += 1 }
      }
    }
    for count in counts { #expect(abs(Double(count) / 600 - 2.0 / 3) < 0.096) }
  }

  @Test func unknownNameListsTheKnownOnes() {
    let error = #expect(throws: StructureError.self) {
      try buildStructure(named: "na2b12h12", supercell: .identity, seed: 1)
    }
    #expect(error?.description.contains("na2b12h12-bcc") == true)
    #expect(throws: StructureError.self) { try BuiltInStructure(named: "../../etc/passwd") }
  }
}

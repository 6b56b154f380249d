import Crystal
import Foundation
import Mathematics
import Testing

@Suite struct DisorderTests {
  private func average(_ name: String) throws -> DisorderedStructure {
    let file = try StructureFile.read(path: resource(name))
    guard case .disordered(let average) = file.content else {
      throw StructureError.disorder(name: name, problem: "is ordered")
    }
    return average
  }

  private func average(text: String) throws -> DisorderedStructure {
    let file = try CIFTests.read(text)
    guard case .disordered(let average) = file.content else {
      throw StructureError.disorder(name: "text", problem: "is ordered")
    }
    return average
  }

  /// Icosahedra are found in overlapping cages that no disorder group distinguishes, in both orientations;
  /// the number of ions makes the cell exactly neutral.
  @Test func overlappingCages() throws {
    let average = try average("na2b12h12-average.cif")
    #expect(average.sites.indices.map { average.multiplicity(ofSite: $0) } == [24 * 2, 24 * 2, 12])
    let made = try average.realisation(supercell: SupercellMatrix(diagonal: [2, 2, 2]), seed: 5)
    let s = made.structure
    #expect(s.formula == "Na32(B12H12)16")
    let filling = try #require(made.fillings.first)
    #expect(made.fillings.count == 1 && filling.label == "Na1" && filling.element == "Na")
    #expect(filling.occupancy == 0.3333 && filling.positions == 96 && filling.filled == 32)
    var orientations: [Int: Int] = [:]
    for range in s.moleculeRanges where range.count == 24 {
      let boron = s.positions[range].prefix(12)
      // Every vertex of an icosahedron has five neighbours at one edge: 1.78 Å, from coordinates of 5 digits.
      for r in boron {
        let near = boron.filter { $0 != r && length($0 - r) < 2 }
        #expect(near.count == 5)
        #expect(near.allSatisfy { abs(length($0 - r) - 1.78) < 2e-3 })
      }
      let centre = boron.reduce(Vector3(), +) / 12
      // One of the two has boron at (0, short, long), the other at (0, long, short).
      let inPlane = boron.filter { abs($0.x - centre.x) < 0.1 }.first ?? Vector3()
      orientations[abs(inPlane.y - centre.y) < abs(inPlane.z - centre.z) ? 0 : 1, default: 0] += 1
    }
    // 16 cages at random: both occur, whatever the seed, except with a probability of 2 in 65536.
    #expect(orientations.count == 2)
  }

  @Test func exclusionAndDeterminism() throws {
    let average = try average("na2b12h12-average.cif")
    let matrix = try SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 2]])
    // Neighbouring 12d sites are 2.82 Å apart: none closer than 3 Å are both filled.
    let options = DisorderOptions(exclusion_A: 3)
    let s = try average.realise(supercell: matrix, seed: 1, options: options)
    #expect(s.formula == "Na16(B12H12)8")
    #expect(
      try s.contacts(within: 2.99).allSatisfy {
        s.elements[$0.first] != "Na" || s.elements[$0.second] != "Na"
      })
    #expect(try average.realise(supercell: matrix, seed: 1, options: options) == s)
    #expect(try average.realise(supercell: matrix, seed: 2, options: options) != s)
    // Without the rule some are, so it is what keeps them apart.
    let free = try average.realise(supercell: matrix, seed: 1, options: DisorderOptions(exclusion_A: 1))
    #expect(
      try free.contacts(within: 2.9).contains {
        free.elements[$0.first] == "Na" && free.elements[$0.second] == "Na"
      })
  }

  @Test func impossibleExclusionNamesTheSites() throws {
    let average = try average("na2b12h12-average.cif")
    let error = #expect(throws: StructureError.self) {
      try average.realise(seed: 1, options: DisorderOptions(exclusion_A: 7))
    }
    #expect(error?.description.contains("the sites Na1") == true, "\(error?.description ?? "")")
  }

  /// Groups in proportion to their occupancies: 0.75 ± √(0.75·0.25/432), so within 0.0833 in all but one of
  /// ten thousand seeds.
  @Test func disorderGroups() throws {
    let average = try average("disorder-groups.cif")
    let s = try average.realise(supercell: SupercellMatrix(diagonal: [6, 6, 6]), seed: 9)
    #expect(s.formula == "K432(BH4)432")
    var first = 0
    for range in s.moleculeRanges where range.count == 5 {
      let r = s.positions[range].map { $0 - s.positions[range.lowerBound] }
      for i in 1..<5 {
        #expect(abs(length(r[i]) - 1.22) < 1e-3)
        for j in 1..<i { #expect(abs(length(r[i] - r[j]) - 1.992) < 2e-3) }
      }
      // Along +++ or −−−, one in each group; the ion's inversion image has them the other way round.
      let carrier = s.cell.fractional(s.positions[range.lowerBound])
      let isImage = (carrier.x * 1).truncatingRemainder(dividingBy: 1.0 / 6) * 6 > 0.5
      let up = r[1...].contains { dot($0, [1, 1, 1]) > 1.8 }
      if up != isImage { first += 1 }
    }
    #expect(abs(Double(first) / 432 - 0.75) < 0.0833)
  }

  /// Half-occupied hydrogens on the corners of a cube about an ordered B: tetrahedra, without groups.
  @Test func cubeOfHydrogens() throws {
    let text = CIFTests.p1(
      """
      Na1 Na 0.5 0.5 0.5 1
      B1 B 0 0 0 1
      H1 H 0.1168 0.1168 0.1168 0.5
      """, operations: "", cell: "6.13 6.13 6.13 90 90 90"
    )
    .replacingOccurrences(
      of: "loop_\n_space_group_symop_operation_xyz\n\n", with: "_space_group_IT_number 225\n")
    let s = try average(text: text).realise(supercell: SupercellMatrix(diagonal: [2, 2, 1]), seed: 4)
    #expect(s.formula == "Na16(BH4)16")
    for range in s.moleculeRanges where range.count == 5 {
      let h = s.positions[range].dropFirst()
      let edge = 2 * 0.1168 * 6.13 * 2.0.squareRoot()
      for r in h { #expect(h.filter { $0 != r }.allSatisfy { abs(length($0 - r) - edge) < 1e-9 }) }
    }
  }

  /// Two of 24 hydrogens about an ordered N: the angle of the file, 103°, and not the widest there is.
  @Test func amides() throws {
    let (long, short) = (1.03 * cos(51.5 * .pi / 180) / 5.2, 1.03 * sin(51.5 * .pi / 180) / 5.2)
    let text = CIFTests.p1(
      """
      K1 K 0.5 0.5 0.5 1
      N1 N 0 0 0 1
      H1 H \(long) \(short) 0 0.0833
      """, operations: "", cell: "5.2 5.2 5.2 90 90 90"
    ).replacingOccurrences(
      of: "loop_\n_space_group_symop_operation_xyz\n\n", with: "_space_group_IT_number 221\n")
    let s = try average(text: text).realise(supercell: SupercellMatrix(diagonal: [3, 3, 3]), seed: 4)
    #expect(s.formula == "K27(NH2)27")
    for range in s.moleculeRanges where range.count == 3 {
      let r = s.positions[range].dropFirst().map { $0 - s.positions[range.lowerBound] }
      let angle = acos(dot(r[0], r[1]) / (length(r[0]) * length(r[1]))) * 180 / .pi
      // Of 24 directions others are at 29, 77, 113, 119, 151 and 180°.
      #expect(abs(angle - 103) < 0.1)
    }
  }

  /// A group about an inversion centre: its own copies are the alternatives.
  @Test func negativeGroups() throws {
    let d = 0.08
    let tetrahedron = [[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
    let hydrogens = tetrahedron.enumerated().map { i, v in
      "H\(i) H \(0.5 + d * v[0] * 1.1) \(0.5 + d * v[1]) \(0.5 + d * v[2] * 0.9) 0.5 A -1"
    }
    let text = CIFTests.p1(
      (["Na1 Na 0 0 0 1 . .", "B1 B 0.5 0.5 0.5 1 . ."] + hydrogens).joined(separator: "\n"),
      operations: "x,y,z\n-x,-y,-z",
      columns: "label type_symbol fract_x fract_y fract_z occupancy disorder_assembly disorder_group")
    let s = try average(text: text).realise(supercell: SupercellMatrix(diagonal: [3, 1, 1]), seed: 2)
    #expect(s.formula == "Na3(BH4)3")
    for range in s.moleculeRanges where range.count == 5 {
      let signs = s.positions[range].dropFirst().map { r in
        let v = r - s.positions[range.lowerBound]
        return v.x * v.y * v.z > 0
      }
      #expect(Set(signs).count == 1)
    }
  }

  /// Two elements on one site: each position has one of them, and no more than the file says.
  @Test func substitution() throws {
    let text = CIFTests.p1(
      """
      Na1 Na 0 0 0 0.5
      K1 K 0 0 0 0.5
      Cl1 Cl 0.5 0.5 0.5 1
      """, cell: "4 4 4 90 90 90")
    for n in [1, 3, 4] {
      let made = try average(text: text).realisation(
        supercell: SupercellMatrix(diagonal: [n, n, n]), seed: 7)
      let cells = n * n * n
      #expect(made.fillings.map(\.filled).reduce(0, +) == cells)
      #expect(abs(made.fillings[0].filled - made.fillings[1].filled) <= 1)
      #expect(made.structure.atomCount == 2 * cells)
      try made.structure.checkOverlaps()
    }
  }

  /// 0.3 of 8 positions each: 2.4 and 2.4 round to 2 and 2, five are wanted; the later site takes it.
  @Test func lastSiteMakesItNeutral() throws {
    let text = CIFTests.p1(
      """
      Na1 Na 0 0 0 0.3
      Na2 Na 0.5 0 0 0.3
      Cl1 Cl 0.25 0.5 0.5 0.625
      """, cell: "8 8 8 90 90 90")
    let made = try average(text: text).realisation(supercell: SupercellMatrix(diagonal: [2, 2, 2]), seed: 7)
    #expect(made.fillings.map(\.filled) == [2, 3, 5])
    let charged = text.replacingOccurrences(of: "0.625", with: "1")
    let error = #expect(throws: StructureError.self) {
      try average(text: charged).realise(supercell: SupercellMatrix(diagonal: [2, 2, 2]), seed: 1)
    }
    #expect(error?.description.contains("neutral") == true)
  }

  /// Indistinguishable sites are rejected, with their names and a remedy.
  @Test(arguments: [
    ("B1 B 0 0 0 0.5\nH1 H 0.15 0 0 0.5\nNa1 Na 0.5 0.5 0.5 0.5", "B1, H1"),
    ("O1 O 0 0 0 0.5\nN1 N 0 0 0 0.5\nH1 H 0.12 0 0 0.5\nNa1 Na 0.5 0.5 0.5 1", "whole number of atoms"),
    ("Fe1 Fe 0 0 0 1\nNa1 Na 0.5 0.5 0.5 0.5", "charge of Fe"),
    ("H1 H 0 0 0 0.5\nNa1 Na 0.5 0.5 0.5 0.5", "charge of H"),
    ("B1 B 0 0 0 1\nB2 B .1 0 0 .5\nB3 B .1 .04 0 .5\nNa1 Na .5 .5 .5 .5", "charge of B"),
    ("B1 B 0 0 0 1\nH1 H .15 0 0 0.5\nH2 H .15 .02 0 .5\nH3 H .16 0 0.01 1\nNa1 Na .5 .5 .5 .5", "H1, H2"),
  ])
  func refusals(atoms: String, words: String) throws {
    let average = try average(text: CIFTests.p1(atoms))
    let error = #expect(throws: StructureError.self) { try average.realise(seed: 1) }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }
}

import Crystal
import Foundation
import Mathematics
import Testing

/// The family Na(3−x)O(1−x)(NH2)x(BH4).
@Suite struct CompositionTests {
  private static let name = "na3obh4-family"

  private func build(_ x: Double?, _ cells: [Int] = [3, 3, 3], seed: UInt64 = 1) throws -> BuiltStructure {
    try BuiltInStructure(named: Self.name).build(
      supercell: SupercellMatrix(diagonal: cells), composition: x, seed: seed)
  }

  /// In 27 formulas: the nearest neutral counts, half way up.
  @Test(arguments: [(0.0, 0), (0.2, 5), (0.5, 14), (0.75, 20), (1.0, 27)])
  func countsAreTheNearestNeutralOnes(x: Double, k: Int) throws {
    let built = try build(x)
    let s = built.structure
    let counts = Dictionary(uniqueKeysWithValues: s.moleculeKindCounts.map { ($0.name, $1) })
    #expect(counts["Na"] == 81 - k)
    #expect(counts["NH2", default: 0] == k)
    #expect(counts["O", default: 0] == 27 - k)
    #expect(counts["BH4"] == 27)
    #expect(built.composition == Double(k) / 27)
    #expect(try StructureDescription(s).charge == 0)
    // a is linear in the realised composition of the cell.
    #expect(abs(s.cell.a.x - 3 * (4.60 + 0.10 * Double(k) / 27)) < 1e-9)
    try s.checkOverlaps()
  }

  @Test(arguments: [(0.2, 5, 25), (0.5, 4, 32), (0.75, 4, 48)])
  func exactCellsAreExact(x: Double, edge: Int, k: Int) throws {
    let built = try build(x, [edge, edge, edge])
    #expect(built.composition == x)
    #expect(built.structure.moleculeKinds.count { $0.name == "NH2" } == k)
  }

  /// Nothing nearer than NH2 in a whole Na octahedron must have (1.89 Å), heads of BH4 and NH2 not
  /// opposite each other (1.80 Å).
  @Test(arguments: [0.2, 0.5, 0.75, 1.0], [UInt64(1), 2, 3])
  func contactsAreAvoided(x: Double, seed: UInt64) throws {
    let contacts = try build(x, [4, 4, 4], seed: seed).structure.shortestContacts()
    #expect(try #require(contacts["H–Na"]).distance_A > 1.85)
    #expect(try #require(contacts["H–H"]).distance_A > 1.85)
  }

  /// The template's geometry in every orientation: N–H 1.03 Å, 103°.
  @Test func amidesKeepTheirShape() throws {
    let s = try build(1).structure
    var directions: Set<[Int]> = []
    for (kind, range) in zip(s.moleculeKinds, s.moleculeRanges) where kind.name == "NH2" {
      let (u, v) = (
        s.positions[range.lowerBound + 1] - s.positions[range.lowerBound],
        s.positions[range.lowerBound + 2] - s.positions[range.lowerBound]
      )
      #expect(abs(length(u) - 1.03) < 1e-9 && abs(length(v) - 1.03) < 1e-9)
      #expect(abs(dot(u, v) / 1.0609 - cos(103 * .pi / 180)) < 1e-8)
      let bisector = (u + v) / length(u + v)
      directions.insert((0..<3).map { Int(bisector[$0].rounded()) })
    }
    // 27 molecules on six directions: two at the least, else the choice is no choice.
    #expect(directions.count >= 3)
  }

  /// N sits in the middle of the cell, B at the corners: caesium chloride, whatever the orientations.
  @Test func ionsSitOnTheirSites() throws {
    let s = try build(1).structure
    #expect(try s.spaceGroup(of: .anionCentres).symbol == "Pm-3m")
    #expect(try s.spaceGroup(of: .atoms).number == 1)
  }

  @Test func seedDecidesTheDisorder() throws {
    let one = try build(0.5, seed: 11)
    #expect(try build(0.5, seed: 11) == one)
    let other = try build(0.5, seed: 12)
    #expect(other.structure.elements == one.structure.elements)
    #expect(other.structure.positions != one.structure.positions)
  }

  /// Must never change: resumed studies must find the structure that they started with.
  @Test func drawsAreTheSameOnEveryMachine() throws {
    let s = try build(0.5, [2, 2, 2], seed: 2026).structure
    let sodium = s.elements.indices.filter { s.elements[$0] == "Na" }.map { i -> Int in
      let t = (s.cell.fractional(s.positions[i]) * 4).rounded(.toNearestOrEven)
      return Int(t.x) * 16 + Int(t.y) * 4 + Int(t.z)
    }
    #expect(sodium == Self.sodiumOfSeed2026)
    // Every coordinate is a sum of products: no function whose last digit depends on the machine.
    let sum = s.positions.reduce(Vector3(), +)
    #expect(length(sum - Self.sumOfSeed2026) < 1e-9)
  }

  private static let sodiumOfSeed2026 = [
    20, 22, 28, 30, 52, 54, 60, 62, 25, 27, 49, 59, 5, 7, 13, 15, 37, 39, 45, 47,
  ]
  private static let sumOfSeed2026: Vector3 = [233.78238015140002, 257.03238015139993, 229.93523969719993]

  /// Over many seeds every Na site is filled equally often: 20 of 24 in each of 400 draws, so 333.3 with a
  /// standard error of sqrt(400·5/36) = 7.5; five of them.
  @Test func vacanciesAreEvenlySpread() throws {
    var counts: [SIMD3<Int>: Int] = [:]
    let family = try BuiltInStructure(named: Self.name)
    let matrix = try SupercellMatrix(diagonal: [2, 2, 2])
    for seed in 0..<UInt64(400) {
      let s = try family.build(supercell: matrix, composition: 0.5, seed: seed).structure
      for i in 0..<s.atomCount where s.elements[i] == "Na" {
        let t = (s.cell.fractional(s.positions[i]) * 4).rounded(.toNearestOrEven)
        counts[SIMD3(Int(t.x) % 4, Int(t.y) % 4, Int(t.z) % 4), default: 0] += 1
      }
    }
    #expect(counts.count == 24)
    for count in counts.values { #expect(abs(Double(count) - 400 * 20.0 / 24) < 38) }
  }

  @Test func withoutACompositionXIsZero() throws {
    let built = try build(nil)
    #expect(built.composition == 0)
    #expect(built.structure.reducedFormula == "Na3(BH4)O")
  }

  @Test(arguments: [-0.1, 1.01, .nan, .infinity])
  func refusesCompositionsBeyondTheRange(x: Double) throws {
    let error = #expect(throws: StructureError.self) { try build(x) }
    #expect(error?.description.contains("wanted a number from 0 to 1") == true)
  }

  @Test func refusesACompositionOfNoFamily() throws {
    let error = #expect(throws: StructureError.self) {
      try BuiltInStructure(named: "k2b12h12").build(supercell: .identity, composition: 0.5, seed: 1)
    }
    #expect(error?.description.contains("na3obh4-family") == true)
  }
}

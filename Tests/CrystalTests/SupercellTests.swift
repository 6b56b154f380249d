import Crystal
import Mathematics
import Testing

@Suite struct SupercellTests {
  @Test func originsFillTheNewCellOnce() throws {
    let cell = Cell(a: [4, 0, 0], b: [1, 5, 0], c: [-1, 0.5, 6])
    for rows in [
      [[1, 1, 0], [-1, 1, 0], [0, 0, 2]], [[2, 1, 0], [0, 3, -1], [1, 0, 2]],
      [[-1, 1, 1], [1, -1, 1], [1, 1, -1]],
      [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
    ] {
      let matrix = try SupercellMatrix(rows: rows)
      #expect(matrix.cellOrigins.count == matrix.determinant)
      let big = cell.supercell(matrix)
      #expect(abs(big.volume - cell.volume * Double(matrix.determinant)) < 1e-9 * big.volume)
      let points = matrix.cellOrigins.map { cell.shift($0) }
      for i in points.indices {
        for j in points.indices where j > i {
          #expect(!samePoint(points[i], points[j], in: big, tolerance: 1e-6))
        }
      }
    }
  }

  @Test func refusesMatricesThatSpanNothing() {
    #expect(throws: StructureError.self) { try SupercellMatrix(rows: [[1, 0, 0], [1, 0, 0], [0, 0, 1]]) }
    #expect(throws: StructureError.self) { try SupercellMatrix(rows: [[0, 1, 0], [1, 0, 0], [0, 0, 1]]) }
    #expect(throws: StructureError.self) { try SupercellMatrix(rows: [[1, 0], [0, 1]]) }
    for extreme in [Int.max, .min] {
      #expect(throws: StructureError.self) {
        try SupercellMatrix(rows: [[extreme, 0, 0], [0, 1, 0], [0, 0, 1]])
      }
    }
    #expect(throws: StructureError.self) { try SupercellMatrix(diagonal: [-1, -1, 1]) }
    #expect(throws: StructureError.self) { try SupercellMatrix(diagonal: [10_000, 10_000, 10_000]) }
  }

  /// The environment of every atom equals that in the small cell.
  @Test func contactsOfASupercellAreThoseOfItsCell() throws {
    let small = try buildStructure(named: "k2b12h12", supercell: .identity, seed: 1)
    let matrix = try SupercellMatrix(rows: [[1, 1, 0], [-1, 1, 0], [0, 0, 1]])
    let big = small.supercell(matrix)
    #expect(big.moleculeCount == 2 * small.moleculeCount)
    let one = try small.contacts(within: 3.2)
    let two = try big.contacts(within: 3.2)
    #expect(two.count == 2 * one.count)
    let sums = [one, two].map { $0.reduce(0) { $0 + $1.distance_A } }
    // Rounding of some hundred distances.
    #expect(abs(2 * sums[0] - sums[1]) < 1e-9 * sums[1])
  }

  @Test func volumeScalingKeepsMolecules() throws {
    let s = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 2)
    let small = try s.scaled(volumeFactor: 0.88)
    #expect(abs(small.cell.volume / s.cell.volume - 0.88) < 1e-12)
    for range in s.moleculeRanges {
      for i in range {
        let old = length(s.positions[i] - s.positions[range.lowerBound])
        let new = length(small.positions[i] - small.positions[range.lowerBound])
        #expect(abs(old - new) < 1e-12)
      }
    }
    for (old, new) in zip(s.moleculeCentres, small.moleculeCentres) {
      #expect(length(s.cell.fractional(old) - small.cell.fractional(new)) < 1e-12)
    }
    #expect(throws: StructureError.self) { try s.scaled(volumeFactor: 0) }
    #expect(throws: StructureError.self) { try s.scaled(volumeFactor: .nan) }
  }

  @Test func wrappingMovesWholeMolecules() throws {
    var s = try buildStructure(named: "na2b12h12-bcc", supercell: .identity, seed: 2)
    let original = s
    for i in s.moleculeRanges[1] { s.positions[i] += s.cell.cartesian([3, -2, 1]) }
    let wrapped = s.wrappingMolecules()
    for (r, t) in zip(wrapped.positions, original.positions) { #expect(length(r - t) < 1e-12) }
  }
}

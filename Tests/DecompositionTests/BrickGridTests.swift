import Crystal
import Decomposition
import Testing

struct BrickGridTests {
  @Test(arguments: 1...24)
  func bricksAreAsManyAsRanks(_ ranks: Int) throws {
    let cell = Cell(a: [16, 0, 0], b: [3, 24, 0], c: [-2, 5, 31])
    let grid = try BrickGrid(cell: cell, ranks: ranks, moleculeCount: 100)
    #expect(grid.counts.x * grid.counts.y * grid.counts.z == ranks)
    for rank in 0..<ranks { #expect(grid.rank(at: grid.position(of: rank)) == rank) }
  }

  /// A long cell is cut across its length; a cube into cubes.
  @Test func surfaceIsSmallest() throws {
    let long = Cell(a: [10, 0, 0], b: [0, 10, 0], c: [0, 0, 80])
    #expect(try BrickGrid(cell: long, ranks: 4, moleculeCount: 50).counts == [1, 1, 4])
    #expect(try BrickGrid(cell: Cell(cubic: 30), ranks: 8, moleculeCount: 50).counts == [2, 2, 2])
    #expect(try BrickGrid(cell: Cell(cubic: 30), ranks: 27, moleculeCount: 50).counts == [3, 3, 3])
  }

  @Test func neighboursWrapAround() {
    let grid = BrickGrid(counts: [2, 3, 4])
    #expect(grid.rank(at: [-1, 0, 0]) == grid.rank(at: [1, 0, 0]))
    #expect(grid.rank(at: [0, 3, -1]) == grid.rank(at: [0, 0, 3]))
    #expect(grid.rank(at: [5, -4, 9]) == grid.rank(at: [1, 2, 1]))
  }

  @Test func tooManyRanksNameTheLargestNumber() throws {
    let error = #expect(throws: DecompositionError.self) {
      _ = try BrickGrid(cell: Cell(cubic: 8), ranks: 7, moleculeCount: 6)
    }
    #expect(error?.description.contains("7 ranks") == true)
    #expect(error?.description.contains("largest number that can is 6") == true)
    #expect(throws: Never.self) { try BrickGrid(cell: Cell(cubic: 8), ranks: 6, moleculeCount: 6) }
  }
}

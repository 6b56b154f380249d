import Foundation
import SyntheticObservables
import TestSupport
import Testing

@testable import Crystal
@testable import Mechanism

struct DensityTests {
  private func bcc(_ seed: UInt64) throws -> (grid: DensityGrid, operations: [FractionalOperation]) {
    var random = RandomNumbers(seed: seed)
    let cell = Cell(cubic: 8)
    var density = DensityAccumulator(species: "Na", crystal: CrystalFrame(supercell: nil), cell: cell)
    for _ in 0..<50 { density.add([[4, 2, 0] + random.vector() * 0.2], cell: cell) }
    let operations = try SpaceGroup.operations(
      cell: cell, positions: [.zero, [4, 4, 4]], kinds: ["B12H12", "B12H12"], tolerance_A: 0.1)
    return (try #require(density.finish()), operations)
  }

  /// One tetrahedral site of bcc becomes all twelve, and no atom is lost.
  @Test func symmetry() throws {
    let (grid, operations) = try bcc(1)
    #expect(operations.count == 96)
    let whole = grid.symmetrised(by: operations)
    #expect(abs(whole.integral - 1) < 1e-5)
    let sites = DensitySiteFinder(
      grid, operations: operations, cellCount: 1, frameInterval_ps: 0.1
    ).sites()
    #expect(sites.fractions.count == 12)
    // a/(2√2): the sites have the symmetry, too.
    #expect(sites.nearest_A.allSatisfy { abs($0 - 2.828) < 0.02 })
  }

  /// ASE reads the cube file: same cell, atoms and values.
  @Test(.needs(.python))
  func cubeByASE() throws {
    var (grid, _) = try bcc(2)
    grid.cell = [[8, 0, 0], [1, 9, 0], [0.5, -0.5, 7]]
    let folder = try TemporaryFolder()
    let file = try folder.file(
      "na.cube", grid.cube(comment: "a\nb", atoms: [(5, [0, 0, 0]), (11, [4, 2, -1])]))
    let script = """
      import sys
      from ase.io.cube import read_cube
      from ase.units import Bohr
      with open(sys.argv[1]) as f: c = read_cube(f)
      d = c['data'] / Bohr**3
      print(*c['atoms'].cell.array.ravel(), *c['atoms'].positions.ravel(), *d.ravel())
      """
    let numbers = try Python.run(script, [file]).split(separator: " ").compactMap { Double($0) }
    let wanted = grid.cell.flatMap(\.self) + [0, 0, 0, 4, 2, -1] + grid.values.map(Double.init)
    #expect(numbers.count == wanted.count)
    // Six digits of a bohr in steps of the grid, five digits of a density.
    for (a, b) in zip(numbers, wanted) { #expect(abs(a - b) < 4e-5 + 1e-5 * abs(b)) }
  }
}

import Crystal
import Foundation
import Mathematics
import Testing

@testable import Runner

@Suite struct AveragedCellTests {
  /// Its volume is the mean volume, its shape that of the mean lattice vectors.
  @Test func theVolumeIsTheMeanVolume() throws {
    var mean = AveragedCell()
    #expect(mean.cell == nil)
    let edges = [10.0, 11, 13]
    for edge in edges { mean.add(Cell(cubic: edge), after: Cell(cubic: edge)) }
    let cell = try #require(mean.cell)
    #expect(abs(cell.volume - (1000 + 1331 + 2197) / 3) < 1e-9)
    #expect(cell.a.y == 0 && abs(cell.a.x - cell.c.z) < 1e-12)
  }

  /// A choice of other lattice vectors of the same lattice changes nothing of the mean.
  @Test func otherVectorsOfTheLatticeAreJoined() throws {
    func cell(_ strain: Double, sheared: Bool) -> Cell {
      let (a, b, c) = (Vector3(10 + strain, 0, 0), Vector3(6, 12, strain), Vector3(0, 0.1, 9))
      return sheared ? Cell(a: a, b: b - a, c: c) : Cell(a: a, b: b, c: c)
    }
    var (plain, changed) = (AveragedCell(), AveragedCell())
    for step in 1...6 {
      let (now, before) = (0.01 * Double(step), 0.01 * Double(step - 1))
      plain.add(cell(now, sheared: false), after: cell(before, sheared: false))
      changed.add(cell(now, sheared: step >= 3), after: cell(before, sheared: step > 3))
    }
    let (a, b) = (try #require(plain.cell), try #require(changed.cell))
    #expect(abs(a.volume - b.volume) < 1e-9)
    for (x, y) in zip([a.a, a.b - a.a, a.c], b.vectors) { #expect(length(x - y) < 1e-9) }
  }

  @Test func theSecondHalfCounts() {
    #expect((1...6).filter { AveragedCell.counts(step: $0, of: 6) } == [4, 5, 6])
    #expect((1...5).filter { AveragedCell.counts(step: $0, of: 5) } == [3, 4, 5])
    #expect((1...1).filter { AveragedCell.counts(step: $0, of: 1) } == [1])
  }

  @Test func aCheckpointKeepsEveryBit() throws {
    var mean = AveragedCell()
    for edge in [10.1, 10.3] { mean.add(Cell(cubic: edge), after: Cell(cubic: edge)) }
    let again = try #require(AveragedCell(mean.doubles))
    #expect(again == mean)
    #expect(AveragedCell([]) == AveragedCell())
    for index in 0..<11 {
      var bad = mean.doubles
      bad[index] = index < 2 ? -1 : .nan
      #expect(AveragedCell(bad) == nil, "\(index)")
    }
    #expect(AveragedCell([1, 2]) == nil)
  }
}

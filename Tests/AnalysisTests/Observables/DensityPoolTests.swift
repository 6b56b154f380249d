import Testing

@testable import Mechanism

struct DensityPoolTests {
  private func grid(_ values: [Float], frames: Int, points: [Int] = [1, 1, 2]) -> DensityGrid {
    DensityGrid(
      species: "Na", cell: [[Double(frames), 0, 0], [0, 1, 0], [0, 0, 1]], points: points, values: values,
      frames: frames)
  }

  @Test func gridsCountByTheirFrames() throws {
    var pool = DensityPool()
    pool.add([grid([1, 0], frames: 1)])
    pool.add([grid([5, 8], frames: 3)])
    let mean = try #require(pool.means.first)
    #expect(mean.values == [4, 6] && mean.frames == 4)
    #expect(mean.cell[0][0] == 2.5)
  }

  /// Cells of different size have different points: the first grid is then used.
  @Test func gridsThatDoNotFitLeaveTheFirst() throws {
    var pool = DensityPool()
    pool.add([grid([1, 0], frames: 1)])
    pool.add([grid([5], frames: 3, points: [1, 1, 1])])
    #expect(pool.means == [grid([1, 0], frames: 1)])
  }
}

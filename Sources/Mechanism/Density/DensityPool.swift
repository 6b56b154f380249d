/// The mean of the densities of a temperature's replicas, weighted by their frames, accumulated run by run.
package struct DensityPool {
  /// Of one species.
  private struct Sum {
    var first: DensityGrid
    var values: [Double]
    var cell: [[Double]]
    var frames = 0
    /// All grids so far have the same points.
    var isUniform = true

    init(_ first: DensityGrid) {
      self.first = first
      values = [Double](repeating: 0, count: first.values.count)
      cell = first.cell.map { $0.map { _ in 0 } }
    }

    mutating func add(_ grid: DensityGrid) {
      guard isUniform, grid.points == first.points, grid.values.count == values.count else {
        isUniform = false
        return
      }
      let weight = Double(grid.frames)
      grid.values.withUnsafeBufferPointer { new in
        for i in values.indices { values[i] += Double(new[i]) * weight }
      }
      for k in cell.indices { for i in cell[k].indices { cell[k][i] += grid.cell[k][i] * weight } }
      frames += grid.frames
    }

    /// The first grid where the others have different points.
    var mean: DensityGrid {
      guard isUniform, frames > 0 else { return first }
      let total = Double(frames)
      var mean = first
      mean.values = values.map { Float($0 / total) }
      mean.cell = cell.map { $0.map { $0 / total } }
      mean.frames = frames
      return mean
    }
  }

  private var sums: [String: Sum] = [:]

  package init() {}

  /// Adds the densities of one run, each of a different species.
  package mutating func add(_ grids: [DensityGrid]) {
    for grid in grids { sums[grid.species, default: Sum(grid)].add(grid) }
  }

  /// In the alphabetical order of the species.
  package var means: [DensityGrid] { sums.sorted { $0.key < $1.key }.map(\.value.mean) }
}

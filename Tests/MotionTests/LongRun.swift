import SyntheticMotions

/// Mean squared displacement of all ions of a replica between two frames, Å².
func meanSquare(_ path: [Float], grid: FrameGrid, from: Int, to: Int) -> Double {
  let width = 3 * grid.ionCount
  var sum = 0.0
  for column in 0..<width {
    let step = Double(path[to * width + column] - path[from * width + column])
    sum += step * step
  }
  return sum / Double(grid.ionCount)
}

/// A mean and its standard error.
struct Sampled {
  let mean: Double
  let error: Double

  init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count).squareRoot()
  }

  /// Within so many standard errors, which is also smaller than a tenth: a mean that is not known proves nothing.
  func agrees(with truth: Double, errors: Double = 4) -> Bool {
    abs(mean - truth) < errors * error && error < 0.1 * max(truth, 1)
  }
}

/// What the displacements of replicas say about D, by the displacements over a whole run and over its halves.
struct Displacements {
  private(set) var whole: [Double] = []
  private(set) var first: [Double] = []
  private(set) var second: [Double] = []

  /// Each replica over what D would make of a whole run, or Å² where D is zero.
  mutating func add(_ runs: SyntheticRuns) {
    let last = runs.grid.frameCount - 1
    let expected = runs.diffusivity > 0 ? 6 * runs.diffusivity * runs.grid.duration_ps : 1
    for path in runs.paths {
      whole.append(meanSquare(path, grid: runs.grid, from: 0, to: last) / expected)
      first.append(meanSquare(path, grid: runs.grid, from: 0, to: last / 2) / expected)
      second.append(meanSquare(path, grid: runs.grid, from: last / 2, to: last) / expected)
    }
  }

  /// 1 where D is that of the whole run from its start.
  var diffusivity: Sampled { Sampled(whole) }
  /// 1 where D is the slope between half the run and the whole; what happens within less does not count.
  var lateDiffusivity: Sampled { Sampled(whole.indices.map { 2 * whole[$0] - first[$0] - second[$0] }) }
  /// 0 for a motion in the steady state.
  var change: Sampled { Sampled(zip(first, second).map { 2 * ($0 - $1) }) }
}

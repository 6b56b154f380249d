import SyntheticMotions
import Testing

/// A crystal whose cell fluctuates.
struct FluctuatingCrystalTests {
  private func crystal(_ fluctuation: FluctuatingCrystal.Fluctuation) -> FluctuatingCrystal.Runs {
    var random = MotionRandom(seed: 17)
    return FluctuatingCrystal(hops: 2000, fluctuation: fluctuation, replicas: 20).runs(&random)
  }

  @Test func cationsDiffuseAsStated() {
    var random = MotionRandom(seed: 19)
    let grid = FrameGrid(ionCount: 256, duration_ps: 50, frameInterval_ps: 25)
    let crystal = FluctuatingCrystal(grid: grid, hops: 8000, replicas: 60)
    var found = Displacements()
    found.add(crystal.runs(&random).cations)
    #expect(found.lateDiffusivity.agrees(with: 1))
    #expect(found.lateDiffusivity.error < 0.02)
  }

  @Test func cellsFluctuateAboutTheirMean() {
    let runs = crystal(.full)
    for component in 0..<9 {
      let values = runs.cells.map { cells in
        stride(from: component, to: cells.count, by: 9).reduce(0.0) { $0 + cells[$1] }
          / Double(cells.count / 9)
      }
      let found = Sampled(values)
      #expect(abs(found.mean - runs.meanCell[component]) < 4 * found.error)
      let squares = runs.cells[0].indices.filter { $0 % 9 == component }.map {
        let strain = (runs.cells[0][$0] - runs.meanCell[component]) / runs.meanCell[0]
        return strain * strain
      }
      #expect(abs((squares.reduce(0, +) / Double(squares.count)).squareRoot() - 0.01) < 0.003)
    }
    #expect(crystal(.none).cells.allSatisfy { $0.prefix(9).elementsEqual(runs.meanCell) })
    let isotropic = crystal(.isotropic).cells[0]
    #expect(isotropic[9] == isotropic[13] && isotropic[9] == isotropic[17] && isotropic[10] == 0)
  }

  /// Wrapped positions and paths differ by whole cells and the place where each ion starts.
  @Test func fractionsAreThePathsWrapped() {
    let runs = crystal(.full)
    let width = 3 * runs.cations.grid.ionCount
    var worst = 0.0
    for index in width..<runs.cations.paths[0].count {
      let fraction = runs.cationFractions[0][index]
      #expect(fraction >= 0 && fraction < 1)
      let step = fraction - runs.cationFractions[0][index - width]
      let path = Double(runs.cations.paths[0][index] - runs.cations.paths[0][index - width])
      let difference = step - path / runs.meanCell[0]
      worst = max(worst, abs(difference - difference.rounded()))
    }
    #expect(worst < 1e-5)
    #expect(runs.anionFractions[0].allSatisfy { $0 >= 0 && $0 < 1 })
    #expect(runs.anionFractions[0].count == 3 * runs.anionCount * runs.cations.grid.frameCount)
  }
}

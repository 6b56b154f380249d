import Analysis
import Crystal
import Foundation
import Mathematics
import Testing

@Suite struct MeanCellPathsTests {
  /// A cell that fluctuates by 1 % over some twenty frames, as under a barostat: a first-order autoregressive strain of
  /// three edges and a shear.
  private struct BreathingCell {
    private var random = SplitMix64(seed: 5)
    private(set) var cells: [Cell] = []

    init(frames: Int) {
      let memory = exp(-1.0 / 20)
      // Uniform numbers have variance 1/3.
      let kick = 0.01 * (3 * (1 - memory * memory)).squareRoot()
      var strain = SIMD4<Double>.zero
      for _ in 0..<frames {
        cells.append(
          Cell(a: [9, 0, 0], b: [1, 10, 0], c: [0, -2, 11]).mapped(
            by: Matrix3([1 + strain.x, strain.w, 0], [0, 1 + strain.y, 0], [0, 0, 1 + strain.z])))
        strain = strain * memory + SIMD4(uniform(), uniform(), uniform(), uniform()) * kick
      }
    }

    /// From −1 to 1.
    mutating func uniform() -> Double { Double(random.next() >> 11) / 4_503_599_627_370_496 - 1 }

    mutating func vector() -> Vector3 { [uniform(), uniform(), uniform()] }

    var mean: Cell {
      let n = Double(cells.count)
      func mean(_ vector: (Cell) -> Vector3) -> Vector3 { cells.reduce(.zero) { $0 + vector($1) } / n }
      return Cell(a: mean(\.a), b: mean(\.b), c: mean(\.c))
    }
  }

  /// Free ions: the slope of the mean squared displacement between 5 and 60 frames is that of the ions' own walk;
  /// images times the cell of the frame add the cell's fluctuations, times the cells crossed since the start.
  @Test func breathingDoesNotBecomeDiffusion() throws {
    let (frames, ions) = (60_000, 8)
    var crystal = BreathingCell(frames: frames)
    let mean = crystal.mean
    var walk = [Float](repeating: 0, count: 3 * frames * ions)
    var recorded = walk
    for ion in 0..<ions {
      var s = crystal.vector()
      for frame in 0..<frames {
        if frame > 0 { s += mean.fractional(crystal.vector() * 0.8) }
        let (own, r) = (mean.cartesian(s), crystal.cells[frame].cartesian(s))
        for k in 0..<3 {
          walk[3 * (frame * ions + ion) + k] = Float(own[k])
          recorded[3 * (frame * ions + ion) + k] = Float(r[k])
        }
      }
    }
    func slope(_ positions: [Float]) -> Double {
      func meanSquare(_ lag: Int) -> Double {
        let offset = 3 * ions * lag
        return (offset..<positions.count).reduce(0) {
          let d = Double(positions[$1] - positions[$1 - offset])
          return $0 + d * d
        } / Double(ions * (frames - lag))
      }
      return (meanSquare(60) - meanSquare(5)) / 55
    }
    var paths = recorded
    try #require(MeanCellPaths(cells: crystal.cells)).place(&paths, ionCount: ions)
    // Single precision at some 100 Å.
    #expect(zip(paths, walk).allSatisfy { abs($0 - $1) < 1e-3 })
    let own = slope(walk)
    #expect(abs(slope(paths) / own - 1) < 1e-4, "\(slope(paths) / own)")
    #expect(slope(recorded) / own > 1.03, "\(slope(recorded) / own)")
  }

  /// An ion that vibrates across the corner of the cell: its path stays where it is, and its mean squared displacement
  /// does not grow. Wrapped or with images, and with lattice vectors that are replaced by others in between.
  @Test(arguments: [false, true]) func vibrationAcrossAFaceStaysInPlace(_ isFlipped: Bool) throws {
    let frames = 20_000
    var crystal = BreathingCell(frames: frames)
    let mean = crystal.mean
    let exact = (0..<frames).map { _ in mean.fractional(crystal.vector() * 0.3) }
    // From half of the run on, b + a and c − b in place of b and c.
    let cells = crystal.cells.enumerated().map { frame, cell in
      isFlipped && frame >= frames / 2 ? Cell(a: cell.a, b: cell.b + cell.a, c: cell.c - cell.b) : cell
    }
    var unwrapping = PathUnwrapping()
    let unwrapped = exact.indices.map { frame -> Vector3 in
      let r = crystal.cells[frame].cartesian(exact[frame])
      let wrapped = r - cells[frame].cartesian(cells[frame].fractional(r).rounded(.down))
      return unwrapping.advance([wrapped], cell: cells[frame])[0]
    }
    // The first frame's image is that of the file.
    let shift = cells[0].fractional(unwrapped[0]) - exact[0]
    let inMeanCell = try #require(MeanCellPaths(cells: cells))
    #expect(length(inMeanCell.cell.b - mean.b) < 1e-9)
    var squares = [0.0, 0.0]
    for frame in exact.indices {
      let place = try inMeanCell.place([unwrapped[frame]], frame: frame)[0]
      #expect(length(place - mean.cartesian(exact[frame] + shift)) < 1e-9)
      if frame >= 19_000 {
        let before = try inMeanCell.place([unwrapped[frame - 19_000]], frame: frame - 19_000)[0]
        squares[1] += dot(place - before, place - before) / 1000
      }
      if frame > 0, frame <= 1000 {
        let before = try inMeanCell.place([unwrapped[frame - 1]], frame: frame - 1)[0]
        squares[0] += dot(place - before, place - before) / 1000
      }
    }
    // 2 · 3 · 0.3²/3 at any lag, to some standard errors of 1000 squares.
    for square in squares { #expect(abs(square / 0.18 - 1) < 0.1, "\(square)") }
    #expect(throws: AnalysisError.self) { try inMeanCell.place([.zero], frame: frames) }
  }

  @Test func aCellAtRestNeedsNone() throws {
    let cell = Cell(cubic: 8)
    #expect(MeanCellPaths(cells: [cell, cell]) == nil)
    #expect(MeanCellPaths(cells: []) == nil)
    let paths = try #require(MeanCellPaths(cells: [cell, Cell(cubic: 8.1)]))
    var few: [Float] = [1, 2, 3]
    #expect(throws: AnalysisError.self) { try paths.place(&few, ionCount: 1) }
    // A quarter of each edge is a quarter of 8.05 Å.
    var quarters: [Float] = [2, 2, 2, 2.025, 2.025, 2.025]
    try paths.place(&quarters, ionCount: 1)
    #expect(quarters.allSatisfy { abs($0 - 2.0125) < 1e-5 })
  }

  /// Vectors that continue are kept as they are; replaced ones are found again; a change that is no other choice of
  /// vectors of the same lattice is taken as it is.
  @Test func vectorsAreFollowed() {
    let cell = Cell(a: [9, 0, 0], b: [4.4, 8, 0], c: [0, 1, 7])
    var basis = LatticeBasis()
    #expect(basis.advance(cell) == cell)
    let sheared = Cell(a: [9.01, 0, 0], b: [-4.5, 8, 0], c: [0, 1, 7])
    let continued = basis.advance(sheared)
    #expect(length(continued.b - [4.51, 8, 0]) < 1e-12 && continued.a == sheared.a)
    #expect(basis.advance(Cell(cubic: 20)) == Cell(cubic: 20))
  }
}

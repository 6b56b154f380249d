import Analysis
import Crystal
import Foundation
import Mathematics
import Testing

@Suite struct ToroidalUnwrappingTests {
  /// Free ions in a cell that fluctuates by 1 % over some twenty frames, as under a barostat. The slope of
  /// the mean squared displacement between 5 and 60 frames is that of the ions' own walk; image flags times
  /// the cell of the frame add the cell's fluctuations, times the cells crossed since the start of the run.
  @Test func breathingDoesNotBecomeDiffusion() throws {
    let frames = 60_000
    let ions = 8
    var random = SplitMix64(seed: 5)
    func uniform() -> Double { Double(random.next() >> 11) / 4_503_599_627_370_496 - 1 }
    // A first-order autoregressive strain of three edges and a shear; uniform numbers have variance 1/3.
    let memory = exp(-1.0 / 20)
    let kick = 0.01 * (3 * (1 - memory * memory)).squareRoot()
    var strain = SIMD4<Double>.zero
    var cells: [Cell] = []
    for _ in 0..<frames {
      cells.append(
        Cell(a: [9, 0, 0], b: [1, 10, 0], c: [0, -2, 11]).mapped(
          by: Matrix3([1 + strain.x, strain.w, 0], [0, 1 + strain.y, 0], [0, 0, 1 + strain.z])))
      strain = strain * memory + SIMD4(uniform(), uniform(), uniform(), uniform()) * kick
    }
    var walk = [Float](repeating: 0, count: 3 * frames * ions)
    var recorded = walk
    for ion in 0..<ions {
      var own = Vector3.zero
      var s = Vector3(uniform(), uniform(), uniform())
      for frame in 0..<frames {
        if frame > 0 {
          let step = Vector3(uniform(), uniform(), uniform()) * 0.8
          own += step
          s += cells[frame].fractional(step)
        }
        let r = cells[frame].cartesian(s)
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
    try #require(ToroidalUnwrapping(cells: cells)).unwrap(&paths, ionCount: ions)
    let own = slope(walk)
    // The scheme itself has an error of some 0.1 %; all three results are of the same walk, so chance plays
    // no part.
    #expect(abs(slope(paths) / own - 1) < 0.01, "\(slope(paths) / own)")
    #expect(slope(recorded) / own > 1.03, "\(slope(recorded) / own)")
  }

  @Test func aCellAtRestNeedsNone() throws {
    let cell = Cell(cubic: 8)
    #expect(ToroidalUnwrapping(cells: [cell, cell]) == nil)
    #expect(ToroidalUnwrapping(cells: []) == nil)
    let unwrapping = try #require(ToroidalUnwrapping(cells: [cell, Cell(cubic: 8.1)]))
    var few: [Float] = [1, 2, 3]
    #expect(throws: AnalysisError.self) { try unwrapping.unwrap(&few, ionCount: 1) }
    // Across the boundary: −0.1 is equivalent to 8.0.
    var crossing: [Float] = [0.1, 4, 4, 8.0, 4, 4]
    try unwrapping.unwrap(&crossing, ionCount: 1)
    #expect(abs(crossing[3] - 0) < 0.11)
  }
}

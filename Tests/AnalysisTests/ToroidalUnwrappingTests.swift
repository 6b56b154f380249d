import Analysis
import Crystal
import Foundation
import Testing

@Suite struct ToroidalUnwrappingTests {
  /// Free ions in a cell that breathes and shears, as a barostat moves them: their mean squared displacement
  /// after 4000 frames is that of their own walk, while images times the cell of the frame add
  /// ⟨(n δL)²⟩ to it.
  @Test func breathingDoesNotBecomeDiffusion() throws {
    let frames = 4000
    let ions = 64
    var random = SplitMix64(seed: 5)
    func uniform() -> Double { Double(random.next() >> 11) / 4_503_599_627_370_496 - 1 }
    // The cell fluctuates as in a small box under constant pressure: 1.5 % and a little shear, from frame to
    // frame anew.
    let cells = (0..<frames).map { frame -> Cell in
      let strain = Matrix3(
        [1 + 0.015 * uniform(), 0.01 * uniform(), 0], [0, 1 + 0.015 * uniform(), 0.01 * uniform()],
        [0, 0, 1 + 0.015 * uniform()])
      return Cell(a: [9, 0, 0], b: [1, 10, 0], c: [0, -2, 11]).mapped(by: frame == 0 ? .identity : strain)
    }
    var recorded = [Float](repeating: 0, count: 3 * frames * ions)
    var walks: [[Vector3]] = []
    for ion in 0..<ions {
      // Fractional coordinates take the step of the ion's own walk; the strain takes the ion along.
      var s = Vector3(0.5 + 0.5 * uniform(), 0.5 + 0.5 * uniform(), 0.5 + 0.5 * uniform())
      var walk = [Vector3.zero]
      for frame in 0..<frames {
        if frame > 0 {
          let step = Vector3(uniform(), uniform(), uniform()) * 0.8
          s += cells[frame].fractional(step)
          walk.append(walk[frame - 1] + step)
        }
        let r = cells[frame].cartesian(s)
        for k in 0..<3 { recorded[3 * (frame * ions + ion) + k] = Float(r[k]) }
      }
      walks.append(walk)
    }
    func excess(_ positions: [Float]) -> Double {
      (0..<ions).reduce(0) { sum, ion in
        func at(_ frame: Int) -> Vector3 {
          let i = 3 * (frame * ions + ion)
          return [Double(positions[i]), Double(positions[i + 1]), Double(positions[i + 2])]
        }
        // From the first frames to the last, averaged over neighbouring ones.
        return sum
          + (0..<200).reduce(0) { sum, k in
            let moved = at(frames - 1 - k) - at(200 - k) - walks[ion][frames - 1 - k] + walks[ion][200 - k]
            return sum + dot(moved, moved) / 200
          } / Double(ions)
      }
    }
    var paths = recorded
    try #require(ToroidalUnwrapping(cells: cells)).unwrap(&paths, ionCount: ions)
    let own = walks.reduce(0) { $0 + dot($1[frames - 1] - $1[0], $1[frames - 1] - $1[0]) } / Double(ions)
    // The walk itself, 4000 × 0.64 Å², crosses some five cells.
    #expect(own > 1500)
    // Wrapped coordinates breathe within one cell, which does not grow: 0.01 of 10 Å, squared, from frame to
    // frame, and a bounded sum of it where an ion crosses.
    #expect(excess(paths) < 20)
    #expect(excess(paths) < 0.3 * excess(recorded) || excess(recorded) < 1)
  }

  @Test func aCellAtRestNeedsNone() throws {
    let cell = Cell(cubic: 8)
    #expect(ToroidalUnwrapping(cells: [cell, cell]) == nil)
    #expect(ToroidalUnwrapping(cells: []) == nil)
    let unwrapping = try #require(ToroidalUnwrapping(cells: [cell, Cell(cubic: 8.1)]))
    var few: [Float] = [1, 2, 3]
    #expect(throws: AnalysisError.self) { try unwrapping.unwrap(&few, ionCount: 1) }
    // Over a border: −0.1 is as good as 8.0.
    var crossing: [Float] = [0.1, 4, 4, 8.0, 4, 4]
    try unwrapping.unwrap(&crossing, ionCount: 1)
    #expect(abs(crossing[3] - 0) < 0.11)
  }
}

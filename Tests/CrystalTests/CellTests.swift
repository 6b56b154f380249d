import Crystal
import Mathematics
import Testing

@Suite struct CellTests {
  /// A lattice given by long, tilted vectors is reduced to short ones: the same lattice, volume and
  /// handedness.
  @Test func reductionKeepsTheLattice() {
    let short = Cell(a: [8, 0, 0], b: [0.5, 9, 0], c: [-0.3, 0.4, 10])
    let long = Cell(a: short.a + short.b * 2, b: short.b, c: short.c - short.a + short.b * 3)
    let found = long.reduced
    #expect(found.tilt <= 0.5 + 1e-9)
    #expect(abs(found.volume - short.volume) < 1e-9)
    for vector in found.vectors {
      let s = short.fractional(vector)
      for k in 0..<3 { #expect(abs(s[k] - s[k].rounded()) < 1e-12) }
    }
    func sign(_ c: Cell) -> Bool { dot(c.a, cross(c.b, c.c)) > 0 }
    #expect(sign(found) == sign(long))
    #expect(short.reduced == short)
  }

  @Test func deformationMapsOneCellToAnother() {
    let old = Cell(a: [8, 0, 0], b: [0.5, 9, 0], c: [-0.3, 0.4, 10])
    let new = Cell(a: [8.1, 0.1, 0], b: [0.4, 9.2, 0.3], c: [-0.2, 0.4, 9.7])
    let map = new.deformation(from: old)
    for (a, b) in zip(old.mapped(by: map).vectors, new.vectors) { #expect(length(a - b) < 1e-12) }
    #expect((map - .identity).squareSum < 0.01)
  }
}

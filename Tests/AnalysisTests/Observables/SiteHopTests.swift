import RealModule
import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

struct SiteHopTests {
  /// Sites 3 Å apart on a simple cubic lattice.
  private let sites = DensitySites(fractions: [.zero], unitCell: Cell(cubic: 3))
  private let crystal = CrystalFrame(supercell: [[10, 0, 0], [0, 10, 0], [0, 0, 10]])

  private func run(_ path: [Double]) -> HandMade {
    var made = HandMade(cell: Cell(cubic: 30))
    made.cations = path.map { [[$0, 0, 0]] }
    return made
  }

  private func observe(_ made: HandMade) throws -> RunObservables {
    try made.observe(SiteHopAnalysis(system: made.system, sites: sites, crystal: crystal))
  }

  /// An ion that oscillates about the boundary between two sites (1.5 Å) has not hopped; one that enters the
  /// core of the next (beyond 1.8 Å) has hopped once.
  @Test func hysteresis() throws {
    let trembling = [0, 0.5, 1.4, 1.6, 1.4, 1.7, 1.3, 1.65, 0.3, 0]
    #expect(try observe(run(trembling)).value("hop-rate") == 0)
    let hopping = [0, 0.5, 1.4, 1.6, 1.4, 1.7, 1.85, 1.6, 1.4, 1.6, 3, 2.9]
    let result = try observe(run(hopping))
    #expect(abs(try #require(result.value("hop-rate")) - 1 / (11 * 0.05)) < 1e-12)
    #expect(abs(try #require(result.value("hop-length")) - 3) < 1e-12)
    // One hop in 11 intervals.
    #expect(abs(try #require(result.value("residence-time")) - 11 * 0.05) < 1e-12)
  }

  /// Back and forth and onward: residence times of known length, and across the cell's boundary.
  @Test func handMadeSequence() throws {
    // Sites 0, 1, 2, 1, 10 (far beyond the border, in steps): hops at frames 4, 10, 12.
    let path = [0.0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 6, 6, 3, 3, 3, 3]
    let result = try observe(run(path))
    #expect(abs(try #require(result.value("hop-rate")) - 3 / (15 * 0.05)) < 1e-12)
    // 15 intervals, three hops.
    #expect(abs(try #require(result.value("residence-time")) - 5 * 0.05) < 1e-12)
    // Stays of 6 and 2 frames ended; one of 3 was cut short: 2/3, then, with one left, 0.
    let curve = try #require(result.curve("residence"))
    #expect(curve.x.count == 16 && curve.mean[1] == 1)
    #expect(abs(try #require(curve.mean[2]) - 2.0 / 3) < 1e-12 && curve.mean[6] == 0)
    // Net 3 Å, three hops of 3 Å.
    #expect(abs(try #require(result.value("correlation-factor")) - 1.0 / 3) < 1e-12)
    let around = try observe(run((0...22).map { 1.5 * Double($0) }))
    #expect(abs(try #require(around.value("hop-rate")) - 11 / (22 * 0.05)) < 1e-12)
    // Blocks with 2, 2, 2, 3 and 2 hops onward.
    #expect(abs(try #require(around.value("correlation-factor")) - 25.0 / 11) < 1e-9)
  }

  /// One vacancy on an fcc lattice: f = 0.7815 (Compaan and Haven 1956). Independent walkers: f = 1.
  @Test func latticeGas() throws {
    var random = RandomNumbers(seed: 8)
    let n = 4
    let cell = Cell(cubic: 4 * Double(n))
    let base: [Vector3] = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    let fcc = DensitySites(fractions: base, unitCell: Cell(cubic: 4))
    let frame = CrystalFrame(supercell: [[n, 0, 0], [0, n, 0], [0, 0, n]])
    // Half-integer coordinates with an even sum, in units of a/2.
    func key(_ p: SIMD3<Int>) -> Int {
      func wrapped(_ i: Int) -> Int { ((i % (2 * n)) + 2 * n) % (2 * n) }
      return (wrapped(p.x) * 2 * n + wrapped(p.y)) * 2 * n + wrapped(p.z)
    }
    var positions: [SIMD3<Int>] = []
    for x in 0..<(2 * n) {
      for y in 0..<(2 * n) {
        for z in 0..<(2 * n) where (x + y + z) % 2 == 0 { positions.append([x, y, z]) }
      }
    }
    var vacancy = positions.removeLast()
    var ionAt: [Int: Int] = [:]
    for (ion, p) in positions.enumerated() { ionAt[key(p)] = ion }
    let steps: [SIMD3<Int>] = [
      [1, 1, 0], [1, -1, 0], [-1, 1, 0], [-1, -1, 0], [1, 0, 1], [1, 0, -1], [-1, 0, 1], [-1, 0, -1],
      [0, 1, 1], [0, 1, -1], [0, -1, 1], [0, -1, -1],
    ]
    var tracker = SiteTracker(sites: fcc, crystal: frame, ionCount: positions.count)
    var whole = [Vector3](repeating: .zero, count: positions.count)
    var squares = 0.0
    var walked = 0
    func advance(_ frame: Int) {
      let r = positions.map { Vector3(Double($0.x), Double($0.y), Double($0.z)) * 2 }
      for hop in tracker.advance(r, cell: cell, frame: frame) {
        whole[hop.ion] += hop.vector
        squares += dot(hop.vector, hop.vector)
      }
    }
    advance(0)
    for frame in 1...24_000 {
      let step = steps[Int(random.next() % 12)]
      let target = vacancy &+ step
      guard let ion = ionAt.removeValue(forKey: key(target)) else { continue }
      positions[ion] = positions[ion] &- step
      ionAt[key(vacancy)] = ion
      vacancy = target
      walked += 1
      advance(frame)
    }
    let factor = whole.reduce(0) { $0 + dot($1, $1) } / squares
    // 255 ions with 94 hops each: (2/3/255)^½ = 5 % for the mean of |R|², and 3 such errors.
    #expect(abs(factor - 0.7815) < 0.15)
    #expect(abs(squares / 8 - Double(walked)) < 1e-6)
  }

  /// Maxima of a density that consists of Gaussians at known positions.
  @Test func sitesFromDensity() throws {
    var random = RandomNumbers(seed: 9)
    let crystal = CrystalFrame(supercell: [[2, 0, 0], [0, 2, 0], [0, 0, 2]])
    let cell = Cell(cubic: 16)
    var density = DensityAccumulator(species: "Na", crystal: crystal, cell: cell)
    let places: [Vector3] = [[2, 0, 4], [4, 2, 0], [0, 4, 2], [6, 6, 6]]
    for frame in 0..<400 {
      // In any copy of the cell.
      density.add(
        places.map { $0 + random.vector() * 0.4 + [8 * Double(frame % 2), 0, 8 * Double(frame % 3)] },
        cell: cell)
    }
    let grid = try #require(density.finish())
    // Four atoms in each frame, eight unit cells.
    #expect(abs(grid.integral - 0.5) < 1e-6)
    let sites = DensitySiteFinder(
      grid, operations: [.identity], cellCount: crystal.cellCount, frameInterval_ps: 0.1
    ).sites()
    #expect(sites.fractions.count == 4)
    for place in places {
      #expect(
        sites.fractions.contains { fraction in
          let d: Vector3 = fraction - place / 8
          let nearest: Vector3 = d - d.rounded(.toNearestOrEven)
          // Two points of the grid.
          return length(nearest * 8) < 0.5
        })
    }
  }
}

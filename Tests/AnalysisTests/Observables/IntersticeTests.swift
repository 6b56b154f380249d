import SyntheticObservables
import Testing

@testable import Analysis
@testable import Crystal
@testable import Mathematics
@testable import Mechanism

/// Kweon's sites, occupancies and entropy.
struct IntersticeTests {
  private static let fcc: [Vector3] = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
  private static let bcc: [Vector3] = [[0, 0, 0], [0.5, 0.5, 0.5]]

  private func lattice(_ base: [Vector3], edge: Double, copies: Int) -> (cell: Cell, centres: [Vector3]) {
    var centres: [Vector3] = []
    for x in 0..<copies {
      for y in 0..<copies {
        for z in 0..<copies {
          for s in base { centres.append((s + [Double(x), Double(y), Double(z)]) * edge) }
        }
      }
    }
    return (Cell(cubic: edge * Double(copies)), centres)
  }

  /// Sites per cation of M2X: STATISTICS, "Kweon's entropy". Thermal noise of the mean positions does not change them,
  /// and neither does the size of the cell.
  @Test(arguments: [1, 2, 3], [0.0, 0.3]) func siteCounts(copies: Int, noise: Double) throws {
    var random = RandomNumbers(seed: 4)
    for (base, edge, wanted) in [(Self.fcc, 10.0, [1.0, 4, 3]), (Self.bcc, 8.0, [3.0, 6, 3.5])] {
      var (cell, centres) = lattice(base, edge: edge, copies: copies)
      for i in centres.indices {
        centres[i] += Vector3(random.uniform(), random.uniform(), random.uniform()) * noise
      }
      let topology = try IntersticeTopology(cell: cell, centres: centres)
      let cations = Double(2 * centres.count)
      #expect(IntersticeKind.allCases.map { Double(topology.count($0)) / cations } == wanted)
    }
  }

  /// A body-centred tetragonal lattice whose fourth shell lies where 1.28 times the shortest distance does: the
  /// interstices of bcc, whatever the noise of the mean places.
  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6]) func noLimitWithinAShell(seed: UInt64) throws {
    var random = RandomNumbers(seed: seed)
    // Body diagonal 7.49 Å, c = 1.28 times that.
    let (a, c) = (8.0, 9.59)
    var centres: [Vector3] = []
    for x in 0..<2 {
      for y in 0..<2 {
        for z in 0..<2 {
          for s in Self.bcc {
            let r = s + [Double(x), Double(y), Double(z)]
            centres.append([r.x * a, r.y * a, r.z * c] + random.vector() * 0.1)
          }
        }
      }
    }
    let cell = Cell(a: [2 * a, 0, 0], b: [0, 2 * a, 0], c: [0, 0, 2 * c])
    let topology = try IntersticeTopology(cell: cell, centres: centres)
    #expect(IntersticeKind.allCases.map { Double(topology.count($0)) / 32 } == [3, 6, 3.5])
  }

  /// Simple cubic anions leave cubes and square windows: no tetrahedron and no triangle, three edges an anion.
  @Test(arguments: [0.0, 0.2]) func windowsWithFourCorners(noise: Double) throws {
    var random = RandomNumbers(seed: 5)
    var (cell, centres) = lattice([.zero], edge: 6, copies: 3)
    for i in centres.indices { centres[i] += random.vector() * noise / 2 }
    let topology = try IntersticeTopology(cell: cell, centres: centres)
    #expect(IntersticeKind.allCases.map { topology.count($0) } == [0, 0, 81])
  }

  /// Cations that are at none of the sites have a low weight before normalisation, and a warning.
  @Test func cationsElsewhere() throws {
    let (cell, centres) = lattice(Self.fcc, edge: 10, copies: 1)
    var made = HandMade(cell: cell, kinds: [.borohydride], kindOfAnion: centres.map { _ in 0 })
    made.anions = [centres]
    // The octahedron's centre, then a tetrahedron's.
    for (place, isElsewhere) in [(Vector3(5, 0, 0), true), (Vector3(2.5, 2.5, 2.5), false)] {
      made.cations = [[place]]
      let topology = try IntersticeTopology(cell: cell, centres: centres)
      let result = try made.observe(IntersticeAnalysis(system: made.system, topology: topology))
      let share = result.values.first { $0.observable == "interstice-share" }
      #expect((share?.warning != nil) == isElsewhere && result.warnings.isEmpty == !isElsewhere)
    }
  }

  /// Each site is equidistant from its corners.
  @Test func sitesOfBcc() throws {
    let (cell, centres) = lattice(Self.bcc, edge: 8, copies: 2)
    let topology = try IntersticeTopology(cell: cell, centres: centres)
    func has(_ kind: IntersticeKind, _ point: Vector3, _ trigonal: TrigonalCentre = .circumcentre) -> Bool {
      topology.positions(kind, cell: cell, centres: centres, trigonal: trigonal).contains {
        let d = cell.fractional($0 - point)
        return length(cell.cartesian(d - d.rounded(.toNearestOrEven))) < 1e-9
      }
    }
    #expect(has(.tetrahedral, [4, 2, 0]))
    #expect(has(.linear, [4, 0, 0]) && has(.linear, [2, 2, 2]))
    // Circumcentre (1/2, 1/8, 1/8) and centroid (1/2, 1/6, 1/6) of the triangle.
    #expect(has(.trigonal, [4, 1, 1]) && !has(.trigonal, [4, 8.0 / 6, 8.0 / 6]))
    #expect(has(.trigonal, [4, 8.0 / 6, 8.0 / 6], .centroid))
  }

  /// Cations on known sites: given numbers on tetrahedral, trigonal and linear ones.
  @Test func knownOccupancies() throws {
    for (base, edge) in [(Self.fcc, 20.0), (Self.bcc, 20)] {
      // So wide that the Gaussians of neighbouring sites don't overlap.
      let (cell, centres) = lattice(base, edge: edge, copies: 1)
      let topology = try IntersticeTopology(cell: cell, centres: centres)
      func sites(_ kind: IntersticeKind) -> [Vector3] {
        topology.positions(kind, cell: cell, centres: centres)
      }
      let n = 2 * centres.count
      let placed = [n / 2, n / 4, n / 4]
      var made = HandMade(
        cell: cell, kinds: [.borohydride], kindOfAnion: [Int](repeating: 0, count: centres.count))
      made.anions = [centres]
      made.cations = [
        Array(
          sites(.tetrahedral).prefix(placed[0]) + sites(.trigonal).prefix(placed[1])
            + sites(.linear).prefix(placed[2]))
      ]
      let result = try made.observe(IntersticeAnalysis(system: made.system, topology: topology))
      var exact = IntersticeOccupancy(cations: placed.map(Double.init), sites: [])
      exact.sites = IntersticeKind.allCases.map { Double(topology.count($0)) }
      for kind in IntersticeKind.allCases {
        // Trigonal and tetrahedral sites of bcc are 0.18 a apart: e^(−31) of a neighbour's weight is left.
        #expect(
          abs(try #require(result.value("interstice-share", kind.name)) - exact.shares[kind.rawValue]) < 1e-6)
        let occupation = try #require(result.value("interstice-occupation", kind.name))
        #expect(abs(occupation - exact.occupations[kind.rawValue]) < 1e-6)
      }
      #expect(abs(try #require(result.value("site-entropy")) - exact.entropy_kB) < 1e-5)
    }
  }

  /// The printed rows: S̃ from the printed P1 against an independent calculation, and against the printed S̃
  /// within the rounding of P1 (Kweon et al. 2017, Table 1; STATISTICS, "Kweon's entropy").
  @Test(
    arguments: [
      ("Li", [0.14, 0.57, 0.29], [1.0, 4, 3], 2.996),
      ("Li contracted", [0.03, 0.87, 0.10], [1, 4, 3], 2.668),
      ("Li expanded", [0.09, 0.45, 0.45], [1, 4, 3], 2.978), ("Na", [0.60, 0.24, 0.16], [3, 6, 3.5], 3.159),
      ("K", [0.95, 0.05, 0], [1, 4, 3], 0.467), ("Rb", [0.96, 0.04, 0], [1, 4, 3], 0.392),
      ("Cs", [0.92, 0.07, 0.01], [1, 4, 3], 0.698),
    ]) func printedRows(row: String, shares: [Double], sites: [Double], entropy: Double)
  {
    // The sums of the printed shares are 0.99 to 1; S̃ there is for one cation.
    let occupancy = IntersticeOccupancy(cations: shares, sites: sites)
    let sum = shares.reduce(0, +)
    // Half a unit of the last digit.
    #expect(abs(occupancy.entropy_kB * sum - entropy) < 0.0006, "\(row)")
  }

  /// No anions, or anions with non-finite positions, give an error and no trap.
  @Test func badInput() {
    #expect(throws: AnalysisError.self) { try IntersticeTopology(cell: Cell(cubic: 5), centres: []) }
    #expect(throws: (any Error).self) {
      try IntersticeTopology(cell: Cell(cubic: 5), centres: [[.nan, 0, 0]])
    }
  }
}

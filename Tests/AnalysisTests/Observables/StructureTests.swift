import Analysis
import RealModule
import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

struct StructureObservableTests {
  /// An ideal gas has g(r) = 1 at every distance; n(r) is the volume of the sphere times the density.
  @Test func idealGas() throws {
    var random = RandomNumbers(seed: 1)
    let edge = 14.0
    func points(_ count: Int) -> [Vector3] {
      (0..<count).map { _ in [edge * random.uniform(), edge * random.uniform(), edge * random.uniform()] }
    }
    var made = HandMade(
      cell: Cell(cubic: edge), kinds: [.borohydride], kindOfAnion: [0, 0, 0, 0, 0, 0, 0, 0])
    for _ in 0..<400 {
      made.cations.append(points(30))
      made.anions.append(points(8))
    }
    let observer = PairDistribution(system: made.system)
    let result = try made.observe(observer)
    for series in ["BH4–Na", "Na–Na"] {
      let g = try #require(result.curve("pair-distribution", series))
      let n = try #require(result.curve("coordination", series))
      let pairs = series == "BH4–Na" ? 400.0 * 8 * 30 : 400.0 * 30 * 29
      // An ion is not its own partner: 29 of 30, but for its images.
      let expected = series == "BH4–Na" ? 1 : 29.0 / 30
      for bin in stride(from: 20, to: 130, by: 10) {
        let shell = 4 * Double.pi * g.x[bin] * g.x[bin] * PairDistribution.bin_A / (edge * edge * edge)
        let poisson = 1 / (pairs * shell).squareRoot()
        #expect(abs(try #require(g.mean[bin]) - expected) < 5 * poisson)
      }
      let sphere = 4 / 3 * Double.pi * 6 * 6 * 6 / (edge * edge * edge)
      let counted = try #require(n.mean[119])
      #expect(abs(counted / (sphere * 30 * expected) - 1) < 0.02)
    }
  }

  /// Six ions at the corners of an octahedron: 12 right angles, 3 straight ones; in a cell so small that images
  /// count.
  @Test(arguments: [4.0, 12]) func octahedron(edge: Double) throws {
    var made = HandMade(cell: Cell(cubic: edge), kinds: [.borohydride], kindOfAnion: [0])
    made.anions = [[.zero]]
    made.cations = [
      edge < 5
        ? [[2, 0, 0], [0, 2, 0], [0, 0, 2]]
        : [[2, 0, 0], [-2, 0, 0], [0, 2, 0], [0, -2, 0], [0, 0, 2], [0, 0, -2]]
    ]
    let coordination = try made.observe(CoordinationNumbers(system: made.system, shells_A: [2.5]))
    #expect(coordination.value("coordination-number") == 6)
    #expect(coordination.curve("coordination-distribution")?.mean[6] == 1)
    let angles = try made.observe(CationAngles(system: made.system, ranges_A: [[1.5, 2.5]]))
    // The inner range is empty.
    let curve = try #require(angles.curve("cation-angles"))
    #expect(curve.series == "BH4, range 2")
    let histogram = zip(curve.x, curve.mean).filter { ($0.1 ?? 0) > 0 }
    let places: [Double] = histogram.map(\.0)
    let densities: [Double] = histogram.compactMap(\.1)
    #expect(places == [91, 179])
    // 12 and 3 of 15 pairs, in bins of 2°.
    #expect(densities == [0.4, 0.1])
  }

  /// The first minimum between two shells, and radii that hold a third of the shell's ions each.
  @Test func shells() throws {
    var made = HandMade(cell: Cell(cubic: 20), kinds: [.borohydride], kindOfAnion: [0])
    var random = RandomNumbers(seed: 2)
    for _ in 0..<3000 {
      func at(_ r: Double) -> Vector3 {
        let v = random.vector()
        return v / length(v) * r
      }
      made.anions.append([.zero])
      made.cations.append([at(3 + 0.3 * random.normal()), at(7 + 0.5 * random.normal())])
    }
    let pairs = PairDistribution(system: made.system)
    _ = try made.observe(pairs)
    let minimum = try #require(pairs.firstMinimum_A(kind: 0))
    #expect(minimum > 4 && minimum < 5.6)
    let terciles = pairs.terciles_A(kind: 0, shell_A: 4.9)
    // Thirds of a normal distribution lie 0.431 standard deviations from its mean; 3000 draws.
    #expect(abs(terciles[0] - (3 - 0.431 * 0.3)) < 0.03)
    #expect(abs(terciles[1] - (3 + 0.431 * 0.3)) < 0.03)
  }

  /// A frame that can't be used gives an error with its index and is not skipped.
  @Test func positionThatIsNoNumberIsThrown() throws {
    var made = HandMade(cell: Cell(cubic: 12))
    made.kinds = [.borohydride]
    made.kindOfAnion = [0]
    made.anions = [[[1, 1, 1]], [[1, 1, 1]]]
    made.cations = [[[3, 1, 1], [5, 5, 5]], [[3, 1, 1], [.nan, 5, 5]]]
    let error = AnalysisError.notFinite(what: "positions", frame: 1, ion: 2)
    #expect(throws: error) { try made.observe(PairDistribution(system: made.system)) }
    #expect(throws: error) { try made.observe(CoordinationNumbers(system: made.system, shells_A: [3])) }
    #expect(throws: error) { try made.observe(CationAngles(system: made.system, ranges_A: [[3]])) }
  }
}

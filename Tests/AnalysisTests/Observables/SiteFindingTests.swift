import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

/// Sites by the density of ions that hop on a known lattice.
struct SiteFindingTests {
  private func analysed(_ run: HopRun, seed: UInt64, crystal: CrystalFrame?) throws -> RunMechanism {
    var random = RandomNumbers(seed: seed)
    let made = run.make(&random, anions: true)
    return try analyseMechanism(system: made.system, crystal: crystal) { body in
      for index in 0..<made.frameCount { try body(made.frame(index)) }
    }
  }

  /// A run whose unit cell is not known finds the sites of one whose cell is, and the same numbers; all of them
  /// even where each of the 96 sites of the cell is visited twice in a run, and many are not at all.
  @Test(arguments: [(0.05, 201), (0.1, 301), (0.3, 501)])
  func unknownUnitCell(rate: Double, frames: Int) throws {
    var run = HopRun(ions: 32, frames: frames)
    run.copies = 2
    run.rate_per_ps = rate
    let own = CrystalFrame(supercell: [[2, 0, 0], [0, 2, 0], [0, 0, 2]])
    for seed in 1...3 as ClosedRange<UInt64> {
      let found = try analysed(run, seed: seed, crystal: nil).observables
      let known = try analysed(run, seed: seed, crystal: own).observables
      #expect(found.value("sites-per-cation") == 3 && known.value("sites-per-cation") == 3)
      #expect(found.value("hop-rate") == known.value("hop-rate"))
      #expect(found.warnings.isEmpty)
      // 10² hops or more: the true rate within four Poisson errors.
      let hops = rate * Double(run.ions) * run.duration_ps
      #expect(abs(try #require(found.value("hop-rate")) / rate - 1) < 4 / hops.squareRoot())
      // Places within 0.12 Å/√(10³ visits) of the mean.
      #expect(abs(try #require(found.value("hop-length")) - run.lattice.hop_A) < 0.02)
    }
  }

  /// A site with a fiftieth of the others' visits is a site; chance crowding about the path between two is none.
  @Test func seldomVisited() throws {
    var random = RandomNumbers(seed: 31)
    let cell = Cell(cubic: 12)
    var density = DensityAccumulator(species: "Na", crystal: CrystalFrame(supercell: nil), cell: cell)
    let often: [Vector3] = [[2, 2, 2], [8, 8, 8], [2, 8, 2]]
    for frame in 0..<4000 {
      var ions = often.map { $0 + random.vector() * 0.3 }
      // On the way from one to the next, in one frame out of ten.
      if frame % 10 == 0 { ions[0] = [2, 2 + 6 * random.uniform(), 2] + random.vector() * 0.4 }
      if frame % 50 == 0 { ions[1] = [8, 2, 5] + random.vector() * 0.3 }
      density.add(ions, cell: cell)
    }
    let grid = try #require(density.finish())
    let sites = DensitySiteFinder(
      grid, operations: [.identity], cellCount: 1, frameInterval_ps: 0.1
    ).sites()
    #expect(sites.fractions.count == 4)
    for place in often + [[8, 2, 5]] {
      #expect(
        sites.fractions.contains { length(cell.cartesian($0) - place) < 0.15 }, "\(place)")
    }
  }

  /// Without a framework there is no symmetry to find sites by.
  @Test func withoutAnions() throws {
    var random = RandomNumbers(seed: 3)
    let made = HopRun(frames: 60).make(&random)
    let found = try analyseMechanism(system: made.system, crystal: nil) { body in
      for index in 0..<made.frameCount { try body(made.frame(index)) }
    }
    #expect(found.observables.warnings == [.sitesMayBeMissing])
  }
}

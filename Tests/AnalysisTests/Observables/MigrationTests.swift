import RealModule
import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mechanism

/// Whether anions rotate together with neighbouring hops.
struct MigrationTests {
  /// Ions that hop along a row of sites beside anions, which jump by 120° at random times, or, where they are
  /// coupled, at the neighbouring hops.
  private func run(coupled: Bool, seed: UInt64) -> (made: HandMade, hops: Int) {
    var random = RandomNumbers(seed: seed)
    let rows = 12
    var made = HandMade(
      cell: Cell(cubic: 36), kinds: [.borohydride], kindOfAnion: [Int](repeating: 0, count: 2 * rows))
    let axes = AnionKind.borohydride.bonds
    var x = [Double](repeating: 0, count: rows)
    var q = made.kindOfAnion.map { _ in HandMade.identity }
    var hops = 0
    for _ in 0..<1600 {
      // Rows 3 Å apart in z; two anions beside each ion, which move along with it.
      made.cations.append((0..<rows).map { [x[$0], 0, 3 * Double($0)] })
      made.anions.append((0..<(2 * rows)).map { [x[$0 / 2], $0 % 2 == 0 ? 1 : -1, 3 * Double($0 / 2)] })
      made.orientations.append(q.map { product(turn(random.vector() * 0.03), $0) })
      for ion in 0..<rows where random.uniform() < 0.01 {
        x[ion] += 3
        hops += 1
        let mover = coupled ? 2 * ion + Int(random.next() % 2) : Int(random.next() % UInt64(2 * rows))
        q[mover] = product(turn(axes[Int(random.next() % 4)] * (2 * Double.pi / 3)), q[mover])
      }
    }
    return (made, hops)
  }

  private func observe(_ made: HandMade) throws -> (RunObservables, [MigrationEvent]) {
    let sites = DensitySites(fractions: [.zero], unitCell: Cell(cubic: 3))
    let crystal = CrystalFrame(supercell: [[12, 0, 0], [0, 12, 0], [0, 0, 12]])
    let migration = MigrationAnalysis(system: made.system)
    let result = try made.observe(
      SiteHopAnalysis(system: made.system, sites: sites, crystal: crystal, migration: migration))
    return (result, migration.events)
  }

  @Test func coupledTurns() throws {
    let (made, hops) = run(coupled: true, seed: 10)
    let (result, events) = try observe(made)
    let count = try #require(result.value("migration-events"))
    // All but those within 2.25 ps of the ends.
    #expect(count > 0.85 * Double(hops) && count <= Double(hops))
    #expect(try #require(result.value("synchrony")) > 3)
    #expect(try #require(result.value("synchrony-p")) == 0.001)
    let rate = try #require(result.curve("migration-anions"))
    let middle = rate.x.count / 2
    #expect(abs(rate.x[middle]) < 1e-9)
    // Half a picosecond away the rotation is over.
    #expect(try #require(rate.mean[middle]) > 2 * #require(rate.mean[middle + 20]))
    let event = try #require(events.first)
    #expect(event.neighbours.count == 2)
    // The first few have their paths, from which the displacements follow.
    #expect(events.map { $0.path_A != nil } == events.indices.map { $0 < 3 })
    let path = try #require(event.path_A)
    #expect(path.count == event.displacement_A.count)
    for (place, displacement) in zip(path, event.displacement_A) {
      #expect(abs(abs(place[0] - path[0][0]) - displacement) < 2e-3 && place[2] == path[0][2])
    }
    #expect(abs(event.displacement_A[event.displacement_A.count / 2] - 3) < 1e-9)
    #expect(event.neighbours.contains { ($0.angle_degrees.last ?? 0) > 100 })
  }

  @Test func independentTurns() throws {
    let (made, _) = run(coupled: false, seed: 11)
    let (result, _) = try observe(made)
    // Known to about 10 % from 190 events with two neighbours.
    #expect(abs(try #require(result.value("synchrony")) - 1) < 0.3)
    #expect(try #require(result.value("synchrony-p")) > 0.01)
  }
}

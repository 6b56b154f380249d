import RealModule
import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

struct RotationTests {
  /// Free rotational diffusion: C1 = exp(−2 D t), C2 = exp(−6 D t), of any vector.
  private func diffusing(_ kind: AnionKind, frames: Int, _ random: inout RandomNumbers) -> HandMade {
    var made = HandMade(cell: Cell(cubic: 20), kinds: [kind], kindOfAnion: [Int](repeating: 0, count: 40))
    made.anions = [[Vector3]](repeating: made.kindOfAnion.map { _ in .zero }, count: frames)
    var q = made.kindOfAnion.map { _ in turn(random.vector()) }
    // 20 small rotations from frame to frame, since large ones do not add up to diffusion.
    let step = (2 * diffusion * made.interval_ps / 20).squareRoot()
    for _ in 0..<frames {
      made.orientations.append(q)
      for i in q.indices { for _ in 0..<20 { q[i] = product(turn(random.vector() * step), q[i]) } }
    }
    return made
  }

  private let diffusion = 0.25

  @Test func rotationalDiffusion() throws {
    var random = RandomNumbers(seed: 5)
    let made = diffusing(.amide, frames: 1500, &random)
    let result = try made.observe(OrientationCorrelation(system: made.system))
    for (name, rate) in [("rotation-1", 2.0), ("rotation-2", 6)] {
      let curve = try #require(result.curve(name))
      #expect(curve.mean[0] == 1)
      var far = 0
      for place in 1..<35 {
        let exact = Double.exp(-rate * diffusion * curve.x[place])
        let off = abs(try #require(curve.mean[place]) - exact)
        // Five blocks' errors are t distributed with four degrees of freedom: 4.6 errors at 1 %.
        if off > 4.6 * curve.error(place) + 1e-3 { far += 1 }
        #expect(off < 0.03)
      }
      #expect(far <= 3)
    }
    var pool = ObservablePool()
    pool.add(result)
    let times = pool.finish().values
    let first = try #require(times.first { $0.name == "correlation-time-1" }?.value)
    // 1/(2 D), known to some 4 % from 40 rotors over 37 correlation times each.
    #expect(abs(first - 2) < 0.25)
    // Principal axes of a body that rotates equally about all of them.
    for axis in ["lowest", "middle", "highest"] {
      let curve = try #require(result.curve("rotation-axes", "NH2, \(axis) moment"))
      #expect(abs(try #require(curve.mean[20]) - Double.exp(-2 * diffusion * curve.x[20])) < 0.06)
    }
    // Uncorrelated orientations: the mean angle of a random rotation is π/2 + 2/π = 126.5°.
    let angle = try #require(result.curve("angular-displacement"))
    #expect(abs(try #require(angle.mean.last ?? nil) - 126.476) < 3)
  }

  /// The order of an anion's atoms does not matter.
  @Test func atomOrder() throws {
    var random = RandomNumbers(seed: 6)
    var made = diffusing(.amide, frames: 100, &random)
    let one = try made.observe(OrientationCorrelation(system: made.system))
    let amide = AnionKind.amide
    made.kinds = [
      AnionKind(
        name: "NH2", elements: amide.elements.reversed(), geometry: amide.geometry.reversed(),
        masses_amu: [1, 1, 14])
    ]
    let other = try made.observe(OrientationCorrelation(system: made.system))
    for (a, b) in zip(one.curves, other.curves) {
      for (x, y) in zip(a.mean, b.mean) { #expect(abs((x ?? 0) - (y ?? 0)) < 1e-12) }
    }
  }

  /// A tetrahedron that jumps by 120° about a random threefold axis at rate k: the character of those
  /// rotations in the representation of a vector is 0, so that C1 = exp(−k t), and every jump is by 120°.
  @Test func jumps() throws {
    var random = RandomNumbers(seed: 7)
    let rate = 0.5
    var made = HandMade(
      cell: Cell(cubic: 20), kinds: [.borohydride], kindOfAnion: [Int](repeating: 0, count: 40))
    let frames = 2000
    made.anions = [[Vector3]](repeating: made.kindOfAnion.map { _ in .zero }, count: frames)
    let axes = AnionKind.borohydride.bonds
    var q = made.kindOfAnion.map { _ in HandMade.identity }
    var count = 0
    for frame in 0..<frames {
      made.orientations.append(q.map { product(turn(random.vector() * 0.05), $0) })
      guard frame + 1 < frames else { break }
      for i in q.indices where random.uniform() < rate * made.interval_ps {
        let angle = (random.next() & 1 == 0 ? 1.0 : -1) * 2 * Double.pi / 3
        q[i] = product(turn(axes[Int(random.next() % 4)] * angle), q[i])
        count += 1
      }
    }
    let correlation = try made.observe(OrientationCorrelation(system: made.system))
    let curve = try #require(correlation.curve("rotation-1"))
    // The rattle of 0.05 rad about each axis reduces ⟨…⟩ by 2 · 0.05² at once.
    let rattle = 1 - 2 * 0.05 * 0.05
    for place in 1..<30 {
      // A probability of 0.025 in each frame of 0.05 ps.
      let exact = rattle * Double.pow(1 - rate * 0.05, curve.x[place] / 0.05)
      #expect(abs(try #require(curve.mean[place]) - exact) < 0.03)
    }
    let result = try made.observe(ReorientationJumps(system: made.system))
    var pool = ObservablePool()
    pool.add(result)
    let found = try #require(pool.finish().values.first { $0.name == "reorientation-rate" }?.value)
    let seen = Double(count) / (40 * Double(frames) * made.interval_ps)
    // Two jumps within the dwell of 0.2 ps count as one: about k · 0.2 ps of them.
    #expect(found < seen && found > seen * (1 - 2 * rate * 0.2))
    let angles = try #require(result.curve("jump-angles"))
    let near = zip(angles.x, angles.mean).filter { abs($0.0 - 120) < 10 }.reduce(0) { $0 + ($1.1 ?? 0) * 5 }
    #expect(near > 0.85)
  }

  /// Oh's measure: a rotation by 180° about a bond of BH4 moves three hydrogens by 2 R sin(109.47°) and no
  /// other atom.
  @Test func rotationSpeed() throws {
    var made = HandMade(cell: Cell(cubic: 20), kinds: [.borohydride], kindOfAnion: [0], interval_ps: 1)
    made.anions = [[.zero], [.zero], [.zero]]
    let bond = AnionKind.borohydride.bonds[0]
    made.orientations = [[HandMade.identity], [turn(bond * Double.pi)], [HandMade.identity]]
    let curve = try #require(
      try made.observe(OrientationCorrelation(system: made.system)).curve("rotation-speed"))
    let exact = 3 * 2 * (8.0 / 9).squareRoot() / 5
    #expect(curve.mean[0] == 0)
    #expect(abs(try #require(curve.mean[1]) - exact) < 1e-12)
  }
}

import RealModule
import SyntheticObservables
import Testing

@testable import Crystal
@testable import Mathematics
@testable import Mechanism

/// Anions whose atoms lie on a line: their atoms do not determine the turn about it, which is a random number here.
struct LinearAnionTests {
  private static let hydroxide = AnionKind(
    name: "OH", elements: ["O", "H"], geometry: [[0.03, -0.03, 0.04], [-0.48, 0.48, -0.64]],
    masses_amu: [16, 1])
  /// Bent by some 8 degrees, as the first frame of a vibrating azide may be.
  private static let azide = AnionKind(
    name: "N3", elements: ["N", "N", "N"], geometry: [[1.18, 0.03, 0], [0, -0.06, 0], [-1.18, 0.03, 0]],
    masses_amu: [14, 14, 14])

  /// Quaternions that take the axis of a kind to the directions, with any turn about it.
  private func poses(_ kind: AnionKind, _ directions: [Vector3], _ random: inout RandomNumbers) throws
    -> [SIMD4<Double>]
  {
    let axis = try #require(kind.linearAxis)
    return directions.map { u in
      let normal = cross(axis, u)
      let angle = Double.atan2(y: length(normal), x: dot(axis, u))
      let swing = turn(length(normal) > 0 ? normal * (angle / length(normal)) : .zero)
      return product(swing, turn(axis * (random.uniform() * 2 * Double.pi)))
    }
  }

  private func made(_ kind: AnionKind, _ directions: [[Vector3]], _ random: inout RandomNumbers) throws
    -> HandMade
  {
    let count = directions[0].count
    var made = HandMade(cell: Cell(cubic: 20), kinds: [kind], kindOfAnion: [Int](repeating: 0, count: count))
    made.anions = directions.map { $0.map { _ in .zero } }
    made.orientations = try directions.map { try poses(kind, $0, &random) }
    return made
  }

  private func unit(_ v: Vector3) -> Vector3 { v / length(v) }

  @Test func whatIsLinear() {
    #expect(Self.hydroxide.rotationalFreedom == 2 && Self.azide.rotationalFreedom == 2)
    #expect(AnionKind.amide.rotationalFreedom == 3 && AnionKind.borohydride.rotationalFreedom == 3)
    let chloride = AnionKind(name: "Cl", elements: ["Cl"], geometry: [.zero], masses_amu: [35.45])
    #expect(chloride.rotationalFreedom == 0 && chloride.linearAxis == nil)
    // Hydroperoxide: its hydrogen, 0.9 Å from the line of the oxygens, shows how it turns about it.
    let hydroperoxide = AnionKind(
      name: "HO2", elements: ["O", "O", "H"], geometry: [[0.7, 0, 0], [-0.75, 0, 0], [0.9, 0.93, 0]],
      masses_amu: [16, 16, 1])
    #expect(hydroperoxide.rotationalFreedom == 3)
  }

  /// Trembles about a direction: the angle between frames is that between the axes, and nothing jumps.
  @Test(arguments: [hydroxide, azide]) func trembles(kind: AnionKind) throws {
    var random = RandomNumbers(seed: 5)
    let rest = (0..<8).map { _ in unit(random.vector()) }
    let directions = (0..<300).map { _ in rest.map { unit($0 + random.vector() * 0.05) } }
    let made = try self.made(kind, directions, &random)
    let result = try made.observe(OrientationCorrelation(system: made.system))
    var exact = 0.0
    for (a, b) in zip(directions, directions.dropFirst()) {
      for (u, v) in zip(a, b) { exact += Double.atan2(y: length(cross(u, v)), x: dot(u, v)) * 180 / .pi }
    }
    let angle = try #require(result.curve("angular-displacement"))
    #expect(abs(try #require(angle.mean[1]) - exact / Double(8 * 299)) < 1e-6)
    #expect(result.curves.count { $0.observable == "rotation-axes" } == 1)
    let axis = try #require(result.curve("rotation-axes", "\(kind.name), lowest moment"))
    // cos of two tilts of 0.05 rad about either normal: 1 − 2 · 0.05² to a tenth of that.
    #expect(abs(try #require(axis.mean[1]) - 0.995) < 5e-4)
    let jumps = try made.observe(ReorientationJumps(system: made.system))
    #expect(jumps.jumps.map(\.jumps) == [[Int](repeating: 0, count: 8)])
  }

  /// Diffusion of a direction on the sphere: C₁ = exp(−2 D t), C₂ = exp(−6 D t), and 90° when all is forgotten.
  @Test func diffusesOnTheSphere() throws {
    var random = RandomNumbers(seed: 6)
    let diffusion = 0.25
    let step = (2 * diffusion * 0.05 / 10).squareRoot()
    var u = (0..<40).map { _ in unit(random.vector()) }
    var directions: [[Vector3]] = []
    for _ in 0..<1500 {
      directions.append(u)
      // Ten small steps from frame to frame: one large one would not be diffusion.
      for i in u.indices { for _ in 0..<10 { u[i] = unit(u[i] + cross(random.vector() * step, u[i])) } }
    }
    let made = try self.made(Self.hydroxide, directions, &random)
    let result = try made.observe(OrientationCorrelation(system: made.system))
    for (name, rate) in [("rotation-1", 2.0), ("rotation-2", 6)] {
      let curve = try #require(result.curve(name))
      for place in 1..<30 {
        // 40 rotors over 37 correlation times: some 0.02.
        #expect(abs(try #require(curve.mean[place]) - Double.exp(-rate * diffusion * curve.x[place])) < 0.05)
      }
    }
    #expect(abs(try #require(result.curve("angular-displacement")?.mean.last ?? nil) - 90) < 4)
  }

  /// Turns end over end by 90° every 2 ps: each turn is one jump of 90°. Opposite directions differ.
  @Test func jumpsBetweenDirections() throws {
    var random = RandomNumbers(seed: 7)
    let corners: [Vector3] = [[1, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0]]
    let directions = (0..<400).map { frame in [unit(corners[frame / 40 % 4] + random.vector() * 0.02)] }
    let made = try self.made(Self.hydroxide, directions, &random)
    let result = try made.observe(ReorientationJumps(system: made.system))
    #expect(result.jumps.map(\.jumps) == [[9]])
    let angles = try #require(result.curve("jump-angles"))
    let near = zip(angles.x, angles.mean).filter { abs($0.0 - 90) < 5 }.reduce(0) { $0 + ($1.1 ?? 0) * 5 }
    #expect(abs(near - 1) < 1e-9)
  }
}

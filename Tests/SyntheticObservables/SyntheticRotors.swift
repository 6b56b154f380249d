import Crystal
import Mathematics
import Mechanism
import RealModule

/// Tetrahedra that rotate in a way whose correlation functions are known exactly.
package struct SyntheticRotors: Sendable {
  package enum Motion: Sendable {
    /// Free rotational diffusion: C₁ = exp(−t/τ), C₂ = exp(−3t/τ).
    case diffusion
    /// Jumps by 120° about any of the four bonds, each of the eight as often: C₁ = exp(−t/τ), jumps at a rate of 1/τ.
    case tumbling
    /// Jumps to one of three orientations about one bond, drawn at a rate of 1/τ: C₁ = C₂ = 1/3 + 2/3 exp(−t/τ).
    case threefold
    /// None.
    case still
  }

  package var motion: Motion
  /// ps; of each anion in turn.
  package var times_ps: [Double]
  package var anions = 8
  package var replicas = 1
  package var frames = 200
  package var interval_ps = 0.1
  /// A random turn about each axis that is forgotten from frame to frame, radians.
  package var libration = 0.0

  package init(
    motion: Motion, times_ps: [Double], anions: Int = 8, replicas: Int = 1, frames: Int = 200,
    interval_ps: Double = 0.1, libration: Double = 0
  ) {
    self.motion = motion
    self.times_ps = times_ps
    self.anions = anions
    self.replicas = replicas
    self.frames = frames
    self.interval_ps = interval_ps
    self.libration = libration
  }

  private static let bonds = AnionKind.borohydride.bonds

  private func path(_ time_ps: Double, _ random: inout RandomNumbers) -> [SIMD4<Double>] {
    var q = turn(random.vector() * 2)
    let base = q
    var place = Int(random.next() % 3)
    let chance = 1 - Double.exp(-interval_ps / time_ps)
    return (0..<frames).map { _ in
      let now = motion == .threefold ? product(base, turn(Self.bonds[0] * (Double(place) * 2 * .pi / 3))) : q
      switch motion {
      case .diffusion:
        // D = 1/(2τ); steps of a tenth of a radian add up like infinitesimal ones.
        q = product(q, turn(random.vector() * (interval_ps / time_ps).squareRoot()))
      case .tumbling where random.uniform() < chance:
        let angle = (random.next() & 1 == 0 ? 2.0 : -2) * .pi / 3
        q = product(q, turn(Self.bonds[Int(random.next() % 4)] * angle))
      case .threefold where random.uniform() < chance: place = Int(random.next() % 3)
      default: break
      }
      return libration > 0 ? product(now, turn(random.vector() * libration)) : now
    }
  }

  private func run(_ random: inout RandomNumbers) throws -> RunObservables {
    var made = HandMade(
      cell: Cell(cubic: 20), kinds: [.borohydride], kindOfAnion: [Int](repeating: 0, count: anions),
      interval_ps: interval_ps)
    made.anions = [[Vector3]](repeating: made.kindOfAnion.map { _ in .zero }, count: frames)
    let paths = (0..<anions).map { path(times_ps[$0 % times_ps.count], &random) }
    made.orientations = (0..<frames).map { frame in paths.map { $0[frame] } }
    return try made.observe(OrientationCorrelation(system: made.system))
      + made.observe(ReorientationJumps(system: made.system))
  }

  /// The pooled values of all replicas.
  package func values(_ random: inout RandomNumbers) throws -> [ObservableValue] {
    var pool = ObservablePool()
    for _ in 0..<replicas { pool.add(try run(&random)) }
    return pool.finish().values
  }
}

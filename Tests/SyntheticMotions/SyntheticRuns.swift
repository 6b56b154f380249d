import Analysis

/// When a run is looked at, and how many ions it has.
package struct FrameGrid: Sendable, Equatable {
  package var ionCount: Int
  package var duration_ps: Double
  package var frameInterval_ps: Double

  /// - Parameters: as the properties.
  package init(ionCount: Int = 64, duration_ps: Double = 50, frameInterval_ps: Double = 0.25) {
    self.ionCount = ionCount
    self.duration_ps = duration_ps
    self.frameInterval_ps = frameInterval_ps
  }

  /// The first and the last included.
  package var frameCount: Int { Int((duration_ps / frameInterval_ps).rounded()) + 1 }

  /// The rate of one ion, 1/ps, at which all ions together make so many hops in one run.
  package func rate(hops: Double) -> Double { hops / (Double(ionCount) * duration_ps) }

  /// Ions that stay where they are, [frame][ion][3].
  var still: [Float] { [Float](repeating: 0, count: frameCount * ionCount * 3) }
}

/// The runs of one temperature, with the diffusivity that an infinitely long run would give.
package struct SyntheticRuns: Sendable {
  package var grid: FrameGrid
  /// Of each replica: unwrapped positions, Å, [frame][ion][3]. Each ion starts near the origin.
  package var paths: [[Float]]
  /// True diffusivity along x, y and z, Å²/ps.
  package var axisDiffusivity: SIMD3<Double>
  /// Hops that ions made in all replicas; nil where the motion has none.
  package var hops: Int?

  /// - Parameters: as the properties.
  package init(grid: FrameGrid, paths: [[Float]], axisDiffusivity: SIMD3<Double>, hops: Int? = nil) {
    self.grid = grid
    self.paths = paths
    self.axisDiffusivity = axisDiffusivity
    self.hops = hops
  }

  package var replicas: Int { paths.count }

  /// True diffusivity, Å²/ps: the mean over the axes, a sixth of the slope of the mean squared displacement.
  package var diffusivity: Double { axisDiffusivity.sum() / 3 }

  /// What the analysis of a study makes of each replica.
  package func mobilities() throws -> [RunMobility] {
    try paths.map {
      let accumulator = try RunMobilityAccumulator(
        frameCount: grid.frameCount, frameInterval_ps: grid.frameInterval_ps)
      try accumulator.add(ions: $0, ionCount: grid.ionCount)
      return try accumulator.finish()
    }
  }
}

/// A kind of motion with a known diffusivity. Every replica starts in the steady state.
package struct Motion: Sendable {
  /// For files and the command line.
  package var id: String
  /// For tables.
  package var name: String
  /// Where the true diffusivity comes from.
  package var source: String
  private let make: @Sendable (inout MotionRandom) throws -> SyntheticRuns

  package init(
    id: String, name: String, source: String,
    make: @escaping @Sendable (inout MotionRandom) throws -> SyntheticRuns
  ) {
    self.id = id
    self.name = name
    self.source = source
    self.make = make
  }

  /// Set number `set`: always the same.
  package func runs(set: Int) throws -> SyntheticRuns {
    var random = MotionRandom(name: id, set: set)
    return try make(&random)
  }

  package func runs(_ random: inout MotionRandom) throws -> SyntheticRuns { try make(&random) }
}

import RealModule
import Units

/// The runs of an Arrhenius set, with what the fit should give.
package struct SweepRuns: Sendable {
  package var temperatures_K: [Double]
  /// Of each temperature.
  package var runs: [SyntheticRuns]
  /// The slope of the true ln D against −1/kT over these temperatures, all with the same weight, eV.
  package var activationEnergy_eV: Double
  /// The true diffusivity at 300 K, Å²/ps.
  package var roomDiffusivity: Double
  /// What the straight line of `activationEnergy_eV` gives at 300 K, Å²/ps; the same where Arrhenius' law is exact.
  package var lineRoomDiffusivity: Double

  /// Ea by counting every hop, eV: the maximum of the likelihood of a line through the logarithms of rates of Poisson
  /// processes, which no analysis of the same runs does better than. nil where fewer than two temperatures have hops.
  package var activationEnergyFromCounts_eV: Double? {
    let x = temperatures_K.map { -1 / (Constants.boltzmann * $0) }
    let counts = runs.map { Double($0.hops ?? 0) }
    guard counts.count(where: { $0 > 0 }) >= 2 else { return nil }
    return poissonSlope(x: x, counts: counts)
  }
}

/// The b of counts that are Poisson with the mean exp(a + b x), by maximum likelihood.
private func poissonSlope(x: [Double], counts: [Double]) -> Double? {
  // For a given b the best a makes the sum of the means that of the counts; b follows by Newton's method.
  let total = counts.reduce(0, +)
  let wanted = zip(x, counts).reduce(0) { $0 + $1.0 * $1.1 } / total
  var slope = 0.0
  for _ in 0..<200 {
    let top = x.map { slope * $0 }.max() ?? 0
    let weights = x.map { Double.exp(slope * $0 - top) }
    let sum = weights.reduce(0, +)
    let mean = zip(x, weights).reduce(0) { $0 + $1.0 * $1.1 } / sum
    let variance = zip(x, weights).reduce(0) { $0 + $1.1 * ($1.0 - mean) * ($1.0 - mean) } / sum
    guard variance > 0 else { return nil }
    let step = (wanted - mean) / variance
    // Damped: far from the solution the variance is not that of the whole step.
    slope += min(0.2, max(-0.2, step))
    if abs(step) < 1e-12 { return slope }
  }
  return nil
}

/// A kind of motion at several temperatures, whose true activation energy and diffusivity at 300 K are known.
package struct Sweep: Sendable {
  /// For files and the command line.
  package var id: String
  /// For tables.
  package var name: String
  /// Where the true values come from.
  package var source: String
  package var temperatures_K: [Double]
  /// Whether counting hops gives the best possible Ea.
  package var hasIdeal: Bool
  /// Whether the true ln D is exactly a straight line over 1/T.
  package var isArrhenius: Bool
  private let make: @Sendable (inout MotionRandom) throws -> SweepRuns

  package init(
    id: String, name: String, source: String, temperatures_K: [Double], hasIdeal: Bool = true,
    isArrhenius: Bool = true, make: @escaping @Sendable (inout MotionRandom) throws -> SweepRuns
  ) {
    self.id = id
    self.name = name
    self.source = source
    self.temperatures_K = temperatures_K
    self.hasIdeal = hasIdeal
    self.isArrhenius = isArrhenius
    self.make = make
  }

  /// Set number `set`: always the same.
  package func runs(set: Int) throws -> SweepRuns {
    var random = MotionRandom(name: id, set: set)
    return try make(&random)
  }

  /// A motion whose number of hops follows Arrhenius' law, and so does its diffusivity.
  /// - Parameters:
  ///   - hops: of all ions in one run, at the highest temperature.
  ///   - runs: with so many hops.
  init(
    id: String, name: String, source: String, temperatures_K: [Double], energy_eV: Double, hops: Double,
    runs: @escaping @Sendable (_ hops: Double, inout MotionRandom) throws -> SyntheticRuns
  ) {
    let highest = temperatures_K.max() ?? .nan
    func factor(_ temperature_K: Double) -> Double {
      .exp(-energy_eV / Constants.boltzmann * (1 / temperature_K - 1 / highest))
    }
    let hopsAt = temperatures_K.map { hops * factor($0) }
    let room = factor(300)
    self.init(id: id, name: name, source: source, temperatures_K: temperatures_K) { random in
      let all = try hopsAt.map { try runs($0, &random) }
      let top = zip(temperatures_K, all).max { $0.0 < $1.0 }
      return SweepRuns(
        temperatures_K: temperatures_K, runs: all, activationEnergy_eV: energy_eV,
        roomDiffusivity: room * (top?.1.diffusivity ?? .nan),
        lineRoomDiffusivity: room * (top?.1.diffusivity ?? .nan))
    }
  }

  /// Ions in a landscape, drawn anew for each set: all values are those of its exact diffusivities.
  /// - Parameter hops: of all ions in one run, at the highest temperature.
  init(
    id: String, name: String, temperatures_K: [Double], hops: Double,
    landscape: @escaping @Sendable (inout MotionRandom) -> Landscape
  ) {
    let source = "exact from the master equation, each set's own landscape"
    self.init(
      id: id, name: name, source: source, temperatures_K: temperatures_K, hasIdeal: false,
      isArrhenius: false
    ) { random in
      let grid = FrameGrid()
      let landscape = landscape(&random)
      let highest = temperatures_K.max() ?? .nan
      let attempts = grid.rate(hops: hops) / landscape.network(temperature_K: highest).meanRate
      let runs = try temperatures_K.map {
        try landscape.network(temperature_K: $0, attempts: attempts).runs(grid: grid, &random)
      }
      let room = try landscape.network(temperature_K: 300, attempts: attempts).axisDiffusivity().sum() / 3
      let line = Line(
        x: temperatures_K.map { -1 / (Constants.boltzmann * $0) },
        y: runs.map { Double.log($0.diffusivity) })
      return SweepRuns(
        temperatures_K: temperatures_K, runs: runs, activationEnergy_eV: line.slope, roomDiffusivity: room,
        lineRoomDiffusivity: .exp(line.value(at: -1 / (Constants.boltzmann * 300))))
    }
  }
}

/// The straight line with the least squares.
private struct Line {
  let slope: Double
  private let centre: SIMD2<Double>

  init(x: [Double], y: [Double]) {
    let count = Double(x.count)
    let mean = x.reduce(0, +) / count
    slope =
      zip(x, y).reduce(0) { $0 + ($1.0 - mean) * $1.1 } / x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    centre = SIMD2(mean, y.reduce(0, +) / count)
  }

  func value(at x: Double) -> Double { centre.y + slope * (x - centre.x) }
}

import RealModule

/// Free Brownian motion. Exact: ⟨Δx²⟩ = 2 Dx t.
package struct BrownianMotion: Sendable {
  package var grid: FrameGrid
  /// Along x, y and z, Å²/ps.
  package var axisDiffusivity: SIMD3<Double>
  package var replicas: Int

  package init(
    grid: FrameGrid = FrameGrid(), axisDiffusivity: SIMD3<Double> = .init(repeating: 0.1),
    replicas: Int = 1
  ) {
    self.grid = grid
    self.axisDiffusivity = axisDiffusivity
    self.replicas = replicas
  }

  package func runs(_ random: inout MotionRandom) -> SyntheticRuns {
    let paths = (0..<replicas).map { _ in path(&random) }
    return SyntheticRuns(grid: grid, paths: paths, axisDiffusivity: axisDiffusivity)
  }

  private func path(_ random: inout MotionRandom) -> [Float] {
    var positions = grid.still
    let width = 3 * grid.ionCount
    for column in 0..<width {
      let step = (2 * axisDiffusivity[column % 3] * grid.frameInterval_ps).squareRoot()
      var x = 0.0
      for frame in 1..<grid.frameCount {
        x += step * random.normal()
        positions[frame * width + column] = Float(x)
      }
    }
    return positions
  }
}

/// A vibration about a place: an Ornstein–Uhlenbeck process, in equilibrium. It adds nothing to D.
package struct Rattle: Sendable {
  /// Mean squared displacement after times that are long against `relaxation_ps`, Å².
  package var plateau_A2: Double
  package var relaxation_ps: Double

  package init(plateau_A2: Double, relaxation_ps: Double) {
    self.plateau_A2 = plateau_A2
    self.relaxation_ps = relaxation_ps
  }

  /// Adds the vibration to the path of every ion.
  package func add(to positions: inout [Float], grid: FrameGrid, _ random: inout MotionRandom) {
    let amplitude = (plateau_A2 / 6).squareRoot()
    let memory = Double.exp(-grid.frameInterval_ps / relaxation_ps)
    let kick = amplitude * (1 - memory * memory).squareRoot()
    let width = 3 * grid.ionCount
    for column in 0..<width {
      var x = amplitude * random.normal()
      for frame in 0..<grid.frameCount {
        positions[frame * width + column] += Float(x)
        x = memory * x + kick * random.normal()
      }
    }
  }
}

/// Ions that do not diffuse, D = 0: they vibrate in cages, and may jump back and forth between two sites.
package struct CagedMotion: Sendable {
  package var grid: FrameGrid
  package var rattle: Rattle?
  /// From either site to the other, 1/ps; 0 for one site only.
  package var exchangeRate: Double
  /// Between the sites, which are neighbours along x, y or z, Å.
  package var distance_A: Double
  package var replicas: Int

  package init(
    grid: FrameGrid = FrameGrid(), rattle: Rattle? = Rattle(plateau_A2: 1, relaxation_ps: 0.2),
    exchangeRate: Double = 0, distance_A: Double = 3, replicas: Int = 1
  ) {
    self.grid = grid
    self.rattle = rattle
    self.exchangeRate = exchangeRate
    self.distance_A = distance_A
    self.replicas = replicas
  }

  package func runs(_ random: inout MotionRandom) -> SyntheticRuns {
    var hops = 0
    let paths = (0..<replicas).map { _ in
      var builder = PathBuilder(grid)
      if exchangeRate > 0 {
        for ion in 0..<grid.ionCount { builder.add(ion: ion, jumps: exchanges(&random)) }
      }
      hops += builder.hops
      var positions = builder.positions
      rattle?.add(to: &positions, grid: grid, &random)
      return positions
    }
    return SyntheticRuns(grid: grid, paths: paths, axisDiffusivity: .zero, hops: hops)
  }

  /// Back and forth; both sites are equally likely at the start, so that the direction of the first is free.
  private func exchanges(_ random: inout MotionRandom) -> [Jump] {
    var vector = distance_A * Directions.cubic[random.index(6)]
    var jumps: [Jump] = []
    var time = random.exponential() / exchangeRate
    while time <= grid.duration_ps {
      jumps.append(Jump(time: time, vector: vector))
      vector = -vector
      time += random.exponential() / exchangeRate
    }
    return jumps
  }
}

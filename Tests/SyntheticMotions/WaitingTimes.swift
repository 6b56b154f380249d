import RealModule

/// Hops whose waiting times are not exponential, in the steady state: the first wait is what remains of one that
/// has already begun (a renewal process in equilibrium), so that the number of hops grows linearly from the start.
/// Directions are independent. Exact: D = length² / (6 ⟨wait⟩).
package struct RenewalHops: Sendable {
  /// Of the waiting times, with a mean of 1.
  package enum Distribution: Sendable {
    /// ln of the wait is normal with this standard deviation.
    case logNormal(spread: Double)
    /// A density ∝ wait^(−1 − exponent) above a least wait; the exponent is above 1.
    case pareto(exponent: Double)

    func wait(_ random: inout MotionRandom) -> Double {
      switch self {
      case .logNormal(let spread): .exp(spread * random.normal() - spread * spread / 2)
      case .pareto(let exponent): (exponent - 1) / exponent * .pow(random.uniform(), -1 / exponent)
      }
    }

    /// The wait that a moment falls into is drawn in proportion to its length; the moment is anywhere in it.
    func remainder(_ random: inout MotionRandom) -> Double {
      let whole: Double
      switch self {
      case .logNormal(let spread): whole = .exp(spread * random.normal() + spread * spread / 2)
      case .pareto(let exponent):
        whole = (exponent - 1) / exponent * .pow(random.uniform(), -1 / (exponent - 1))
      }
      return whole * random.uniform()
    }
  }

  package var grid: FrameGrid
  /// Of all ions in one run, on average.
  package var hops: Double
  package var length_A: Double
  package var distribution: Distribution
  package var replicas: Int

  package init(
    hops: Double, distribution: Distribution, grid: FrameGrid = FrameGrid(), length_A: Double = 3,
    replicas: Int = 1
  ) {
    self.grid = grid
    self.hops = hops
    self.length_A = length_A
    self.distribution = distribution
    self.replicas = replicas
  }

  /// Å²/ps.
  package var diffusivity: Double { grid.rate(hops: hops) * length_A * length_A / 6 }

  package func runs(_ random: inout MotionRandom) -> SyntheticRuns {
    let mean_ps = 1 / grid.rate(hops: hops)
    var made = 0
    let paths = (0..<replicas).map { _ in
      var builder = PathBuilder(grid)
      for ion in 0..<grid.ionCount {
        var jumps: [Jump] = []
        var time = mean_ps * distribution.remainder(&random)
        while time <= grid.duration_ps {
          jumps.append(Jump(time: time, vector: length_A * Directions.cubic[random.index(6)]))
          time += mean_ps * distribution.wait(&random)
        }
        builder.add(ion: ion, jumps: jumps)
      }
      made += builder.hops
      return builder.positions
    }
    return SyntheticRuns(
      grid: grid, paths: paths, axisDiffusivity: .init(repeating: diffusivity), hops: made)
  }
}

import RealModule

/// One ion on the sites of a periodic simple cubic lattice with a rate for each step (a continuous-time random walk
/// in a periodic landscape). The rates obey detailed balance.
///
/// The diffusivity is exact. With the equilibrium probabilities πᵢ, conductances gᵢⱼ = πᵢ kᵢⱼ = πⱼ kⱼᵢ and
/// displacements xᵢⱼ along an axis,
///
///     D = ½ Σᵢⱼ gᵢⱼ xᵢⱼ² − Σᵢ bᵢ χᵢ,    bᵢ = Σⱼ gᵢⱼ xᵢⱼ,    Σⱼ gᵢⱼ (χᵢ − χⱼ) = bᵢ
///
/// which is the effective conductivity of the network (De Masi, Ferrari, Goldstein and Wick, J. Stat. Phys. 55, 787
/// (1989)). The first term is D at short times, the second what steps that are undone take from it.
package struct HoppingNetwork: Sendable {
  /// Sites along each edge.
  package let edge: Int
  package let length_A: Double
  /// Equilibrium probability of each site.
  package let probabilities: [Double]
  /// 1/ps, [site][direction of `Directions.cubic`].
  private(set) var rates: [Double]
  private let neighbours: [Int32]
  private let cumulative: [Double]

  var siteCount: Int { probabilities.count }

  /// - Parameters:
  ///   - edge: 3 or more.
  ///   - weights: of the sites in equilibrium, to any scale.
  ///   - rates: [site][6] towards +x, −x, +y, −y, +z, −z, 1/ps; weight times rate is the same both ways.
  init(edge: Int, length_A: Double, weights: [Double], rates: [Double]) {
    self.edge = edge
    self.length_A = length_A
    let sum = weights.reduce(0, +)
    probabilities = weights.map { $0 / sum }
    self.rates = rates
    neighbours = (0..<weights.count * 6).map {
      Int32(Self.neighbour(of: $0 / 6, direction: $0 % 6, edge: edge))
    }
    var running = 0.0
    cumulative = probabilities.map {
      running += $0
      return running
    }
  }

  /// The site one step away, site = (x · edge + y) · edge + z.
  static func neighbour(of site: Int, direction: Int, edge: Int) -> Int {
    var position = [site / (edge * edge), site / edge % edge, site % edge]
    let axis = direction / 2
    position[axis] = (position[axis] + (direction % 2 == 0 ? 1 : edge - 1)) % edge
    return (position[0] * edge + position[1]) * edge + position[2]
  }

  /// Steps of one ion, 1/ps.
  package var meanRate: Double {
    var sum = 0.0
    for site in 0..<siteCount {
      for direction in 0..<6 { sum += probabilities[site] * rates[6 * site + direction] }
    }
    return sum
  }

  /// The same landscape at another pace.
  package func scaled(by factor: Double) -> HoppingNetwork {
    var result = self
    result.rates = rates.map { factor * $0 }
    return result
  }

  /// Along x, y and z, Å²/ps; exact.
  /// - Throws: `NoExactResult` where the linear equations are not solved.
  package func axisDiffusivity() throws -> SIMD3<Double> {
    let conductances = (0..<6 * siteCount).map { probabilities[$0 / 6] * rates[$0] }
    let diagonal = (0..<siteCount).map { site in conductances[6 * site..<6 * site + 6].reduce(0, +) }
    func apply(_ x: [Double]) -> [Double] {
      var result = [Double](repeating: 0, count: siteCount)
      for site in 0..<siteCount {
        var sum = diagonal[site] * x[site]
        for direction in 0..<6 {
          sum -= conductances[6 * site + direction] * x[Int(neighbours[6 * site + direction])]
        }
        result[site] = sum
      }
      return result
    }
    var result = SIMD3<Double>.zero
    for axis in 0..<3 {
      let there = (0..<siteCount).map { conductances[6 * $0 + 2 * axis] }
      let back = (0..<siteCount).map { conductances[6 * $0 + 2 * axis + 1] }
      let force = zip(there, back).map { length_A * ($0 - $1) }
      guard let corrector = solveNetwork(diagonal: diagonal, rightSide: force, apply: apply) else {
        throw NoExactResult(description: "the conductances of the landscape differ too much")
      }
      let free = length_A * length_A / 2 * (there.reduce(0, +) + back.reduce(0, +))
      result[axis] = free - zip(force, corrector).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return result
  }

  /// Steps of one ion that starts in equilibrium.
  func jumps(duration_ps: Double, _ random: inout MotionRandom) -> [Jump] {
    let draw = random.uniform()
    var site = min(siteCount - 1, cumulative.partitioningIndex { $0 >= draw })
    var jumps: [Jump] = []
    var time = 0.0
    while true {
      let own = rates[6 * site..<6 * site + 6]
      let total = own.reduce(0, +)
      time += random.exponential() / total
      if time > duration_ps { return jumps }
      var rest = random.uniform() * total
      var direction = 0
      while direction < 5, rest >= rates[6 * site + direction] {
        rest -= rates[6 * site + direction]
        direction += 1
      }
      jumps.append(Jump(time: time, vector: length_A * Directions.cubic[direction]))
      site = Int(neighbours[6 * site + direction])
    }
  }

  /// Ions that do not see each other.
  package func runs(grid: FrameGrid, replicas: Int = 1, _ random: inout MotionRandom) throws -> SyntheticRuns
  {
    var hops = 0
    let paths = (0..<replicas).map { _ in
      var builder = PathBuilder(grid)
      for ion in 0..<grid.ionCount {
        builder.add(ion: ion, jumps: jumps(duration_ps: grid.duration_ps, &random))
      }
      hops += builder.hops
      return builder.positions
    }
    return SyntheticRuns(grid: grid, paths: paths, axisDiffusivity: try axisDiffusivity(), hops: hops)
  }
}

extension Array {
  /// The first index whose element satisfies a condition that holds from there on; `count` for none.
  fileprivate func partitioningIndex(where holds: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

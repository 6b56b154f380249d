/// Ions of a simple cubic lattice that move at the same moment. Each ion's own jumps are independent and go in all
/// directions alike. Exact: D = rate × length² / 6.
package struct CooperativeHops: Sendable {
  package enum Kind: Sendable {
    /// A chain of neighbours, a self-avoiding path from a random ion in random directions: each jumps towards the
    /// next. Ions keep the neighbours that they have at the start.
    case strings(ions: Int)
    /// Four ions on a square exchange places in a ring. The lattice stays full.
    case rings
  }

  package var kind: Kind
  /// Of all ions in one run, on average.
  package var hops: Double
  /// Ions along each edge of the lattice, 3 or more.
  package var edge: Int
  package var grid: FrameGrid
  package var length_A: Double
  package var replicas: Int

  /// - Parameter grid: its number of ions is not used.
  package init(
    kind: Kind, hops: Double, edge: Int = 4, grid: FrameGrid = FrameGrid(), length_A: Double = 3,
    replicas: Int = 1
  ) {
    self.kind = kind
    self.hops = hops
    self.edge = edge
    self.grid = grid
    self.grid.ionCount = edge * edge * edge
    self.length_A = length_A
    self.replicas = replicas
  }

  /// Å²/ps.
  package var diffusivity: Double { grid.rate(hops: hops) * length_A * length_A / 6 }

  package func runs(_ random: inout MotionRandom) -> SyntheticRuns {
    var made = 0
    let paths = (0..<replicas).map { _ in
      var builder = PathBuilder(grid)
      builder.add(jumps(&random))
      made += builder.hops
      return builder.positions
    }
    return SyntheticRuns(
      grid: grid, paths: paths, axisDiffusivity: .init(repeating: diffusivity), hops: made)
  }

  private func jumps(_ random: inout MotionRandom) -> [[Jump]] {
    var jumps = [[Jump]](repeating: [], count: grid.ionCount)
    /// The ion of each site.
    var occupant = Array(0..<grid.ionCount)
    let together: Double
    switch kind {
    case .strings(let ions): together = Double(ions)
    case .rings: together = 4
    }
    let rate = hops / together / grid.duration_ps
    var time = random.exponential() / rate
    while time <= grid.duration_ps {
      switch kind {
      case .strings(let ions):
        for (ion, direction) in string(of: ions, &random) {
          jumps[ion].append(Jump(time: time, vector: length_A * Directions.cubic[direction]))
        }
      case .rings:
        let ring = ring(&random)
        let ions = ring.map { occupant[$0.site] }
        for (number, place) in ring.enumerated() {
          jumps[ions[number]].append(
            Jump(time: time, vector: length_A * Directions.cubic[place.direction]))
          occupant[ring[(number + 1) % 4].site] = ions[number]
        }
      }
      time += random.exponential() / rate
    }
    return jumps
  }

  /// The ions and the directions towards the next, the last one's included.
  private func string(of count: Int, _ random: inout MotionRandom) -> [(ion: Int, direction: Int)] {
    while true {
      var path: [(ion: Int, direction: Int)] = []
      var visited: Set<Int> = []
      var site = random.index(grid.ionCount)
      while path.count < count, visited.insert(site).inserted {
        let direction = random.index(6)
        path.append((site, direction))
        site = HoppingNetwork.neighbour(of: site, direction: direction, edge: edge)
      }
      // A path that crosses itself is drawn again, as a whole: all that do not are then equally likely.
      if path.count == count, !visited.contains(site) { return path }
    }
  }

  /// The sites of a square and the directions along its sides.
  private func ring(_ random: inout MotionRandom) -> [(site: Int, direction: Int)] {
    let first = random.index(6)
    // One of the four that are perpendicular to it.
    let second = ((first / 2 + 1 + random.index(2)) % 3) * 2 + random.index(2)
    var site = random.index(grid.ionCount)
    return [first, second, first ^ 1, second ^ 1].map { direction in
      defer { site = HoppingNetwork.neighbour(of: site, direction: direction, edge: edge) }
      return (site, direction)
    }
  }
}

/// A Bravais lattice of the cubic system, periodic, in units of half its edge.
package struct CubicLattice: Sendable {
  package enum Kind: String, Sendable, CaseIterable { case sc, bcc, fcc }

  package let kind: Kind
  /// Conventional cells along each edge.
  package let edge: Int
  /// Of the sites; site 0 is the origin.
  private let positions: [SIMD3<Int>]
  private let numbers: [Int32]
  /// From a site to its nearest neighbours.
  package let steps: [SIMD3<Int>]

  package init(_ kind: Kind, edge: Int) {
    self.kind = kind
    self.edge = edge
    let width = 2 * edge
    var positions: [SIMD3<Int>] = []
    var numbers = [Int32](repeating: -1, count: width * width * width)
    for x in 0..<width {
      for y in 0..<width {
        for z in 0..<width where Self.holds(kind, SIMD3(x, y, z)) {
          numbers[(x * width + y) * width + z] = Int32(positions.count)
          positions.append(SIMD3(x, y, z))
        }
      }
    }
    self.positions = positions
    self.numbers = numbers
    steps = Self.steps(kind)
  }

  private static func holds(_ kind: Kind, _ site: SIMD3<Int>) -> Bool {
    let odd = site.x % 2 + site.y % 2 + site.z % 2
    switch kind {
    case .sc: return odd == 0
    case .bcc: return odd == 0 || odd == 3
    case .fcc: return odd == 0 || odd == 2
    }
  }

  private static func steps(_ kind: Kind) -> [SIMD3<Int>] {
    switch kind {
    case .sc: return Directions.cubic.map { SIMD3(Int(2 * $0.x), Int(2 * $0.y), Int(2 * $0.z)) }
    case .bcc:
      return (0..<8).map { SIMD3($0 & 1 == 0 ? 1 : -1, $0 & 2 == 0 ? 1 : -1, $0 & 4 == 0 ? 1 : -1) }
    case .fcc:
      return (0..<12).map { number in
        let first = number & 1 == 0 ? 1 : -1
        let second = number & 2 == 0 ? 1 : -1
        switch number / 4 {
        case 0: return SIMD3(first, second, 0)
        case 1: return SIMD3(first, 0, second)
        default: return SIMD3(0, first, second)
        }
      }
    }
  }

  package var siteCount: Int { positions.count }

  /// The length of a step, in units of half the edge of a conventional cell, squared.
  var squaredStep: Int { steps[0].x * steps[0].x + steps[0].y * steps[0].y + steps[0].z * steps[0].z }

  /// The site at a site's place moved by a vector.
  func site(_ site: Int, plus vector: SIMD3<Int>) -> Int {
    let width = 2 * edge
    func wrapped(_ x: Int) -> Int { ((x % width) + width) % width }
    let place = positions[site] &+ vector
    return Int(numbers[(wrapped(place.x) * width + wrapped(place.y)) * width + wrapped(place.z)])
  }

  func position(_ site: Int) -> SIMD3<Int> { positions[site] }
}

/// Ions on a lattice with a few vacant sites, which they exchange places with: an ion that has just jumped often jumps
/// back. D = f × rate × length² / 6 with the tracer correlation factor f, exact for this lattice and number of
/// vacancies (`tracerCorrelation`).
package struct VacancyDiffusion: Sendable {
  package let lattice: CubicLattice
  package let vacancies: Int
  /// Exact.
  package let correlation: Double
  package var length_A: Double

  /// - Parameter vacancies: three at most.
  package init(_ kind: CubicLattice.Kind, edge: Int, vacancies: Int, length_A: Double = 3) throws {
    lattice = CubicLattice(kind, edge: edge)
    self.vacancies = vacancies
    self.length_A = length_A
    correlation = try tracerCorrelation(lattice: lattice, vacancies: vacancies)
  }

  package var ionCount: Int { lattice.siteCount - vacancies }

  /// - Parameter hops: of all ions in one run, on average.
  package func diffusivity(hops: Double, grid: FrameGrid) -> Double {
    correlation * grid.rate(hops: hops) * length_A * length_A / 6
  }

  /// - Parameter grid: its number of ions is not used.
  package func runs(
    hops: Double, grid: FrameGrid = FrameGrid(), replicas: Int = 1, _ random: inout MotionRandom
  ) -> SyntheticRuns {
    var grid = grid
    grid.ionCount = ionCount
    var made = 0
    let paths = (0..<replicas).map { _ in
      var builder = PathBuilder(grid)
      builder.add(jumps(hops: hops, duration_ps: grid.duration_ps, &random))
      made += builder.hops
      return builder.positions
    }
    let diffusivity = diffusivity(hops: hops, grid: grid)
    return SyntheticRuns(
      grid: grid, paths: paths, axisDiffusivity: .init(repeating: diffusivity), hops: made)
  }

  private func jumps(hops: Double, duration_ps: Double, _ random: inout MotionRandom) -> [[Jump]] {
    // All arrangements are equally likely.
    var occupant: [Int?] = (0..<lattice.siteCount).map { $0 < ionCount ? $0 : nil }
    occupant.shuffle(using: &random)
    var vacant = occupant.indices.filter { occupant[$0] == nil }
    let scale = length_A / Double(lattice.squaredStep).squareRoot()
    // Some neighbours of a vacancy are vacant.
    let full = Double(ionCount) / Double(lattice.siteCount - 1)
    let rate = hops / duration_ps / full
    var jumps = [[Jump]](repeating: [], count: ionCount)
    var time = random.exponential() / rate
    while time <= duration_ps {
      let which = random.index(vacant.count)
      let step = lattice.steps[random.index(lattice.steps.count)]
      let from = lattice.site(vacant[which], plus: step)
      if let ion = occupant[from] {
        jumps[ion].append(Jump(time: time, vector: -scale * SIMD3<Double>(step)))
        occupant[vacant[which]] = ion
        occupant[from] = nil
        vacant[which] = from
      }
      time += random.exponential() / rate
    }
    return jumps
  }
}

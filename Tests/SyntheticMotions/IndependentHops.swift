/// Hops at random times on a cubic lattice, the direction of each independent of all before. Exact: Dx is half the
/// rate of the hops along x that remain, times the square of their length.
package struct IndependentHops: Sendable {
  /// How the rate of all ions changes in time, with a mean of 1 over the ensemble of runs.
  package enum Modulation: Sendable {
    case constant
    /// All ions are mobile, or all immobile: a telegraph process with equal mean times in both states.
    case switching(meanTime_ps: Double)
    /// Linear, from 1 + `change` at the start of the run to 1 − `change` at its end.
    case drift(change: Double)
  }

  package var grid: FrameGrid
  /// Hops of all ions along ±x, ±y and ±z in one run, on average; for hops that are undone, those that are not
  /// returns.
  package var axisHops: SIMD3<Double>
  package var length_A: Double
  /// Ions that make the same hops.
  package var group: Int
  /// The probability that a hop is undone, after an exponential time of mean `returnTime_ps`.
  package var undone: Double
  package var returnTime_ps: Double
  package var modulation: Modulation
  package var rattle: Rattle?
  package var replicas: Int

  /// - Parameter hops: of all ions in one run, on average, equally along x, y and z.
  package init(
    hops: Double, grid: FrameGrid = FrameGrid(), length_A: Double = 3, group: Int = 1, undone: Double = 0,
    returnTime_ps: Double = 1, modulation: Modulation = .constant, rattle: Rattle? = nil,
    replicas: Int = 1
  ) {
    self.init(
      axisHops: .init(repeating: hops / 3), grid: grid, length_A: length_A, modulation: modulation,
      replicas: replicas)
    self.group = group
    self.undone = undone
    self.returnTime_ps = returnTime_ps
    self.rattle = rattle
  }

  /// - Parameter axisHops: of all ions in one run, on average, along x, y and z.
  package init(
    axisHops: SIMD3<Double>, grid: FrameGrid = FrameGrid(), length_A: Double = 3,
    modulation: Modulation = .constant, replicas: Int = 1
  ) {
    self.grid = grid
    self.axisHops = axisHops
    self.length_A = length_A
    group = 1
    undone = 0
    returnTime_ps = 1
    self.modulation = modulation
    self.replicas = replicas
  }

  /// Å²/ps.
  package var axisDiffusivity: SIMD3<Double> {
    axisHops * (length_A * length_A / 2 * (1 - undone) * grid.rate(hops: 1))
  }

  package func runs(_ random: inout MotionRandom) -> SyntheticRuns {
    var hops = 0
    let paths = (0..<replicas).map { _ in
      let clock = MobileTime(modulation, duration_ps: grid.duration_ps, &random)
      var builder = PathBuilder(grid)
      for first in stride(from: 0, to: grid.ionCount, by: group) {
        let jumps = jumps(clock, &random)
        for ion in first..<min(first + group, grid.ionCount) { builder.add(ion: ion, jumps: jumps) }
      }
      hops += builder.hops
      var positions = builder.positions
      rattle?.add(to: &positions, grid: grid, &random)
      return positions
    }
    return SyntheticRuns(grid: grid, paths: paths, axisDiffusivity: axisDiffusivity, hops: hops)
  }

  /// Of one ion or group.
  private func jumps(_ clock: MobileTime, _ random: inout MotionRandom) -> [Jump] {
    let rate = grid.rate(hops: axisHops.sum()) * clock.highest
    var jumps: [Jump] = []
    // Hops before the first frame that are undone after it belong to the steady state.
    var time = undone > 0 ? -20 * returnTime_ps : 0
    while rate > 0 {
      time += random.exponential() / rate
      if time > grid.duration_ps { break }
      // Thinned to the rate at that time.
      guard random.uniform() * clock.highest < clock.rate(at: time) else { continue }
      let vector = vector(&random)
      jumps.append(Jump(time: time, vector: vector))
      if undone > 0, random.uniform() < undone {
        jumps.append(Jump(time: time + returnTime_ps * random.exponential(), vector: -vector))
      }
    }
    if undone > 0 { jumps.sort { $0.time < $1.time } }
    return jumps
  }

  private func vector(_ random: inout MotionRandom) -> SIMD3<Double> {
    let draw = random.uniform() * axisHops.sum()
    let axis = draw < axisHops.x ? 0 : draw < axisHops.x + axisHops.y ? 1 : 2
    var vector = SIMD3<Double>.zero
    vector[axis] = random.next() & 1 == 0 ? length_A : -length_A
    return vector
  }
}

/// The relative rate of all ions over one run.
private struct MobileTime {
  private let modulation: IndependentHops.Modulation
  private let duration_ps: Double
  /// When the ions become mobile or immobile, ascending, and whether they are mobile at the start.
  private var switches: [Double] = []
  private var startsMobile = true

  init(_ modulation: IndependentHops.Modulation, duration_ps: Double, _ random: inout MotionRandom) {
    self.modulation = modulation
    self.duration_ps = duration_ps
    guard case .switching(let mean) = modulation else { return }
    startsMobile = random.next() & 1 == 0
    var time = mean * random.exponential()
    while time < duration_ps {
      switches.append(time)
      time += mean * random.exponential()
    }
  }

  /// The largest rate of all times.
  var highest: Double {
    switch modulation {
    case .constant: 1
    case .switching: 2
    case .drift(let change): 1 + abs(change)
    }
  }

  func rate(at time: Double) -> Double {
    switch modulation {
    case .constant: return 1
    case .switching:
      let passed = switches.count { $0 <= time }
      return (passed % 2 == 0) == startsMobile ? 2 : 0
    case .drift(let change): return 1 + change * (1 - 2 * time / duration_ps)
    }
  }
}

/// Replicas whose hop rates differ for good: ln of the rate is normal with the standard deviation `spread`. Exact:
/// the diffusivity is the expectation over replicas.
package struct UnequalReplicas: Sendable {
  /// With the mean number of hops; its replicas share the rates that are drawn for them.
  package var hops: IndependentHops
  package var spread: Double

  package init(hops: IndependentHops, spread: Double) {
    self.hops = hops
    self.spread = spread
  }

  package func runs(_ random: inout MotionRandom) -> SyntheticRuns {
    var result = SyntheticRuns(grid: hops.grid, paths: [], axisDiffusivity: hops.axisDiffusivity, hops: 0)
    for _ in 0..<hops.replicas {
      var one = hops
      one.replicas = 1
      // The mean of this factor is 1.
      one.axisHops *= .exp(spread * random.normal() - spread * spread / 2)
      let runs = one.runs(&random)
      result.paths += runs.paths
      result.hops = (result.hops ?? 0) + (runs.hops ?? 0)
    }
    return result
  }
}

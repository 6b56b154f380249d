import RealModule
import SyntheticObservables

@testable import Analysis

/// Trajectories whose diffusivity is known.
struct SyntheticRun {
  var ionCount = 32
  var frameCount = 201
  var frameInterval_ps = 0.25

  var duration_ps: Double { Double(frameCount - 1) * frameInterval_ps }

  /// Free Brownian motion, [frame][ion][3].
  func brownian(diffusivity: Double, _ random: inout RandomNumbers) -> [Float] {
    let step = (2 * diffusivity * frameInterval_ps).squareRoot()
    var paths = [Float](repeating: 0, count: frameCount * ionCount * 3)
    for index in 0..<(3 * ionCount) {
      var x = 0.0
      for frame in 1..<frameCount {
        x += step * random.normal()
        paths[frame * ionCount * 3 + index] = Float(x)
      }
    }
    return paths
  }

  /// A walk that goes `step` Å up or down on every axis in every frame: D = step² / (2 interval).
  func latticeWalk(step: Float, _ random: inout RandomNumbers) -> [Float] {
    var paths = [Float](repeating: 0, count: frameCount * ionCount * 3)
    for frame in 1..<frameCount {
      for index in 0..<(3 * ionCount) {
        let before = paths[(frame - 1) * ionCount * 3 + index]
        paths[frame * ionCount * 3 + index] = before + (random.next() & 1 == 0 ? step : -step)
      }
    }
    return paths
  }

  /// A jump: its time, ps, and its displacement, Å.
  private typealias Jump = (time: Double, vector: SIMD3<Double>)

  private func randomVector(length: Double, _ random: inout RandomNumbers) -> SIMD3<Double> {
    var vector = SIMD3<Double>.zero
    vector[Int(random.next() % 3)] = random.next() & 1 == 0 ? length : -length
    return vector
  }

  /// Hops on a simple cubic lattice, at random times.
  /// - Parameter rate: of one ion, 1/ps; D = rate × length² / 6.
  /// - Parameter group: number of ions that make the same hops.
  /// - Parameter undone: the probability that a hop is undone after an exponential time of mean `returnTime`;
  ///   D is then that of the remaining hops, the fraction 1 − undone.
  func hops(
    rate: Double, length: Double = 3, group: Int = 1, undone: Double = 0, returnTime: Double = 1,
    _ random: inout RandomNumbers
  ) -> [Float] {
    var paths = [Float](repeating: 0, count: frameCount * ionCount * 3)
    // Hops before the first frame that are undone after it belong to the steady state.
    let early = undone > 0 ? -10 * returnTime : 0
    for first in stride(from: 0, to: ionCount, by: group) {
      var jumps: [Jump] = []
      var time = early
      while true {
        time += random.exponential() / rate
        if time > duration_ps { break }
        let vector = randomVector(length: length, &random)
        jumps.append((time, vector))
        if undone > 0, random.uniform() < undone {
          jumps.append((time + returnTime * random.exponential(), -vector))
        }
      }
      jumps.sort { $0.time < $1.time }
      var position = SIMD3<Double>.zero
      var next = 0
      for frame in 0..<frameCount {
        while next < jumps.count, jumps[next].time <= Double(frame) * frameInterval_ps {
          position += jumps[next].vector
          next += 1
        }
        for ion in first..<min(first + group, ionCount) {
          for component in 0..<3 {
            paths[(frame * ionCount + ion) * 3 + component] = Float(position[component])
          }
        }
      }
    }
    return paths
  }

  /// Ions that jump back and forth between two sites, at random times, in equilibrium.
  func twoSites(rate: Double, distance: Float, _ random: inout RandomNumbers) -> [Float] {
    var paths = still
    for ion in 0..<ionCount {
      var site = random.next() & 1 == 0
      for frame in 0..<frameCount {
        paths[(frame * ionCount + ion) * 3] = site ? distance : 0
        if random.uniform() < 1 - Double.exp(-rate * frameInterval_ps) { site.toggle() }
      }
    }
    return paths
  }

  /// Adds a rattle about the path: an Ornstein–Uhlenbeck process whose mean squared displacement
  /// levels off at `plateau`, Å², after a time `relaxation`, ps.
  func rattling(
    _ paths: [Float], plateau: Double, relaxation: Double, _ random: inout RandomNumbers
  ) -> [Float] {
    var result = paths
    let amplitude = (plateau / 6).squareRoot()
    let memory = Double.exp(-frameInterval_ps / relaxation)
    let kick = amplitude * (1 - memory * memory).squareRoot()
    for index in 0..<(3 * ionCount) {
      var x = amplitude * random.normal()
      for frame in 0..<frameCount {
        result[frame * ionCount * 3 + index] += Float(x)
        x = memory * x + kick * random.normal()
      }
    }
    return result
  }

  /// Ions that stay where they are, [frame][ion][3].
  var still: [Float] { [Float](repeating: 0, count: frameCount * ionCount * 3) }

  func mobility(_ paths: [Float], reference: [Double]? = nil) throws -> RunMobility {
    let accumulator = try RunMobilityAccumulator(
      frameCount: frameCount, frameInterval_ps: frameInterval_ps, reference: reference)
    try accumulator.add(ions: paths, ionCount: ionCount)
    return try accumulator.finish()
  }
}

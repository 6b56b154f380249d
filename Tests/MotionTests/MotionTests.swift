import SyntheticMotions
import Testing

/// The diffusivity that a motion states is that of its paths.
struct MotionTests {
  private static let drifting: Set = ["drift-400"]
  /// D(t) of these falls: hops are undone, or ions vibrate.
  private static let remembering = Motion.all.map(\.id).filter { id in
    ["undone", "groups-undone", "vacancies", "sites", "half", "barriers", "crystal"].contains {
      id.hasPrefix($0)
    }
      || id.contains("rattle")
  }
  private static let immobile = ["caged", "two-sites"]

  private func displacements(_ id: String, sets: Int = 60) throws -> Displacements {
    let motion = try #require(Motion.named(id))
    var result = Displacements()
    for set in 0..<sets { result.add(try motion.runs(set: set)) }
    return result
  }

  @Test(arguments: Motion.all.map(\.id).filter { !remembering.contains($0) && !immobile.contains($0) })
  func displacementsGrowAsStated(id: String) throws {
    #expect(try displacements(id).diffusivity.agrees(with: 1))
  }

  @Test(arguments: Motion.all.map(\.id).filter { !drifting.contains($0) })
  func motionIsStationary(id: String) throws {
    let found = try displacements(id)
    #expect(abs(found.change.mean) < 4 * found.change.error)
  }

  @Test(arguments: immobile)
  func immobileIonsStay(id: String) throws {
    let found = try displacements(id)
    #expect(abs(found.lateDiffusivity.mean) < 4 * found.lateDiffusivity.error)
    // The plateau of the vibration, and half of the jumps' 9 Å² between two sites.
    #expect(found.diffusivity.agrees(with: id == "caged" ? 1 : 1 + 9.0 / 2))
  }

  /// 20 hops undone after 1/25 of half the run.
  @Test func hopsThatAreUndone() {
    var random = MotionRandom(seed: 1)
    let grid = FrameGrid(ionCount: 100, duration_ps: 100, frameInterval_ps: 50)
    let hops = IndependentHops(hops: 2000, grid: grid, undone: 0.5, returnTime_ps: 2, replicas: 100)
    var found = Displacements()
    found.add(hops.runs(&random))
    #expect(found.lateDiffusivity.agrees(with: 1))
    #expect(!found.diffusivity.agrees(with: 1))
  }

  @Test func axesDifferAsStated() throws {
    var random = MotionRandom(seed: 3)
    let grid = FrameGrid(ionCount: 200, duration_ps: 10, frameInterval_ps: 10)
    let runs = IndependentHops(axisHops: [4000, 1000, 0], grid: grid, replicas: 40).runs(&random)
    for axis in 0..<3 {
      let squares = runs.paths.map { path in
        (0..<200).reduce(0.0) { sum, ion in
          let x = Double(path[600 + 3 * ion + axis])
          return sum + x * x / 200
        }
      }
      let expected = 2 * runs.axisDiffusivity[axis] * grid.duration_ps
      let found = Sampled(squares)
      #expect(axis == 2 ? found.mean == 0 : abs(found.mean - expected) < 4 * found.error)
    }
  }

  @Test func setsAreReproducibleAndDiffer() throws {
    let motion = try #require(Motion.named("hops-400"))
    #expect(try motion.runs(set: 3).paths == motion.runs(set: 3).paths)
    #expect(try motion.runs(set: 3).paths != motion.runs(set: 4).paths)
    #expect(Set(Motion.all.map(\.id)).count == Motion.all.count)
  }

  /// The waiting times have the mean that the diffusivity rests on.
  @Test(arguments: [RenewalHops.Distribution.logNormal(spread: 1), .pareto(exponent: 3.5)])
  func waitsHaveTheirMean(distribution: RenewalHops.Distribution) {
    var random = MotionRandom(seed: 5)
    // From equilibrium the number of hops is that of the rate, in a short run as in a long one.
    for hops in [0.1, 1, 20] {
      let grid = FrameGrid(ionCount: 1000, duration_ps: 10, frameInterval_ps: 10)
      let counts = (0..<60).map { _ in
        Double(
          RenewalHops(hops: 1000 * hops, distribution: distribution, grid: grid).runs(&random).hops ?? 0)
      }
      let found = Sampled(counts.map { $0 / (1000 * hops) })
      #expect(found.agrees(with: 1))
    }
  }
}

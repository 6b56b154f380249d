import RealModule
import SyntheticObservables
import Testing

@testable import Analysis
@testable import Mathematics
@testable import Mechanism

/// Rotation times of functions of known form.
struct RotationTimeTests {
  private func fitted(_ value: ObservableValue?) throws -> (
    stretching: Double?, plateau: Double?, drop: Double?
  ) {
    guard case .rotationFit(let stretching, let plateau, _, let drop, _) = try #require(value?.warning) else {
      Issue.record("no fit: \(String(describing: value?.note))")
      return (nil, nil, nil)
    }
    return (stretching, plateau, drop)
  }

  /// Half of a run's length, where single runs and blocks do not fall to 1/e: the mean over sets is right.
  @Test func halfOfARun() throws {
    var random = RandomNumbers(seed: 3)
    let rotors = SyntheticRotors(motion: .diffusion, times_ps: [10], replicas: 4)
    var times: [Double] = []
    for _ in 0..<6 {
      let values = try rotors.values(&random)
      let time = try #require(values.named("correlation-time-1"))
      #expect(try fitted(time) == (nil, nil, nil))
      times.append(try #require(time.value))
      #expect(time.error != nil && time.interval68 != nil && time.interval95 != nil)
    }
    // A set scatters by some 3 %.
    #expect(abs(times.reduce(0, +) / 6 - 10) < 0.5)
  }

  /// Few orientations: the plateau is 1/3, and τ that of the rest. τ by 1/e says little.
  @Test func plateau() throws {
    var random = RandomNumbers(seed: 4)
    let rotors = SyntheticRotors(motion: .threefold, times_ps: [1], replicas: 4, frames: 400)
    let values = try rotors.values(&random)
    for degree in [1, 2] {
      let time = try #require(values.named("correlation-time-\(degree)"))
      let form = try fitted(time)
      #expect(form.plateau != nil && form.stretching == nil && form.drop == nil)
      #expect(abs(try #require(time.value) - 1) < 4 * (try #require(time.error)))
      #expect(try #require(time.error) < 0.1)
      let plateau = try #require(values.named("rotation-plateau-\(degree)"))
      #expect(abs(try #require(plateau.value) - 1.0 / 3) < 4 * (try #require(plateau.error)))
      #expect(try #require(plateau.error) < 0.03)
    }
  }

  /// Longer runs do not make a function fall below its plateau, which the warning says: of jumps about one bond with
  /// libration below, C₁ stays above 1/e.
  @Test func plateauAboveTheCrossing() throws {
    var random = RandomNumbers(seed: 5)
    // Half of the anions never jump: the plateau is (1 + 1/3)/2.
    let rotors = SyntheticRotors(motion: .threefold, times_ps: [1, 1e9], anions: 16, frames: 400)
    let values = try rotors.values(&random)
    let crossing = try #require(values.named("crossing-time-1"))
    #expect(crossing.value == nil)
    guard case .correlationStaysAbove(let plateau, _) = crossing.warning else {
      Issue.record("\(String(describing: crossing.note))")
      return
    }
    #expect(abs(plateau - 2.0 / 3) < 0.05)
  }

  /// Libration takes a part of the function at once; the rest decays as without it.
  @Test func dropOfLibration() throws {
    var random = RandomNumbers(seed: 6)
    let rotors = SyntheticRotors(motion: .diffusion, times_ps: [4], frames: 1000, libration: 0.15)
    let time = try #require(try rotors.values(&random).named("correlation-time-1"))
    // 1 − ⟨cos⟩² of turns of 0.15 rad about either normal, for both frames: 2 · 0.15².
    #expect(abs(try #require(fitted(time).drop) - 2 * 0.15 * 0.15) < 0.01)
    #expect(abs(try #require(time.value) - 4) < 0.4)
  }

  /// Libration alone is no reorientation: its plateau is no sign of a fast rotation.
  @Test func librationAlone() throws {
    var random = RandomNumbers(seed: 7)
    let rotors = SyntheticRotors(motion: .still, times_ps: [1], libration: 0.15)
    let values = try rotors.values(&random)
    for degree in [1, 2] {
      let time = try #require(values.named("correlation-time-\(degree)"))
      #expect(time.value == nil)
      guard case .rotationTooSlow(let bound) = time.warning else {
        Issue.record("\(String(describing: time.note))")
        continue
      }
      // Eight anions for 20 ps without a jump.
      #expect(bound > 4)
    }
  }

  /// Anions with different times, whose mean is 3.1 ps: the sum of their exponentials is nearly a stretched one, whose
  /// mean time lacks some of the longest ones.
  @Test func differentAnions() throws {
    var random = RandomNumbers(seed: 8)
    let rotors = SyntheticRotors(
      motion: .tumbling, times_ps: [0.5, 1, 2, 4, 8], anions: 40, replicas: 2, frames: 1000)
    let time = try #require(try rotors.values(&random).named("correlation-time-1"))
    #expect(try fitted(time).stretching != nil)
    #expect(abs(try #require(time.value) - 3.1) < 0.8)
  }

  /// Much slower than the runs: a bound, which holds.
  @Test func tooSlow() throws {
    var random = RandomNumbers(seed: 9)
    let values = try SyntheticRotors(motion: .tumbling, times_ps: [1e6]).values(&random)
    let time = try #require(values.named("correlation-time-1"))
    #expect(time.value == nil)
    guard case .rotationTooSlow(let bound) = time.warning else {
      Issue.record("\(String(describing: time.note))")
      return
    }
    // 159 ps of anions without a jump, and the Poisson bound of none.
    #expect(abs(bound - 159.2 / 2.9957) < 0.01)
  }
}

/// Jumps are counted: exact intervals for few of them.
struct JumpRateTests {
  @Test func garwood() throws {
    let rate = JumpRate(counts: [1, 0, 2, 1, 1], watched_ps: [Double](repeating: 2, count: 5))
    let interval = try #require(rate.interval(level: 0.95))
    // Of five events: 1.6235 and 11.6683.
    #expect(rate.rate_per_ps == 0.5 && rate.dispersion == 1)
    #expect(abs(interval[0] - 0.16235) < 1e-4 && abs(interval[1] - 1.16683) < 1e-4)
    let none = JumpRate(counts: [0, 0], watched_ps: [5, 5])
    #expect(none.rate_per_ps == 0 && none.error_per_ps == nil)
    #expect(abs(try #require(none.interval(level: 0.95)?[1]) - 0.36889) < 1e-4)
  }

  /// A hundred times slower than the run, and trembling: nothing says that the rotation is fast.
  @Test(arguments: [1, 2]) func aSlowRotationThatTremblesIsNotFast(degree: Int) throws {
    var random = RandomNumbers(seed: 31)
    let rotors = SyntheticRotors(motion: .tumbling, times_ps: [2000], libration: 0.15)
    for _ in 0..<5 {
      let time = try #require(rotors.values(&random).named("correlation-time-\(degree)"))
      #expect(time.value == nil || time.value ?? 0 > 20, "\(time)")
      if case .rotationTooFast = time.warning { Issue.record("\(time)") }
      if case .rotationTooSlow(let bound_ps) = time.warning { #expect(bound_ps < 2000) }
    }
  }
}

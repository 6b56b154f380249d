import Mathematics
import RealModule
import Statistics

/// Orientational correlation functions of the anions, from quaternions fitted to the whole anion.
///
/// For each kind, at lags on a logarithmic axis and over all origins: C1(t) = ⟨u(0)·u(t)⟩ and C2(t) =
/// ⟨P2(u(0)·u(t))⟩ of the unit vectors from the centre of mass to the hydrogens (Kweon et al. 2017, Fig. 6,
/// takes the borons of B12H12, which lie in the same directions; Tsai et al. 2023, Fig. 3, the anion's
/// orientation); C1 of each principal axis, where they differ; the mean rotation angle; and the rotation
/// speed of Oh et al. (eq. 5), Σ|r(t+τ) − r(t) − Δ_com| / (n R), whose τ is the lag: it is not divided by τ,
/// and saturates near 4/3 for atoms at R. A linear anion turns about axes perpendicular to its own only.
package final class OrientationCorrelation: FrameObserver {
  private struct Sums {
    var first: BlockSums
    var second: BlockSums
    var axes: [BlockSums]
    var angle: BlockSums
    var speed: BlockSums
    var rotors: RotorSums
  }

  private let system: IonSystem
  private var lags: FrameLags<[SIMD4<Double>]>
  private let rotors: [Int]
  /// Of each anion among those of its kind.
  private let place: [Int]
  private var sums: [Sums?]

  /// Maximum number of rotations evaluated in a run, enough for any purpose.
  private static let most = 20_000_000

  package init(system: IonSystem) {
    self.system = system
    rotors = system.kindOfAnion.indices.filter { system.kinds[system.kindOfAnion[$0]].isRotor }
    var counts = [Int](repeating: 0, count: system.kinds.count)
    place = system.kindOfAnion.map { kind in
      counts[kind] += 1
      return counts[kind] - 1
    }
    let pairs = 24 * system.frameCount * max(1, rotors.count)
    lags = FrameLags(frameCount: system.frameCount, originStride: (pairs + Self.most - 1) / Self.most)
    let bins = lags.lags.count
    let empty = BlockSums(bins: bins, frameCount: system.frameCount)
    sums = system.kinds.enumerated().map { index, kind in
      guard kind.isRotor else { return nil }
      let axes = kind.isSphericalTop ? 0 : kind.definedAxes.count
      return Sums(
        first: empty, second: empty, axes: [BlockSums](repeating: empty, count: axes), angle: empty,
        speed: empty, rotors: RotorSums(anions: counts[index], lagCount: bins))
    }
  }

  package func observe(_ frame: IonFrame) {
    guard !rotors.isEmpty else { return }
    lags.add(frame.orientations, index: frame.index) { oldIndex, old, place in
      for anion in rotors {
        let kind = system.kindOfAnion[anion]
        let turn = system.kinds[kind].turn(from: old[anion], to: frame.orientations[anion])
        guard let block = sums[kind]?.first.block(oldIndex, frame.index) else { continue }
        add(turn, kind: kind, anion: self.place[anion], place: place, block: block)
      }
    }
  }

  private func add(_ turn: SIMD4<Double>, kind: Int, anion member: Int, place: Int, block: Int) {
    let anion = system.kinds[kind]
    let matrix = Matrix3(rotation: turn)
    var first = 0.0
    var second = 0.0
    for u in anion.bonds {
      let cosine = dot(u, matrix * u)
      first += cosine
      second += 1.5 * cosine * cosine - 0.5
    }
    let count = Double(anion.bonds.count)
    sums[kind]?.first.add(first / count, bin: place, block: block)
    sums[kind]?.second.add(second / count, bin: place, block: block)
    sums[kind]?.rotors.add(first / count, second / count, anion: member, lag: place, block: block)
    sums[kind]?.angle.add(turnAngle(turn) * 180 / Double.pi, bin: place, block: block)
    var path = 0.0
    for a in anion.geometry { path += length(matrix * a - a) }
    let whole = Double(anion.geometry.count) * anion.radius_A
    sums[kind]?.speed.add(path / whole, bin: place, block: block)
    guard !anion.isSphericalTop else { return }
    for (k, axis) in anion.definedAxes.enumerated() {
      sums[kind]?.axes[k].add(dot(axis, matrix * axis), bin: place, block: block)
    }
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    let times = lags.lags.map { Double($0) * system.frameInterval_ps }
    for (kind, sums) in sums.enumerated() {
      guard let sums, sums.first.mean.first ?? nil != nil else { continue }
      let name = system.kinds[kind].name
      func add(_ observable: String, _ series: String, _ sums: BlockSums, at zero: Double) {
        var curve = sums.curve(observable, series, x: [0] + times, weight_ps: system.duration_ps)
        curve.mean = [zero] + sums.mean
        curve.blocks = sums.blocks.map { [zero] + $0 }
        result.curves.append(curve)
      }
      add("rotation-1", name, sums.first, at: 1)
      add("rotation-2", name, sums.second, at: 1)
      for (k, axis) in sums.axes.enumerated() {
        add("rotation-axes", "\(name), \(["lowest", "middle", "highest"][k]) moment", axis, at: 1)
      }
      add("angular-displacement", name, sums.angle, at: 0)
      add("rotation-speed", name, sums.speed, at: 0)
      result.rotors.append(
        sums.rotors.samples(
          kind: name, lags_ps: times, length_ps: system.duration_ps, interval_ps: system.frameInterval_ps))
    }
    return result
  }
}

/// The time in which a correlation function falls to 1/e, ps, by interpolation of its logarithm between lags.
/// Unlike the integral, it does not depend on the noisy tail; for an exponential the two are equal.
/// - Parameter times: of the values, ps; the function is 1 at 0.
/// - Returns: nil where it does not fall so far.
package func correlationTime_ps(times: [Double], values: [Double?]) -> Double? {
  let goal = Double.exp(-1)
  var last = (time: 0.0, value: 1.0)
  for (time, value) in zip(times, values) {
    guard let value else { return nil }
    if value <= goal {
      let low = max(value, 1e-9)
      let share = (Double.log(last.value) + 1) / (Double.log(last.value) - Double.log(low))
      return last.time + share * (time - last.time)
    }
    last = (time, value)
  }
  return nil
}

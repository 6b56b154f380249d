import RealModule
import Statistics

/// Jumps of anions from one orientation to another: their rate and their angles.
///
/// Detected with hysteresis, like the hops of ions: an anion resides at the mean of its orientations. It
/// jumps when it has been rotated from there by more than 35° for 0.2 ps; it then resides at the mean of
/// these orientations. The angle is that between the two means. Freely rotating anions give a broad
/// distribution, and have no residence to jump from. Of a linear anion only the direction of its axis counts.
package final class ReorientationJumps: FrameObserver {
  package static let threshold_degrees = 35.0
  package static let dwell_ps = 0.2
  private static let bin_degrees = 5.0

  private struct Rest {
    var mean: SIMD4<Double>
    var outside: SIMD4<Double> = .zero
    var outsideFrames = 0
  }

  private let system: IonSystem
  private let dwell: Int
  private var rests: [Rest?]
  private var angles: [BlockSums]
  private var counts: [Int]
  private var frames = 0

  package init(system: IonSystem) {
    self.system = system
    dwell = max(1, Int((Self.dwell_ps / system.frameInterval_ps).rounded()))
    rests = system.kindOfAnion.map { _ in nil }
    angles = system.kinds.map { _ in
      BlockSums(bins: Int(180 / Self.bin_degrees), frameCount: system.frameCount)
    }
    counts = system.kindOfAnion.map { _ in 0 }
  }

  package func observe(_ frame: IonFrame) {
    frames += 1
    for (anion, kind) in system.kindOfAnion.enumerated() where system.kinds[kind].isRotor {
      let rotor = system.kinds[kind]
      let q = rotor.pose(frame.orientations[anion])
      let block = angles[kind].block(of: frame.index)
      guard var rest = rests[anion] else {
        rests[anion] = Rest(mean: q)
        continue
      }
      defer { rests[anion] = rest }
      let mean = normalized(rest.mean)
      if rotor.angle(betweenPoses: mean, q) * 180 / Double.pi <= Self.threshold_degrees {
        rest.mean += rotor.aligned(q, with: mean)
        rest.outside = .zero
        rest.outsideFrames = 0
        continue
      }
      rest.outside += rest.outsideFrames == 0 ? q : rotor.aligned(q, with: normalized(rest.outside))
      rest.outsideFrames += 1
      guard rest.outsideFrames >= dwell else { continue }
      let arrival = normalized(rest.outside)
      let angle = rotor.angle(betweenPoses: mean, arrival) * 180 / Double.pi
      let bins = Int(180 / Self.bin_degrees)
      angles[kind].addWeight(Self.bin_degrees, block: block)
      angles[kind].add(1, weight: 0, bin: min(bins - 1, Int(angle / Self.bin_degrees)), block: block)
      counts[anion] += 1
      rest = Rest(mean: rest.outside)
    }
  }

  private func normalized(_ q: SIMD4<Double>) -> SIMD4<Double> { q / (q * q).sum().squareRoot() }

  package func finish() -> RunObservables {
    var result = RunObservables()
    let middles = (0..<Int(180 / Self.bin_degrees)).map { (Double($0) + 0.5) * Self.bin_degrees }
    for (kind, sums) in angles.enumerated() where system.kinds[kind].isRotor {
      let name = system.kinds[kind].name
      result.jumps.append(
        JumpCounts(
          kind: name, jumps: system.anions(of: kind).map { counts[$0] },
          watched_ps: Double(frames) * system.frameInterval_ps))
      guard sums.mean[0] != nil else { continue }
      result.curves.append(sums.curve("jump-angles", name, x: middles, weight_ps: system.duration_ps))
    }
    return result
  }
}

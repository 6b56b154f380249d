import Analysis
import Mathematics
import RealModule
import Statistics

/// The correlation of anion rotation with neighbouring hops, over all events.
///
/// For each hop and each kind of anion, the two anions nearest to the middle of the hop (Tsai et al. 2023,
/// Fig. 4) are compared with all anions of the kind at the same instants: their rotation angle within 0.5 ps
/// around the hop, over the mean angle. A permutation test, in which two randomly drawn anions replace the
/// neighbours at the same instant, shows how often chance gives as large a ratio.
package final class MigrationAnalysis {
  /// Window before and after a hop, ps.
  package static let window_ps = 2.0
  /// Half of the time over which a rotation angle is measured, ps.
  package static let halfTurn_ps = 0.25
  package static let neighbours = 2
  private static let shuffles = 999
  /// Number of events that are kept for display.
  private static let mostEvents = 20
  /// Number of those whose paths are kept.
  private static let mostPaths = 3

  private struct Pending {
    var hop: SiteHop
    var middle: Vector3
    var neighbours: [[Int]]
    var distances: [[Double]]
  }

  private let system: IonSystem
  private let window: Int
  private let half: Int
  private var history: [IonFrame] = []
  private var pending: [Pending] = []
  private var ion: BlockSums
  private var rates: [BlockSums]
  private var synchrony: [BlockSums]
  private var shuffled: [[Double]]
  private var eventCounts: [Int]
  private var random = SplitMix64(seed: 1)
  package private(set) var events: [MigrationEvent] = []

  package init(system: IonSystem) {
    self.system = system
    window = max(1, Int((Self.window_ps / system.frameInterval_ps).rounded()))
    half = max(1, Int((Self.halfTurn_ps / system.frameInterval_ps).rounded()))
    let curve = BlockSums(bins: 2 * window + 1, frameCount: system.frameCount)
    ion = curve
    rates = system.kinds.map { _ in curve }
    synchrony = system.kinds.map { _ in BlockSums(bins: 1, frameCount: system.frameCount) }
    shuffled = system.kinds.map { _ in [Double](repeating: 0, count: Self.shuffles) }
    eventCounts = [Int](repeating: 0, count: system.kinds.count)
  }

  /// Processes the next frame and the hops that end in it.
  func observe(_ frame: IonFrame, hops: [SiteHop]) {
    history.append(frame)
    let needed = 2 * (window + half) + 1
    if history.count > needed { history.removeFirst(history.count - needed) }
    for hop in hops { note(hop, in: frame) }
    while let first = pending.first, frame.index >= first.hop.frame + window + half {
      evaluate(pending.removeFirst())
    }
  }

  private func note(_ hop: SiteHop, in frame: IonFrame) {
    let middle = frame.cations[hop.ion] - hop.vector / 2
    var near: [[Int]] = []
    var distances: [[Double]] = []
    for kind in system.kinds.indices {
      guard system.kinds[kind].isRotor else {
        near.append([])
        distances.append([])
        continue
      }
      let found = system.anions(of: kind).map { anion -> (Double, Int) in
        let s = frame.cell.fractional(frame.anions[anion] - middle)
        return (length(frame.cell.cartesian(s - s.rounded(.toNearestOrEven))), anion)
      }.sorted { $0 < $1 }.prefix(Self.neighbours)
      near.append(found.map(\.1))
      distances.append(found.map(\.0))
    }
    pending.append(Pending(hop: hop, middle: middle, neighbours: near, distances: distances))
  }

  private func frame(_ index: Int) -> IonFrame? {
    guard let first = history.first, index >= first.index, index - first.index < history.count else {
      return nil
    }
    return history[index - first.index]
  }

  /// The rotation angle of an anion around an instant, radians.
  private func turn(_ anion: Int, at index: Int) -> Double? {
    guard let before = frame(index - half), let after = frame(index + half) else { return nil }
    return system.kinds[system.kindOfAnion[anion]].angle(
      from: before.orientations[anion], to: after.orientations[anion])
  }

  private func evaluate(_ event: Pending) {
    let at = event.hop.frame
    guard let start = frame(at - window) else { return }
    let block = ion.block(of: at)
    for k in -window...window {
      guard let now = frame(at + k) else { continue }
      ion.add(
        length(now.cations[event.hop.ion] - start.cations[event.hop.ion]), bin: k + window, block: block)
    }
    for (kind, neighbours) in event.neighbours.enumerated() where !neighbours.isEmpty {
      compare(neighbours, kind: kind, at: at, block: block)
    }
    keep(event, start: start)
  }

  private func compare(_ neighbours: [Int], kind: Int, at: Int, block: Int) {
    let all = system.anions(of: kind)
    // With more anions than this, the mean over a subset is precise enough.
    let step = max(1, all.count / 256)
    let sample = stride(from: 0, to: all.count, by: step).map { all[$0] }
    for k in -window...window {
      let turns = sample.compactMap { turn($0, at: at + k) }
      guard turns.count == sample.count, !turns.isEmpty else { continue }
      let mean = turns.reduce(0, +) / Double(turns.count)
      guard mean > 0 else { continue }
      let near = neighbours.compactMap { turn($0, at: at + k) }
      let ratio = near.reduce(0, +) / Double(max(1, near.count)) / mean
      rates[kind].add(ratio, bin: k + window, block: block)
      guard k == 0 else { continue }
      synchrony[kind].add(ratio, bin: 0, block: block)
      eventCounts[kind] += 1
      // Drawn without replacement, since the neighbours of one event are different anions.
      for shuffle in 0..<Self.shuffles {
        shuffled[kind][shuffle] += draw(near.count, from: turns) / Double(max(1, near.count)) / mean
      }
    }
  }

  /// The sum of `count` of the values, drawn without replacement.
  private func draw(_ count: Int, from values: [Double]) -> Double {
    guard count < values.count else { return values.reduce(0, +) * Double(count) / Double(values.count) }
    let first = Int(random.next() % UInt64(values.count))
    guard count > 1 else { return values[first] }
    let second = (first + 1 + Int(random.next() % UInt64(values.count - 1))) % values.count
    return values[first] + values[second]
  }

  private func keep(_ event: Pending, start: IonFrame) {
    guard events.count < Self.mostEvents else { return }
    let at = event.hop.frame
    let frames = (-window...window).compactMap { frame(at + $0) }
    guard frames.count == 2 * window + 1 else { return }
    var neighbours: [MigrationEvent.Neighbour] = []
    for (kind, near) in event.neighbours.enumerated() {
      for (anion, distance) in zip(near, event.distances[kind]) {
        neighbours.append(
          MigrationEvent.Neighbour(
            anion: anion, kind: system.kinds[kind].name, distance_A: distance,
            angle_degrees: frames.map {
              system.kinds[kind].angle(from: start.orientations[anion], to: $0.orientations[anion]) * 180
                / .pi
            }))
      }
    }
    events.append(
      MigrationEvent(
        ion: event.hop.ion, time_ps: Double(at) * system.frameInterval_ps,
        relativeTimes_ps: (-window...window).map { Double($0) * system.frameInterval_ps },
        displacement_A: frames.map { length($0.cations[event.hop.ion] - start.cations[event.hop.ion]) },
        neighbours: neighbours,
        path_A: events.count < Self.mostPaths ? frames.map { Self.place($0.cations[event.hop.ion]) } : nil))
  }

  /// To 0.001 Å, which is finer than a picture.
  private static func place(_ r: Vector3) -> [Double] {
    [r.x, r.y, r.z].map { ($0 * 1000).rounded() / 1000 }
  }

  func finish() -> RunObservables {
    var result = RunObservables()
    let times = (-window...window).map { Double($0) * system.frameInterval_ps }
    if ion.mean[window] != nil {
      result.curves.append(
        ion.curve("migration-ion", system.mobile, x: times, weight_ps: Double(eventCounts.max() ?? 0)))
    }
    for (kind, anion) in system.kinds.enumerated() where anion.isRotor {
      let observed = synchrony[kind].total(bin: 0)
      let count = Double(eventCounts[kind])
      let warning: Warning? =
        eventCounts[kind] == 0 ? .noHopAwayFromEnds(margin_ps: Self.window_ps + Self.halfTurn_ps) : nil
      result.values.append(
        SampledValue(
          observable: "synchrony", series: anion.name, mean: synchrony[kind].mean[0],
          blocks: synchrony[kind].blocks.map { $0[0] }, weight_ps: count, warning: warning))
      let asMuch = shuffled[kind].count { $0 >= observed.sum - 1e-9 }
      result.values.append(
        SampledValue(
          observable: "synchrony-p", series: anion.name,
          mean: count > 0 ? Double(asMuch + 1) / Double(Self.shuffles + 1) : nil, blocks: [],
          weight_ps: count, warning: warning))
      result.values.append(
        SampledValue(
          observable: "migration-events", series: anion.name, mean: count, blocks: [], weight_ps: 1))
      guard count > 0 else { continue }
      result.curves.append(
        rates[kind].curve("migration-anions", anion.name, x: times, weight_ps: count))
    }
    return result
  }
}

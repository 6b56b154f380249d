import Mathematics
import RealModule
import Statistics

/// The angles between two cations as seen from the anion between them, in three ranges of distance within the
/// first shell (Kweon et al. 2017, Fig. 5).
///
/// Both legs lie in the same range, and the density over the angle is not divided by sin θ. The ranges hold
/// a third of the shell's cations each.
package final class CationAngles: FrameObserver {
  /// Angles between the C3 axes of an icosahedron, degrees.
  package static let icosahedron_degrees = [41.8, 70.5, 109.5, 138.2, 180.0]
  private static let bin_degrees = 2.0

  private let system: IonSystem
  /// Outer radii of the ranges of each kind, ascending.
  private let ranges_A: [[Double]]
  private var histograms: [[BlockSums]]

  /// - Parameter ranges_A: outer radii of each kind's ranges, ascending; an empty list leaves the kind out.
  package init(system: IonSystem, ranges_A: [[Double]]) {
    self.system = system
    self.ranges_A = ranges_A
    histograms = ranges_A.map { ranges in
      ranges.map { _ in BlockSums(bins: Int(180 / Self.bin_degrees), frameCount: system.frameCount) }
    }
  }

  package func observe(_ frame: IonFrame) throws {
    guard frame.index % system.structureStride == 0, let reach = ranges_A.compactMap(\.last).max()
    else { return }
    let shells = try CationShells(frame, radius_A: reach)
    let bins = Int(180 / Self.bin_degrees)
    for (anion, vectors) in shells.vectors.enumerated() {
      let kind = system.kindOfAnion[anion]
      var inner = 0.0
      for (index, outer) in ranges_A[kind].enumerated() {
        let units = vectors.compactMap { v -> Vector3? in
          let r = length(v)
          return r > inner && r <= outer ? v / r : nil
        }
        inner = outer
        let block = histograms[kind][index].block(of: frame.index)
        for i in units.indices {
          for j in (i + 1)..<max(i + 1, units.count) {
            let angle = Double.acos(min(1, max(-1, dot(units[i], units[j])))) * 180 / Double.pi
            histograms[kind][index].addWeight(Self.bin_degrees, block: block)
            histograms[kind][index].add(
              1, weight: 0, bin: min(bins - 1, Int(angle / Self.bin_degrees)), block: block)
          }
        }
      }
    }
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    let middles = (0..<Int(180 / Self.bin_degrees)).map { (Double($0) + 0.5) * Self.bin_degrees }
    for (kind, ranges) in histograms.enumerated() {
      for (index, sums) in ranges.enumerated() {
        // The radii of replicas differ a little, but their curves belong together.
        let series = "\(system.kinds[kind].name), \(Self.name(index, of: ranges.count))"
        guard sums.mean[0] != nil else { continue }
        result.curves.append(
          sums.curve("cation-angles", series, x: middles, weight_ps: system.duration_ps))
        result.values.append(
          SampledValue(
            observable: "cation-angles-radius", series: series, mean: ranges_A[kind][index], blocks: [],
            weight_ps: system.duration_ps))
      }
    }
    return result
  }

  private static func name(_ index: Int, of count: Int) -> String {
    count == 3 ? ["nearest third", "middle third", "farthest third"][index] : "range \(index + 1)"
  }
}

import Analysis
import Crystal
import Mathematics
import RealModule
import Statistics

/// Occupancy of tetrahedral, trigonal and linear interstices, and the entropy S̃ (Kweon et al. 2017, eq. 1 and
/// supporting information).
///
/// The sites are those of the mean lattice; their positions follow the anions at each instant. Each cation is
/// assigned to the sites within 4 Å with Gaussian weights in the distance, σ² = 0.1 Å², normalised over the
/// three kinds. A cation far from all sites (in the octahedron of fcc, say) is normalised like any other:
/// only its weight before normalisation shows this.
package final class IntersticeAnalysis: FrameObserver {
  package static let reach_A = 4.0
  package static let variance_A2 = 0.1
  /// Below this mean weight the cations are not at the sites: that of ions 0.8 Å away from one, r.m.s.
  package static let leastRawWeight = 0.05

  private let system: IonSystem
  private let topology: IntersticeTopology
  private let trigonal: TrigonalCentre
  private var shares: BlockSums
  private var raw: BlockSums
  private let siteCounts: [Double]

  package init(system: IonSystem, topology: IntersticeTopology, trigonal: TrigonalCentre = .circumcentre) {
    self.system = system
    self.topology = topology
    self.trigonal = trigonal
    shares = BlockSums(bins: 3, frameCount: system.frameCount)
    raw = BlockSums(bins: 1, frameCount: system.frameCount)
    siteCounts = IntersticeKind.allCases.map { Double(topology.count($0)) }
  }

  package func observe(_ frame: IonFrame) throws {
    guard frame.index % system.structureStride == 0 else { return }
    let block = shares.block(of: frame.index)
    for weights in try Self.weights(frame, topology: topology, trigonal: trigonal) {
      let sum = weights.reduce(0, +)
      raw.add(sum, bin: 0, block: block)
      guard sum > 0 else { continue }
      for kind in 0..<3 { shares.add(weights[kind] / sum, bin: kind, block: block) }
    }
  }

  /// For each cation: Σ over the sites of each kind within reach of exp(−d²/2σ²), not normalised.
  /// - Throws: `AnalysisError.notFinite`.
  package static func weights(
    _ frame: IonFrame, topology: IntersticeTopology, trigonal: TrigonalCentre = .circumcentre
  ) throws -> [[Double]] {
    var positions = frame.cations
    var kinds: [Int] = []
    for kind in IntersticeKind.allCases {
      let sites = topology.positions(kind, cell: frame.cell, centres: frame.anions, trigonal: trigonal)
      positions += sites
      kinds += [Int](repeating: kind.rawValue, count: sites.count)
    }
    let count = frame.cations.count
    let pairs = try frame.pairs(of: positions, within: reach_A)
    return frame.cations.indices.map { cation in
      var weights = [0.0, 0, 0]
      pairs.forEach(of: cation, from: count) { other, _, vector in
        weights[kinds[other - count]] += Double.exp(-dot(vector, vector) / (2 * variance_A2))
      }
      return weights
    }
  }

  private func occupancy(_ shares: [Double?]) -> IntersticeOccupancy? {
    let known = shares.compactMap(\.self)
    guard known.count == 3 else { return nil }
    return IntersticeOccupancy(
      cations: known.map { $0 * Double(system.cationCount) }, sites: siteCounts)
  }

  package func finish() -> RunObservables {
    var result = RunObservables()
    guard let whole = occupancy(shares.mean) else { return result }
    let blocks = shares.blocks.map(occupancy)
    let weight = raw.mean[0] ?? 0
    let warning: Warning? =
      weight < Self.leastRawWeight ? .cationsOffInterstices(rawWeight: weight) : nil
    result.warnings += [warning].compactMap(\.self)
    func add(_ name: String, _ series: String, _ value: (IntersticeOccupancy) -> Double) {
      result.values.append(
        SampledValue(
          observable: name, series: series, mean: value(whole), blocks: blocks.map { $0.map(value) },
          weight_ps: system.duration_ps, warning: warning))
    }
    for kind in IntersticeKind.allCases {
      let k = kind.rawValue
      add("interstice-share", kind.name) { $0.shares[k] }
      add("interstice-occupation", kind.name) { $0.occupations[k] }
      result.values.append(
        SampledValue(
          observable: "interstices-per-cation", series: kind.name,
          mean: siteCounts[k] / Double(max(1, system.cationCount)), blocks: [],
          weight_ps: system.duration_ps))
    }
    add("site-entropy", system.mobile) { $0.entropy_kB }
    result.values.append(
      SampledValue(
        observable: "interstice-raw-weight", series: system.mobile, mean: raw.mean[0],
        blocks: raw.blocks.map { $0[0] }, weight_ps: system.duration_ps))
    return result
  }
}

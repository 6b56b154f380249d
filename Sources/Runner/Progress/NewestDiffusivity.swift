import Foundation
import Manifest
import StudyStore
import Trajectory

/// D of one species at one temperature so far, from the mean squared displacements that the runs compute themselves. It
/// reads one small file a run and no trajectory: a number to watch a study by. `aggregate` computes the one to publish.
package struct NewestDiffusivity: Sendable, Equatable {
  /// The axes other than temperature and replica.
  package var point: [RunSpecification.Coordinate]
  package var species: String
  package var temperature_K: Double
  package var diffusivity_A2_per_ps: Double
  /// Standard error from blocks of time; nil with fewer than three.
  package var error_A2_per_ps: Double?
  /// Over all replicas.
  package var sampled_ps: Double

  /// Of one run.
  struct Estimate {
    var value: Double
    var error: Double?
  }

  /// All that a study has so far, in the order of its runs.
  /// - Returns: also what could not be read, a line each.
  package static func read(_ study: StudyDirectory) -> (found: [NewestDiffusivity], problems: [String]) {
    struct Key: Hashable {
      var axes: [RunSpecification.Coordinate]
      var species: String
      var temperature_K: Double
    }
    var order: [Key] = []
    var pools: [Key: [(estimate: Estimate, sampled_ps: Double)]] = [:]
    var problems: [String] = []
    for run in study.runs {
      do {
        guard let correlations = try RunCorrelations(directory: study.runPath(run.index)) else { continue }
        for species in mobile(run, correlations) {
          guard
            let series = correlations.series.first(where: {
              $0.quantity == "displacement-2" && $0.species == species
            }), let estimate = estimate(series, block_ps: correlations.blockDuration_ps)
          else { continue }
          let key = Key(axes: run.otherAxes, species: species, temperature_K: run.temperature_K)
          if pools[key] == nil { order.append(key) }
          pools[key, default: []].append((estimate, correlations.sampled_ps))
        }
      } catch {
        problems.append("\(run.directoryName): \(error)")
      }
    }
    let found = order.compactMap { key in
      pools[key].map { pooled($0, NewestDiffusivity(key.axes, key.species, key.temperature_K)) }
    }
    return (found, problems)
  }

  /// The diffusing species of a run: those of its manifest, or else the only alkali metal.
  private static func mobile(_ run: RunSpecification, _ correlations: RunCorrelations) -> [String] {
    let named = run.manifest.analysis.mobile
    guard named.isEmpty else { return named }
    return correlations.series.filter { $0.quantity == "displacement-2" }.map(\.species).filter {
      ["Li", "Na", "K", "Rb", "Cs"].contains($0)
    }
  }

  private init(_ point: [RunSpecification.Coordinate], _ species: String, _ temperature_K: Double) {
    (self.point, self.species, self.temperature_K) = (point, species, temperature_K)
    (diffusivity_A2_per_ps, sampled_ps) = (0, 0)
  }

  /// The mean over replicas, weighted by their lengths.
  private static func pooled(
    _ runs: [(estimate: Estimate, sampled_ps: Double)], _ empty: NewestDiffusivity
  ) -> NewestDiffusivity {
    var result = empty
    result.sampled_ps = runs.reduce(0) { $0 + $1.sampled_ps }
    let weights = runs.map { $0.sampled_ps / max(result.sampled_ps, .leastNormalMagnitude) }
    result.diffusivity_A2_per_ps = zip(weights, runs).reduce(0) { $0 + $1.0 * $1.1.estimate.value }
    let errors = runs.compactMap(\.estimate.error)
    if errors.count == runs.count {
      result.error_A2_per_ps = zip(weights, errors).reduce(0) { $0 + ($1.0 * $1.1) * ($1.0 * $1.1) }
        .squareRoot()
    }
    return result
  }

  /// The slope of the mean squared displacement over 6 (Einstein), between a third of the longest lag that fits into a block of
  /// time twice, and that lag.
  static func estimate(_ series: CorrelationSeries, block_ps: Double) -> Estimate? {
    let mean = series.mean
    let known = series.lag_ps.indices.filter { mean[$0] != nil && series.lag_ps[$0] > 0 }
    guard let end = known.last(where: { series.lag_ps[$0] <= block_ps / 2 }),
      let start = known.first(where: { series.lag_ps[$0] >= series.lag_ps[end] / 3 }), start < end
    else { return nil }
    let time_ps = series.lag_ps[end] - series.lag_ps[start]
    func slope(_ curve: [Double?]) -> Double? {
      guard let first = curve[start], let last = curve[end], (last - first).isFinite else { return nil }
      return (last - first) / (6 * time_ps)
    }
    guard let value = slope(mean) else { return nil }
    let blocks = series.blockMeans.compactMap(slope)
    guard blocks.count >= 3 else { return Estimate(value: value, error: nil) }
    let n = Double(blocks.count)
    let middle = blocks.reduce(0, +) / n
    let variance = blocks.reduce(0) { $0 + ($1 - middle) * ($1 - middle) } / (n - 1)
    return Estimate(value: value, error: (variance / n).squareRoot())
  }
}

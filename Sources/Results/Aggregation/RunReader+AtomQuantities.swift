import Mechanism
import Statistics
import Trajectory

extension RunReader {
  /// How far the models of a committee disagree on forces, by element and by kind of ion; none for a single potential.
  /// - Throws: what reading observables throws.
  func deviations() throws -> [SampledValue] {
    guard let kinds = record.plan.deviations else { return [] }
    let series = try record.observables(most: 20_000)
    let duration_ps = (series.times_ps.last ?? 0) - (series.times_ps.first ?? 0)
    return kinds.enumerated().flatMap { index, kind -> [SampledValue] in
      let squares = series.records.map { pow2($0.modelDeviations_eV_per_A[2 * index]) }
      let largest = series.records.map { $0.modelDeviations_eV_per_A[2 * index + 1] }.max()
      return [
        SampledValue(
          observable: "model-deviation", series: kind, mean: Self.root(squares[...]),
          blocks: Self.blocks(squares).map(Self.root), weight_ps: duration_ps),
        SampledValue(
          observable: "largest-model-deviation", series: kind, mean: largest, blocks: [],
          weight_ps: duration_ps),
      ]
    }
  }

  private static func root(_ squares: ArraySlice<Double>) -> Double? {
    squares.isEmpty ? nil : (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  }

  /// Equal, consecutive blocks.
  private static func blocks(_ values: [Double]) -> [ArraySlice<Double>] {
    let count = BlockSums.blockCount
    return (0..<count).map { values[($0 * values.count / count)..<(($0 + 1) * values.count / count)] }
  }
}

private func pow2(_ x: Double) -> Double { x * x }

import Mechanism
import Statistics
import Trajectory

extension RunReader {
  /// How far the models of a committee disagree on forces, and how far atoms are from a model's training set, by element
  /// and by kind of ion; none for a single potential without an active set.
  /// - Throws: what reading observables throws.
  func potentialValues() throws -> [SampledValue] {
    let (deviations, grades) = (record.plan.deviations ?? [], record.plan.extrapolation ?? [])
    guard !deviations.isEmpty || !grades.isEmpty else { return [] }
    let series = try record.observables(most: 20_000)
    return deviations.indices.flatMap { Self.deviations(series, $0, deviations[$0]) }
      + grades.indices.flatMap { Self.grades(series, $0, grades[$0]) }
  }

  private static func deviations(
    _ series: ObservablesSeries, _ index: Int, _ kind: String
  ) -> [SampledValue] {
    let squares = series.records.map { pow2($0.modelDeviations_eV_per_A[2 * index]) }
    let largest = series.records.map { $0.modelDeviations_eV_per_A[2 * index + 1] }.max()
    return [
      SampledValue(
        observable: "model-deviation", series: kind, mean: root(squares[...]),
        blocks: blocks(squares).map(root), weight_ps: duration_ps(series)),
      SampledValue(
        observable: "largest-model-deviation", series: kind, mean: largest, blocks: [],
        weight_ps: duration_ps(series)),
    ]
  }

  private static func grades(_ series: ObservablesSeries, _ index: Int, _ kind: String) -> [SampledValue] {
    func column(_ number: Int) -> [Double] {
      series.records.map { $0.extrapolationGrades[3 * index + number] }
    }
    func averaged(_ name: String, _ values: [Double]) -> SampledValue {
      SampledValue(
        observable: name, series: kind, mean: mean(values[...]), blocks: blocks(values).map(mean),
        weight_ps: duration_ps(series))
    }
    return [
      averaged("extrapolation-grade", column(0)),
      SampledValue(
        observable: "largest-extrapolation-grade", series: kind, mean: column(1).max(), blocks: [],
        weight_ps: duration_ps(series)),
      averaged("atoms-outside-training", column(2)),
    ]
  }

  private static func duration_ps(_ series: ObservablesSeries) -> Double {
    (series.times_ps.last ?? 0) - (series.times_ps.first ?? 0)
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }

  private static func root(_ squares: ArraySlice<Double>) -> Double? { mean(squares)?.squareRoot() }

  /// Equal, consecutive blocks.
  private static func blocks(_ values: [Double]) -> [ArraySlice<Double>] {
    let count = BlockSums.blockCount
    return (0..<count).map { values[($0 * values.count / count)..<(($0 + 1) * values.count / count)] }
  }
}

private func pow2(_ x: Double) -> Double { x * x }

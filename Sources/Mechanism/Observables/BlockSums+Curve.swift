import Statistics

extension BlockSums {
  /// The means as a curve.
  func curve(
    _ observable: String, _ series: String, x: [Double], weight_ps: Double,
    scale: (Int) -> Double = { _ in 1 }
  ) -> SampledCurve {
    SampledCurve(
      observable: observable, series: series, x: x,
      mean: mean.enumerated().map { bin, value in value.map { $0 * scale(bin) } },
      blocks: blocks.map { $0.enumerated().map { bin, value in value.map { $0 * scale(bin) } } },
      weight_ps: weight_ps)
  }
}

/// One correlation function that a run computed on the fly, as sums: of products of a quantity at two
/// times, over all members of a species and all pairs of samples one lag apart.
package struct CorrelationSeries: Sendable, Equatable, Codable {
  /// "displacement-2" (|Δr|²), "displacement-4" (|Δr|⁴), "rotation-1" (u·u′), "rotation-2" (P₂ of it), "velocity",
  /// "angular-velocity", "atom-velocity", "atom-angular-velocity" (scalar products).
  package var quantity: String
  /// "Na", "B12H12"; for atoms of anions "B12H12:H".
  package var species: String
  /// Unit of the means: "Å²", "Å⁴", "1", "Å²/ps²", "1/ps²".
  package var unit: String
  /// Ascending.
  package var lag_ps: [Double]
  /// `[block, then "between"][lag]`: a product counts towards the time block that contains both its times,
  /// else towards the last row. The sum over all rows is that of the run.
  package var sums: [[Double]]
  /// The number of products in each sum; 0 where the run is still shorter than the lag.
  package var counts: [[Double]]

  package init(
    quantity: String, species: String, unit: String, lag_ps: [Double], sums: [[Double]], counts: [[Double]]
  ) {
    self.quantity = quantity
    self.species = species
    self.unit = unit
    self.lag_ps = lag_ps
    self.sums = sums
    self.counts = counts
  }

  /// Over the whole run so far; nil where no pair of samples is that far apart.
  package var mean: [Double?] {
    lag_ps.indices.map { lag in
      let count = counts.reduce(0) { $0 + $1[lag] }
      return count > 0 ? sums.reduce(0) { $0 + $1[lag] } / count : nil
    }
  }

  /// Within each block, `[block][lag]`.
  package var blockMeans: [[Double?]] {
    zip(sums, counts).dropLast().map { zip($0, $1).map { $1 > 0 ? $0 / $1 : nil } }
  }
}

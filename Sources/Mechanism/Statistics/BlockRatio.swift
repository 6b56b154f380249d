import Mathematics
import RealModule

/// A ratio of two sums, such as ⟨R²⟩/Σl², by blocks of time: the samples that its error comes from.
public struct BlockRatio: Codable, Sendable, Equatable {
  /// Of each block.
  public var numerators: [Double]
  /// Of each block, 0 or above.
  public var denominators: [Double]
  /// Of a correlation factor: hops that follow another of the same ion in the same block.
  public var successiveHops: Int?
}

/// The ratio over all blocks of all runs. Its error is that of a ratio estimator (Cochran, Sampling Techniques,
/// §6.3), from the residuals of the blocks; its interval is symmetric in the logarithm, as a ratio above 0.
struct PooledRatio {
  private var pairs: [(numerator: Double, denominator: Double)] = []

  mutating func add(_ run: BlockRatio) {
    pairs += zip(run.numerators, run.denominators).filter { $0.1 > 0 }
  }

  private var sums: (numerator: Double, denominator: Double) {
    pairs.reduce((0, 0)) { ($0.0 + $1.numerator, $0.1 + $1.denominator) }
  }

  var value: Double? {
    let sums = sums
    return sums.denominator > 0 ? sums.numerator / sums.denominator : nil
  }

  /// nil for fewer than three blocks.
  var error: Double? {
    guard let value, pairs.count >= 3 else { return nil }
    let count = Double(pairs.count)
    let squares = pairs.reduce(0.0) { sum, pair in
      let residual = pair.numerator - value * pair.denominator
      return sum + residual * residual
    }
    return (squares * count / (count - 1)).squareRoot() / sums.denominator
  }

  var degreesOfFreedom: Double { Double(pairs.count - 1) }
}

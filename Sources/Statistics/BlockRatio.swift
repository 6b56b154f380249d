import Mathematics
import RealModule

/// A ratio of two sums, such as ⟨R²⟩/Σl², by blocks of time: the samples that its error comes from.
public struct BlockRatio: Codable, Sendable, Equatable {
  /// Of each block.
  public var numerators: [Double]
  /// Of each block, 0 or above.
  public var denominators: [Double]
  /// Of each part of each block, such as an ion, that is independent of the others if nothing moves together; may be
  /// empty.
  public var parts: [Part] = []
  /// Of a correlation factor: hops that follow another of the same ion in the same block.
  public var successiveHops: Int?

  /// - Parameters: as the properties.
  package init(
    numerators: [Double], denominators: [Double], parts: [Part] = [], successiveHops: Int? = nil
  ) {
    self.numerators = numerators
    self.denominators = denominators
    self.parts = parts
    self.successiveHops = successiveHops
  }

  /// One term of either sum.
  public struct Part: Codable, Sendable, Equatable {
    public var numerator: Double
    public var denominator: Double

    /// - Parameters: as the properties.
    package init(numerator: Double, denominator: Double) {
      self.numerator = numerator
      self.denominator = denominator
    }
  }
}

/// The ratio over all blocks of all runs. Its error is that of a ratio estimator (Cochran, Sampling Techniques,
/// §6.3), from the residuals of the parts, or of the blocks where these scatter significantly more than independent
/// parts would.
package struct PooledRatio {
  /// A larger scatter of the blocks counts where it has a smaller chance than this.
  private static let significance = 0.1
  /// Fewer parts do not give an error.
  private static let fewestParts = 10

  private var blocks: [BlockRatio.Part] = []
  private var parts: [BlockRatio.Part] = []

  package init() {}

  package mutating func add(_ run: BlockRatio) {
    blocks += zip(run.numerators, run.denominators).filter { $0.1 > 0 }.map(BlockRatio.Part.init)
    parts += run.parts.filter { $0.denominator > 0 }
  }

  private var total: Double { blocks.reduce(0) { $0 + $1.denominator } }

  package var value: Double? {
    total > 0 ? blocks.reduce(0) { $0 + $1.numerator } / total : nil
  }

  /// The standard error, and its degrees of freedom; nil for fewer than three blocks.
  package var error: (value: Double, degreesOfFreedom: Double)? {
    guard let value, blocks.count >= 3 else { return nil }
    let ofBlocks = variance(of: blocks, value)
    let ofParts = variance(of: parts, value)
    let whole = total
    func result(_ variance: (sum: Double, freedom: Double)) -> (Double, Double) {
      (variance.sum.squareRoot() / whole, variance.freedom)
    }
    guard parts.count >= Self.fewestParts, ofParts.sum > 0 else { return result(ofBlocks) }
    let f = FisherF(numerator: ofBlocks.freedom, denominator: ofParts.freedom)
    let chance = 1 - f.cumulative(ofBlocks.sum / ofParts.sum)
    return result(chance < Self.significance ? ofBlocks : ofParts)
  }

  /// Of the numerators' sum about the ratio. The degrees of freedom are those of the χ² distribution with the
  /// variance that the residuals' fourth moment gives.
  private func variance(of terms: [BlockRatio.Part], _ value: Double) -> (sum: Double, freedom: Double) {
    let squares = terms.map { term in
      let residual = term.numerator - value * term.denominator
      return residual * residual
    }
    let count = Double(terms.count)
    let sum = squares.reduce(0, +)
    guard count > 1, sum > 0 else { return (0, max(1, count - 1)) }
    let kurtosis = count * squares.reduce(0) { $0 + $1 * $1 } / (sum * sum)
    let freedom = terms.count < Self.fewestParts ? count - 1 : max(2, 2 * count / max(kurtosis - 1, 0.5))
    return (sum * count / (count - 1), min(freedom, count - 1))
  }
}

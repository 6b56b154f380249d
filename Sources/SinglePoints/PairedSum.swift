/// Sums over pairs of a computed and a reference value, from which errors follow.
struct PairedSum: Sendable {
  private(set) var count = 0
  /// Σ d², Σ r² and Σ d r of the differences d and the reference values r.
  private var dd = 0.0
  private var rr = 0.0
  private var dr = 0.0
  private var sumOfDifferences = 0.0
  private var largest = 0.0
  private var meanDifference = 0.0
  private var meanReference = 0.0
  /// The same three sums about the means.
  private var centredDD = 0.0
  private var centredRR = 0.0
  private var centredDR = 0.0

  /// B. P. Welford, Technometrics 4, 419 (1962): no digits are lost where the mean is large.
  mutating func add(_ computed: Double, _ reference: Double) {
    let d = computed - reference
    count += 1
    dd += d * d
    rr += reference * reference
    dr += d * reference
    sumOfDifferences += d
    largest = max(largest, abs(d))
    let offD = d - meanDifference
    let offR = reference - meanReference
    meanDifference += offD / Double(count)
    meanReference += offR / Double(count)
    centredDD += offD * (d - meanDifference)
    centredRR += offR * (reference - meanReference)
    centredDR += offD * (reference - meanReference)
  }

  /// Adds the values of another set; each keeps its own means.
  mutating func add(_ other: PairedSum) {
    count += other.count
    dd += other.dd
    rr += other.rr
    dr += other.dr
    sumOfDifferences += other.sumOfDifferences
    largest = max(largest, other.largest)
    centredDD += other.centredDD
    centredRR += other.centredRR
    centredDR += other.centredDR
  }

  /// Nil without a value, or with one that is its own mean.
  /// - Parameters:
  ///   - isCentred: whether the mean of each set of values is subtracted, from both.
  ///   - unit: what the values are multiplied with.
  func errors(isCentred: Bool = false, unit: Double = 1) -> PairedErrors? {
    guard count > (isCentred ? 1 : 0) else { return nil }
    let (dd, rr, dr) = isCentred ? (centredDD, centredRR, centredDR) : (dd, rr, dr)
    let n = Double(count)
    let hasReference = rr > 0
    return PairedErrors(
      count: count, rms: (max(dd, 0) / n).squareRoot() * unit,
      referenceRMS: (max(rr, 0) / n).squareRoot() * unit,
      relative: hasReference ? (max(dd, 0) / rr).squareRoot() : nil, slope: hasReference ? 1 + dr / rr : nil,
      mean: isCentred ? 0 : sumOfDifferences / n * unit, largest: isCentred ? nil : largest * unit)
  }
}

/// Errors of one quantity.
package struct PairedErrors: Codable, Sendable, Equatable {
  /// Values: components of vectors and tensors count each.
  package var count: Int
  /// Root of the mean squared difference of components.
  package var rms: Double
  /// Root of the mean square of the reference.
  package var referenceRMS: Double
  /// One over the other; nil where the reference is zero.
  package var relative: Double?
  /// Of the least-squares line through the origin, computed over reference: below 1, the potential is too soft.
  package var slope: Double?
  /// Computed less reference.
  package var mean: Double
  /// Nil where means are subtracted.
  package var largest: Double?

  enum CodingKeys: String, CodingKey {
    case count, relative, slope, mean, largest
    case rms = "rms_error"
    case referenceRMS = "rms_reference"
  }
}

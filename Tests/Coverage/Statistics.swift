import RealModule

/// A mean over sets and the standard error from their number.
struct Estimated {
  var value: Double
  var error: Double
}

/// What the findings of all sets say about one quantity.
struct Statistics {
  private let findings: [Finding]
  /// The error of each set that has a value: in eV for Ea, of the logarithm for σ, else relative.
  private let errors: [Double]
  let quantity: Finding.Quantity

  init(_ records: [SetRecord], quantity: Finding.Quantity) {
    self.quantity = quantity
    findings = records.flatMap(\.findings).filter { $0.quantity == quantity }
    errors = findings.compactMap { finding in finding.value.flatMap { Self.error(finding, $0) } }
  }

  private static func error(_ finding: Finding, _ value: Double) -> Double? {
    switch finding.quantity {
    case .activationEnergy: value - finding.truth
    case .conductivity, .lineConductivity: value > 0 ? .log(value / finding.truth) : nil
    default: finding.truth > 0 ? value / finding.truth - 1 : nil
    }
  }

  var sets: Int { findings.count }
  var valueCount: Int { findings.count { $0.value != nil } }
  var bounds: Int { findings.count { $0.bound != nil && $0.low95 == nil } }
  /// Sets with neither an interval nor a bound.
  var neither: Int { findings.count { $0.low95 == nil && $0.bound == nil } }

  /// Root of the mean square of the errors; nil where no set has one.
  var rootMeanSquare: Estimated? { Self.rootMeanSquare(errors) }

  /// Of counting every hop.
  var ideal: Estimated? {
    Self.rootMeanSquare(findings.compactMap { finding in finding.ideal.map { $0 - finding.truth } })
  }

  private static func rootMeanSquare(_ errors: [Double]) -> Estimated? {
    guard let squares = mean(errors.map { $0 * $0 }), squares.value > 0 else { return nil }
    let root = squares.value.squareRoot()
    return Estimated(value: root, error: squares.error / (2 * root))
  }

  /// Mean of the errors.
  var bias: Estimated? { Self.mean(errors) }

  private static func mean(_ values: [Double]) -> Estimated? {
    guard !values.isEmpty else { return nil }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return Estimated(value: mean, error: (squares / max(1, count - 1) / count).squareRoot())
  }

  /// The share of intervals that contain the truth.
  var held68: Estimated? { Self.share(findings.compactMap(\.held68)) }
  var held95: Estimated? { Self.share(findings.compactMap(\.held95)) }
  /// The same with bounds, which hold where the truth is below.
  var held95WithBounds: Estimated? { Self.share(findings.compactMap { $0.held95 ?? $0.boundHeld }) }

  private static func share(_ held: [Bool]) -> Estimated? {
    guard !held.isEmpty else { return nil }
    let count = Double(held.count)
    let share = Double(held.count { $0 }) / count
    // Not zero where all hold: as if one more had not.
    let own = (Double(held.count { $0 }) + 0.5) / (count + 1)
    return Estimated(value: share, error: (own * (1 - own) / count).squareRoot())
  }
}

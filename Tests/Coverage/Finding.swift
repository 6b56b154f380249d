/// What an analysis found out about one quantity of one set, beside the truth. Written by this program and by
/// `kinisi_rows.py`.
struct Finding: Codable, Sendable, Equatable {
  /// By the name that it has in files of results.
  struct Quantity: RawRepresentable, Codable, Hashable, Sendable {
    var rawValue: String

    /// Å²/ps.
    static let diffusivity = Quantity(rawValue: "D")
    /// eV.
    static let activationEnergy = Quantity(rawValue: "Ea")
    /// mS/cm at 300 K; for kinisi the diffusivity there, with its truth.
    static let conductivity = Quantity(rawValue: "sigma300")
    /// The same, but the truth is on the straight line through the true ln D of the temperatures: what an extrapolation
    /// by Arrhenius' law could give.
    static let lineConductivity = Quantity(rawValue: "sigma300_line")
    /// Another observable by its name in the results, such as `hop-rate`.
    static func observable(_ name: String) -> Quantity { Quantity(rawValue: name) }
  }

  var quantity: Quantity
  var truth: Double
  var value: Double?
  var low68: Double?
  var high68: Double?
  var low95: Double?
  var high95: Double?
  /// A 95 % upper bound where there is no value.
  var bound: Double?
  /// The value by counting every hop.
  var ideal: Double?

  init(quantity: Quantity, truth: Double) {
    self.quantity = quantity
    self.truth = truth
  }

  /// An interval, asked for by its level.
  mutating func setIntervals(_ interval: (Double) -> ClosedRange<Double>?) {
    (low68, high68) = (interval(0.68)?.lowerBound, interval(0.68)?.upperBound)
    (low95, high95) = (interval(0.95)?.lowerBound, interval(0.95)?.upperBound)
  }

  private func contains(_ low: Double?, _ high: Double?) -> Bool? {
    guard let low, let high else { return nil }
    return low <= truth && truth <= high
  }

  /// Whether the interval contains the truth; nil for none.
  var held68: Bool? { contains(low68, high68) }
  var held95: Bool? { contains(low95, high95) }
  var boundHeld: Bool? { bound.map { truth <= $0 } }
}

/// A line of a file of results.
struct SetRecord: Codable, Sendable, Equatable {
  var set: Int
  var findings: [Finding]
}

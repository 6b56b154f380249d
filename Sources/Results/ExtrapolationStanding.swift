import Analysis
import Support

extension SetSummary {
  /// Fewer temperatures do not show whether one line holds.
  package static let fewestForExtrapolation = 3
  /// An interval over more than this does not tell the order of magnitude.
  package static let widestInterval = 100.0

  /// Why a conductivity by the fit is not to be relied on; nil where it is.
  package func objection(to one: Extrapolation) -> String? {
    let measured = temperatures.count { $0.outcome == .measured }
    if one.isExtrapolation, measured < Self.fewestForExtrapolation {
      return "an extrapolation from \(measured) temperature\(measured == 1 ? "" : "s"), which needs "
        + "\(Self.fewestForExtrapolation)"
    }
    guard one.interval95.count == 2, one.interval95[1] <= Self.widestInterval * one.interval95[0] else {
      let ends = one.interval95.map { fourDigits($0) }.joined(separator: " to ")
      return
        "its 95 % interval, \(ends) mS/cm, spans more than a factor of \(fourDigits(Self.widestInterval))"
    }
    return nil
  }
}

/// The fastest vibration of a kind of molecule.
package struct Vibration: Hashable, Sendable {
  /// `BH4`.
  package var molecule: String
  /// The bond that stretches most in it: `B–H`.
  package var bond: String
  package var period_ps: Double
  /// Whether the period is a usual one of such bonds, and not that of the potential.
  package var isEstimated: Bool

  package init(molecule: String, bond: String, period_ps: Double, isEstimated: Bool) {
    self.molecule = molecule
    self.bond = bond
    self.period_ps = period_ps
    self.isEstimated = isEstimated
  }
}

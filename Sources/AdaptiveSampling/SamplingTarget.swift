/// What the errors of a study are to fall below.
package struct SamplingTarget: Equatable, Sendable {
  /// Relative standard error of each D and of Ea, such as 0.1; nil where they are not to be sampled for.
  package var relative: Double?
  /// Standard error of Ea, eV; in place of the relative one.
  package var energy_eV: Double?

  package init(relative: Double?, energy_eV: Double? = nil) {
    self.relative = relative
    self.energy_eV = energy_eV
  }

  /// The relative error of an Ea that is enough; nil for any.
  package func energyLimit(_ energy_eV: Double?) -> Double? {
    guard let target_eV = self.energy_eV, let energy_eV, energy_eV > 0 else { return relative }
    return target_eV / energy_eV
  }
}

/// The step of a minimisation by FIRE (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006)).
package struct FireStep {
  package private(set) var dt = 0.05
  private var mixing = 0.1
  private var downhill = 0

  package init() {}

  /// Takes note of whether the motion still goes downhill.
  /// - Parameter power: Σ f·v.
  /// - Returns: how much of the velocity to turn into the direction of the force; nil for stopping.
  package mutating func turn(power: Double) -> Double? {
    guard power > 0 else {
      dt *= 0.5
      mixing = 0.1
      downhill = 0
      return nil
    }
    let now = mixing
    downhill += 1
    if downhill > 5 {
      dt = min(dt * 1.1, 0.2)
      mixing *= 0.99
    }
    return now
  }
}

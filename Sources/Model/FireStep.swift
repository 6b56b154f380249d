/// Time step and mixing of a minimisation by FIRE (Bitzek et al., Phys. Rev. Lett. 97, 170201 (2006)).
package struct FireStep: Sendable {
  package private(set) var dt: Double
  package private(set) var mixing: Double
  /// Consecutive downhill steps.
  package private(set) var downhill: Int
  private let largestStep: Double

  /// - Parameters:
  ///   - largestStep: limit of the time step.
  ///   - dt, mixing, downhill: state of a minimisation that is continued.
  package init(largestStep: Double = 0.2, dt: Double = 0.05, mixing: Double = 0.1, downhill: Int = 0) {
    self.largestStep = largestStep
    self.dt = dt
    self.mixing = mixing
    self.downhill = downhill
  }

  /// Adjusts the time step to the power.
  /// - Parameter power: Σ f·v.
  /// - Returns: the fraction of the velocity to rotate towards the force; nil to set the velocity to zero.
  package mutating func update(power: Double) -> Double? {
    guard power > 0 else {
      dt *= 0.5
      mixing = 0.1
      downhill = 0
      return nil
    }
    let now = mixing
    downhill += 1
    if downhill > 5 {
      dt = min(dt * 1.1, largestStep)
      mixing *= 0.99
    }
    return now
  }
}

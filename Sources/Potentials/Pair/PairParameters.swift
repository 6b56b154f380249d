/// A exp(−r/ρ) − C/r⁶ between two types of atom.
public struct PairParameters: Equatable, Sendable {
  public let A_eV: Double
  public let rho_A: Double
  public let C_eVA6: Double

  public func energy(_ r: Double) -> Double {
    let r3 = r * r * r
    return A_eV * exponential(-r / rho_A) - C_eVA6 / (r3 * r3)
  }
}

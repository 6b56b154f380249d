import Units

/// A exp(−r/ρ) − C/r⁶ between two types of atom.
package struct PairParameters: Equatable, Sendable {
  package let A_eV: Double
  package let rho_A: Double
  package let C_eVA6: Double

  package init(A_eV: Double, rho_A: Double, C_eVA6: Double) {
    self.A_eV = A_eV
    self.rho_A = rho_A
    self.C_eVA6 = C_eVA6
  }

  package func energy(_ r: Double) -> Double {
    let r3 = r * r * r
    return A_eV * exponential(-r / rho_A) - C_eVA6 / (r3 * r3)
  }
}

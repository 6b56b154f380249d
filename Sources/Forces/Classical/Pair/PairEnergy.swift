/// Energies of the non-bonded pairs, eV.
package struct PairEnergy: Sendable {
  package var coulomb = 0.0
  package var shortRange = 0.0

  package init() {}

  init(coulomb: Double, shortRange: Double) {
    self.coulomb = coulomb
    self.shortRange = shortRange
  }

  package static func += (left: inout PairEnergy, right: PairEnergy) {
    left.coulomb += right.coulomb
    left.shortRange += right.shortRange
  }
}

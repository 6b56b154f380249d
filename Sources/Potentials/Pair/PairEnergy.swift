/// Energies of the non-bonded pairs, eV.
public struct PairEnergy: Sendable {
  public var coulomb = 0.0
  public var shortRange = 0.0

  public init() {}

  init(coulomb: Double, shortRange: Double) {
    self.coulomb = coulomb
    self.shortRange = shortRange
  }

  public static func += (left: inout PairEnergy, right: PairEnergy) {
    left.coulomb += right.coulomb
    left.shortRange += right.shortRange
  }
}

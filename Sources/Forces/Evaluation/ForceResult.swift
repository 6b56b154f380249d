import Mathematics

/// What an evaluation of forces returns beside them.
package struct Wanted: OptionSet, Sendable {
  package let rawValue: Int
  package init(rawValue: Int) { self.rawValue = rawValue }

  package static let energy = Wanted(rawValue: 1)
  package static let virial = Wanted(rawValue: 2)
  package static let all: Wanted = [.energy, .virial]
}

/// Energies of the whole cell, eV, and the virial −∂E/∂strain, eV.
package struct ForceResult: Sendable {
  package var bonded = 0.0
  package var shortRange = 0.0
  package var coulomb = 0.0
  /// The energy of a machine-learned potential, or of a correction by one.
  package var manyBodies = 0.0
  package var virial = Tensor3()
  /// Σ (r − R) ⊗ f about the centres of mass R of flexible molecules.
  package var intramolecularVirialFlexible = Tensor3()
  /// The same of constrained molecules, without the constraint forces, which are not known.
  package var intramolecularVirialConstrained = Tensor3()

  /// The virial of the centres of mass.
  package var molecularVirial: Tensor3 {
    virial - intramolecularVirialFlexible - intramolecularVirialConstrained
  }
  /// The virial of atoms, and of the centres of constrained molecules.
  package var observedVirial: Tensor3 { virial - intramolecularVirialConstrained }

  package init() {}

  /// Adds what acts inside a molecule.
  mutating func addIntramolecular(_ virial: Tensor3, isConstrained: Bool) {
    if isConstrained {
      intramolecularVirialConstrained += virial
    } else {
      intramolecularVirialFlexible += virial
    }
  }

  /// Adds the energies and virials of another potential.
  mutating func add(_ other: ForceResult) {
    bonded += other.bonded
    shortRange += other.shortRange
    coulomb += other.coulomb
    manyBodies += other.manyBodies
    virial += other.virial
    intramolecularVirialFlexible += other.intramolecularVirialFlexible
    intramolecularVirialConstrained += other.intramolecularVirialConstrained
  }

  package var potential: Double { bonded + shortRange + coulomb + manyBodies }
}

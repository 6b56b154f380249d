/// What a run's system amounts to, for estimates.
package struct SystemSize: Equatable, Sendable {
  package var atoms: Int
  /// Atoms of the mobile species.
  package var mobile: Int
  package var anions: Int
  /// The x of a family that the system really has.
  package var composition: Double?

  package init(atoms: Int, mobile: Int, anions: Int, composition: Double? = nil) {
    self.atoms = atoms
    self.mobile = mobile
    self.anions = anions
    self.composition = composition
  }
}

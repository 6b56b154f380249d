import Model

/// The system of a run as built, for the plan.
package struct SystemEstimate: Equatable, Sendable {
  package var atoms: Int
  /// Atoms of the mobile species.
  package var mobile: Int
  package var anions: Int
  /// The x of the system as built; nil where the structure is not a family.
  package var composition: Double?
  /// The ions that were found: `16 Na, 8 PS4`.
  package var ions: String
  /// What the potential says of the salt; nil where it has no table of salts.
  package var verdict: PotentialVerdict?
  /// Warnings to consider before the system's results are trusted.
  package var warnings: [String]
  /// The fastest one of each kind of molecule.
  package var vibrations: [Vibration]

  package init(
    atoms: Int, mobile: Int, anions: Int, composition: Double? = nil, ions: String = "",
    verdict: PotentialVerdict? = nil, warnings: [String] = [], vibrations: [Vibration] = []
  ) {
    self.atoms = atoms
    self.mobile = mobile
    self.anions = anions
    self.composition = composition
    self.ions = ions
    self.verdict = verdict
    self.warnings = warnings
    self.vibrations = vibrations
  }
}

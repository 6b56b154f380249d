import Analysis
import Manifest

/// The charge of the diffusing ion of a set of runs.
struct SpeciesCharge {
  let species: String
  /// nil where it is not known.
  let charge: IonCharge?
  /// Why the file of the structure does not count.
  let warnings: [Warning]

  /// The results do not need the file of the structure otherwise: where it can't be read any more, the table of usual charges
  /// counts, and a warning says why.
  init(of species: String, _ manifest: Manifest) {
    self.species = species
    do {
      charge = try manifest.charge(of: species)
      warnings = []
    } catch {
      charge = manifest.charge(of: species) { [:] }
      warnings = [.structureChargesUnread(species: species, reason: "\(error)")]
    }
  }
}

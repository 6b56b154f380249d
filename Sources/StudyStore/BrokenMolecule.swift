import Foundation

/// A molecule that has dissociated in a run.
package struct BrokenMolecule: Codable, Equatable, Sendable, CustomStringConvertible {
  /// `BH4`.
  package var kind: String
  /// Its id.
  package var molecule: Int
  /// Ids of two atoms that were bonded when the run began.
  package var atoms: [Int]
  /// How far apart they are, Å.
  package var distance_A: Double
  /// Of the dynamics, over all stages.
  package var step: Int
  package var time_ps: Double

  package init(kind: String, molecule: Int, atoms: [Int], distance_A: Double, step: Int, time_ps: Double) {
    self.kind = kind
    self.molecule = molecule
    self.atoms = atoms
    self.distance_A = distance_A
    self.step = step
    self.time_ps = time_ps
  }

  package enum CodingKeys: String, CodingKey {
    case kind, molecule, atoms, step, time_ps
    case distance_A = "distance_A"
  }

  package var description: String {
    String(
      format: "%@ (molecule id %d) has dissociated by step %d (%.3f ps): atoms %@ are %.2f Å apart", kind,
      molecule,
      step, time_ps, atoms.map(String.init).joined(separator: " and ") as CVarArg, distance_A)
  }

  /// One line on all of them; nil for none.
  package static func summary(of broken: [BrokenMolecule]) -> String? {
    guard let first = broken.first else { return nil }
    let others = broken.count > 1 ? "; \(broken.count) molecules in all" : ""
    return first.description + others
  }
}

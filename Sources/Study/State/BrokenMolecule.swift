import Foundation

/// A molecule that has come apart in a run.
public struct BrokenMolecule: Codable, Equatable, Sendable, CustomStringConvertible {
  /// `BH4`.
  public var kind: String
  /// Its id.
  public var molecule: Int
  /// Ids of two atoms that were bonded when the run began.
  public var atoms: [Int]
  /// How far apart they are, Å.
  public var distance_A: Double
  /// Of the dynamics, over all stages.
  public var step: Int
  public var time_ps: Double

  enum CodingKeys: String, CodingKey {
    case kind, molecule, atoms, step, time_ps
    case distance_A = "distance_A"
  }

  public var description: String {
    String(
      format: "%@ (molecule id %d) has come apart by step %d (%.3f ps): atoms %@ are %.2f Å apart", kind,
      molecule,
      step, time_ps, atoms.map(String.init).joined(separator: " and ") as CVarArg, distance_A)
  }

  /// What a table or a note says of all of them; nil for none.
  public static func summary(of broken: [BrokenMolecule]) -> String? {
    guard let first = broken.first else { return nil }
    let others = broken.count > 1 ? "; \(broken.count) molecules in all" : ""
    return first.description + others
  }
}

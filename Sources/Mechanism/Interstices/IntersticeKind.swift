/// Holes between anions that cations can sit in: between four, three or two of them.
package enum IntersticeKind: Int, CaseIterable, Codable, Sendable {
  case tetrahedral, trigonal, linear

  package var name: String { ["tetrahedral", "trigonal", "linear"][rawValue] }
  /// Anions around it.
  package var corners: Int { 4 - rawValue }
}

/// Where the middle of a trigonal interstice is; in a bcc lattice of anions the two are 0.06 a apart (0.47 Å in
/// Na2B12H12), more than the Gaussian's width, so that a choice must be stated.
public enum TrigonalCentre: String, Codable, Sendable, CaseIterable {
  /// Equally far from the three anions: what a hole between hard spheres is.
  case circumcentre
  /// The mean of the three.
  case centroid
}

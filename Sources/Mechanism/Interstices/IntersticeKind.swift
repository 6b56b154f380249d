/// Interstices that cations can occupy: between four, three or two anions.
package enum IntersticeKind: Int, CaseIterable, Codable, Sendable {
  case tetrahedral, trigonal, linear

  package var name: String { ["tetrahedral", "trigonal", "linear"][rawValue] }
  /// Anions around it.
  package var corners: Int { 4 - rawValue }
}

/// The definition of the centre of a trigonal interstice. In a bcc lattice of anions the two are 0.06 a apart
/// (0.47 Å in Na2B12H12), more than the Gaussian's width, so the choice must be stated.
public enum TrigonalCentre: String, Codable, Sendable, CaseIterable {
  /// Equidistant from the three anions, like a hole between hard spheres.
  case circumcentre
  /// The mean of the three.
  case centroid
}

/// How an average structure is realised as whole atoms.
public struct DisorderOptions: Equatable, Sendable {
  /// Partly occupied positions of ions of the same sign closer than this are never both filled, Å.
  /// Longer than the distances between split positions and between neighbouring tetrahedral sites that
  /// share a face, shorter than Na–Na or K–K contacts in salts.
  public var exclusion_A: Double
  /// The same for two ions of opposite sign, and for an ion and an atom of a molecule or of a fully occupied
  /// site of the opposite sign, Å.
  public var contact_A: Double

  /// Lengths in Å.
  public init(exclusion_A: Double = 2.5, contact_A: Double = 1.2) {
    self.exclusion_A = exclusion_A
    self.contact_A = contact_A
  }
}

/// One partly occupied site of ions in a realised supercell.
public struct SiteFilling: Equatable, Sendable {
  /// The site's label in the file.
  public var label: String
  /// Its symbol.
  public var element: String
  /// As given in the file.
  public var occupancy: Double
  /// Positions in the supercell.
  public var positions: Int
  /// How many of these positions are filled.
  public var filled: Int
}

/// The result of `DisorderedStructure.realisation`.
public struct DisorderRealisation: Sendable {
  /// The atoms.
  public var structure: Structure
  /// How many ions each partly occupied site received, in the order of the file.
  public var fillings: [SiteFilling]
}

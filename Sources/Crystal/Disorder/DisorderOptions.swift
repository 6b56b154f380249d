/// How an average structure is turned into whole atoms.
public struct DisorderOptions: Equatable, Sendable {
  /// Partly occupied positions of ions of the same sign nearer than this are never both filled, Å.
  /// Longer than the distances between split positions and between neighbouring tetrahedral sites that
  /// share a face, shorter than Na–Na or K–K contacts in salts.
  public var exclusion_A: Double
  /// The same for two ions of opposite sign, and for an ion and an atom of a molecule or of a full site of
  /// the other sign, Å.
  public var contact_A: Double

  /// Lengths in Å.
  public init(exclusion_A: Double = 2.5, contact_A: Double = 1.2) {
    self.exclusion_A = exclusion_A
    self.contact_A = contact_A
  }
}

/// One partly occupied site of ions in a realised supercell.
public struct SiteFilling: Equatable, Sendable {
  /// As the file names the site.
  public var label: String
  /// Its symbol.
  public var element: String
  /// As the file says it.
  public var occupancy: Double
  /// In the supercell.
  public var positions: Int
  /// Of these positions.
  public var filled: Int
}

/// What `DisorderedStructure.realisation` makes.
public struct DisorderRealisation: Sendable {
  /// The atoms.
  public var structure: Structure
  /// How many ions went to each partly occupied site, in the order of the file.
  public var fillings: [SiteFilling]
}

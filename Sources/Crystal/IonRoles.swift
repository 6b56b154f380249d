/// What each ion of a structure is to the analysis: one that diffuses, a part of the framework, or neither.
public struct IonRoles: Equatable, Sendable {
  /// The role of one ion.
  public enum Role: Equatable, Sendable {
    /// It diffuses; the index of its species.
    case mobile(Int)
    /// An anion that does not diffuse, or another ion at rest beside such anions.
    case framework
    /// A cation of a kind that often diffuses, such as Na beside mobile Li; all ions at rest where no anion is at rest.
    case other
  }

  /// The species that diffuse, in the order of the results.
  public let mobile: [String]
  /// The role of each molecule.
  public let roles: [Role]
  /// Whether an anion diffuses.
  public let hasMobileAnions: Bool

  /// - Parameters:
  ///   - kinds: of the molecules of a structure.
  ///   - mobile: names of kinds.
  public init(_ kinds: [MoleculeKind], mobile: [String]) {
    self.mobile = mobile
    hasMobileAnions = kinds.contains { mobile.contains($0.name) && !Self.isCation($0) }
    let hasFramework = kinds.contains { !mobile.contains($0.name) && !Self.isCation($0) }
    roles = kinds.map { kind in
      if let species = mobile.firstIndex(of: kind.name) { return .mobile(species) }
      return hasFramework && !Self.guests.contains(kind.name) ? .framework : .other
    }
  }

  /// A single metal atom, or an ion of several atoms with a positive charge; silicon is a part of the framework.
  private static func isCation(_ kind: MoleculeKind) -> Bool {
    kind.isAtom ? FormalCharges.isMetal(kind.name) : kind.isPositive
  }

  /// Single cations that often diffuse: at rest they are no part of the framework.
  private static let guests: Set<String> = FormalCharges.alkaliMetals.union([
    "Mg", "Ca", "Sr", "Ba", "Ag", "Cu",
  ])

  /// Indices of the molecules of one species that diffuses.
  public func mobileIons(_ species: Int) -> [Int] { roles.indices.filter { roles[$0] == .mobile(species) } }

  /// Indices of all molecules that diffuse.
  public var mobileIons: [Int] {
    roles.indices.filter { if case .mobile = roles[$0] { true } else { false } }
  }

  /// Indices of the molecules of the framework.
  public var framework: [Int] { roles.indices.filter { roles[$0] == .framework } }

  /// Indices of the molecules that neither diffuse nor are a part of the framework.
  public var others: [Int] { roles.indices.filter { roles[$0] == .other } }

  /// What mechanisms are told against, and what diffuses is measured against unless told otherwise: the framework, or the
  /// other ions at rest where there is none.
  public var hosts: [Int] { framework.isEmpty ? others : framework }
}

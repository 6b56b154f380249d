/// How far the forces of a potential can be relied on for one salt, as its author has found on configurations that were
/// not fitted.
package enum PotentialTrust: String, Codable, CaseIterable, Sendable, Comparable {
  case notUsable = "not-usable"
  case withCare = "with-care"
  case trusted

  private var rank: Int {
    switch self {
    case .notUsable: 0
    case .withCare: 1
    case .trusted: 2
    }
  }

  package static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }
}

/// Root mean square errors on configurations that were not fitted, each relative to the root mean square of the reference.
package struct HeldOutErrors: Codable, Equatable, Sendable {
  package var configurations: Int?
  /// Of the forces on single cations.
  package var cation_force: Double?
  /// Of the net forces on anions.
  package var anion_force: Double?
  /// Of the torques on anions.
  package var torque: Double?
  /// Of the forces on all atoms.
  package var force: Double?

  package init() {}
}

/// What the author of a potential says of it for one salt.
package struct SaltTrust: Codable, Equatable, Sendable {
  /// Formulas of all its ions, in any order, such as `Na` and `B12H12`.
  package var ions: [String]
  package var trust: PotentialTrust
  package var held_out: HeldOutErrors?
  /// What to be careful with.
  package var note: String?

  package init(ions: [String], trust: PotentialTrust, held_out: HeldOutErrors? = nil, note: String? = nil) {
    self.ions = ions
    self.trust = trust
    self.held_out = held_out
    self.note = note
  }
}

/// What a potential says of itself for the salt of a study.
package struct PotentialVerdict: Codable, Hashable, Sendable {
  /// Name and version.
  package var potential: String
  /// Formulas of the salt's ions, in alphabetical order.
  package var ions: [String]
  /// Nil where the potential says nothing of this salt.
  package var trust: PotentialTrust?
  package var heldOut: HeldOutErrors?
  package var note: String?

  enum CodingKeys: String, CodingKey {
    case potential, ions, trust, note
    case heldOut = "held_out"
  }

  /// - Parameter salts: the entries of the potential's file.
  package init(potential: String, ions: some Sequence<String>, salts: [SaltTrust]) {
    self.potential = potential
    self.ions = Set(ions).sorted()
    let entry = salts.first { Set($0.ions) == Set(self.ions) }
    trust = entry?.trust
    heldOut = entry?.held_out
    note = entry?.note
  }

  /// What counts where a lowest trust is wanted: a salt without reference data is one to be careful with.
  package var effective: PotentialTrust { trust ?? .withCare }
}

extension HeldOutErrors: Hashable {}

extension PotentialVerdict: CustomStringConvertible {
  package var description: String {
    let salt = "\(potential) for \(ions.joined(separator: ", "))"
    guard let trust else { return "\(salt): none of its reference data are of this salt" }
    let word =
      switch trust {
      case .trusted: "trusted"
      case .withCare: "to be used with care"
      case .notUsable: "not usable"
      }
    return "\(salt): \(word)\(heldOut?.text ?? "")\(note.map { "; \($0)" } ?? "")"
  }
}

extension HeldOutErrors {
  fileprivate var text: String {
    let parts = [
      ("forces", force), ("forces on cations", cation_force), ("on anions", anion_force), ("torques", torque),
    ].compactMap { name, value in value.map { "\(name) \(Int(($0 * 100).rounded())) %" } }
    return parts.isEmpty ? "" : " (errors on held-out data: \(parts.joined(separator: ", ")))"
  }
}

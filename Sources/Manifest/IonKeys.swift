import Crystal
import Support
import Units
import Yams

/// What a manifest says of the ions of a structure: `ions` and `bonds`, in `system` and in `import`.
package struct IonDeclarations: Equatable, Sendable {
  /// Charges by formula (``MoleculeKind/name``), e; nil where only the ion is named.
  package var ions: [String: Int?] = [:]
  /// Longest bonds, Å; 0 forbids a bond.
  package var bonds: [ElementPair: Double] = [:]

  package init() {}

  /// The rules by which the ions are found.
  /// - Parameter single: elements whose atoms are ions by themselves; other names are left out.
  package func rules(single: [String] = []) throws -> IonRules {
    try IonRules(ions: ions, bonds: bonds, single: single)
  }

  /// The charge that an ion is declared to have, e; nil where none is.
  package func charge(of ion: String) -> Int? { ions[MoleculeKind.canonical(ion)] ?? nil }
}

extension IonDeclarations {
  /// From the options of a command.
  /// - Parameters:
  ///   - ions: each like `PS4=-3`, or `PS4`.
  ///   - bonds: each like `P-S=2.4`, in Å, or `P-S=none`.
  /// - Throws: ``InputError`` naming the option.
  package init(ions: [String], bonds: [String]) throws {
    for text in ions {
      let parts = Self.parts(text)
      let charge = parts.count == 2 ? Int(parts[1].trimmingPrefix("+")) : nil
      guard let kind = MoleculeKind(formula: parts[0]), parts.count == 1 || charge != nil,
        (-20...20).contains(charge ?? 0), self.ions.updateValue(charge, forKey: kind.name) == nil
      else {
        throw InputError(
          key: "--ion", found: "'\(text.prefix(80))'",
          wanted: "an ion with its charge in e, each once, such as PS4=-3")
      }
    }
    for text in bonds {
      let parts = Self.parts(text)
      let longest =
        parts.count < 2
        ? nil
        : parts[1] == "none" ? 0 : decimalNumber(parts[1]) ?? (try? Quantity.parse(parts[1], as: .length))
      guard parts.count == 2, let pair = ElementPair(parts[0]), let longest,
        longest > 0 || parts[1] == "none",
        longest <= IonRules.longest_A, self.bonds.updateValue(longest, forKey: pair) == nil
      else {
        throw InputError(
          key: "--bond", found: "'\(text.prefix(80))'",
          wanted:
            "two elements with their longest bond, up to \(IonRules.longest_A) Å, or none, each once, such as "
            + "P-S=2.4 or O-H=none")
      }
    }
  }

  private static func parts(_ text: String) -> [String] {
    text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map {
      String($0.trimmingPrefix(while: { $0 == " " }))
    }
  }
}

extension ManifestField {
  /// The keys `ions` and `bonds`.
  static func declarations(
    _ ions: WritableKeyPath<Section, [String: Int?]> & Sendable,
    _ bonds: WritableKeyPath<Section, [ElementPair: Double]> & Sendable
  ) -> [ManifestField] {
    [
      ManifestField(
        "ions", ions, .ions,
        "ions that the structure has, with their charges in e; an ion that is not found is an error. Its elements may "
          + "stand in any order"),
      ManifestField(
        "bonds", bonds, .bonds,
        "longest bonds within ions, by elements, in place of those of the [general rule](structures.md#ions); `none` "
          + "forbids a bond"),
    ]
  }
}

extension ManifestKind where Value == [String: Int?] {
  fileprivate static var ions: Self {
    let wanted = "a mapping such as {PS4: {charge: -3}, Cl: {charge: -1}}"
    return ManifestKind(
      "mapping of formulas to `{charge: …}`",
      read: { value in
        var ions: [String: Int?] = [:]
        for (formula, entry) in try value.openMapping(wanted: wanted).entries {
          guard let kind = MoleculeKind(formula: formula) else {
            throw entry.error(
              wanted: "an ion's formula, such as PS4 or Cl", message: "not '\(formula.prefix(40))'")
          }
          guard ions.updateValue(try charge(entry), forKey: kind.name) == nil else {
            throw entry.error(wanted: "each ion once", message: "\(kind.name) is there already")
          }
        }
        return ions
      },
      write: { ions in
        guard !ions.isEmpty else { return nil }
        let sorted = ions.sorted { $0.key < $1.key }
        return .mapping(
          sorted.map { name, charge in
            (name, .mapping([("charge", charge.map { .text(String($0)) })], .flow))
          }, .flow)
      })
  }

  private static func charge(_ entry: ManifestValue) throws -> Int? {
    guard let value = try entry.mapping(known: ["charge"])["charge"] else { return nil }
    return try value.integer(-20...20)
  }
}

extension ManifestKind where Value == [ElementPair: Double] {
  fileprivate static var bonds: Self {
    ManifestKind(
      "mapping of pairs of elements to a length (Å) or `none`",
      read: { value in
        var bonds: [ElementPair: Double] = [:]
        let wanted = "a mapping such as {P-S: 2.4 Å, O-H: none}"
        for (name, entry) in try value.openMapping(wanted: wanted).entries {
          guard let pair = ElementPair(name) else {
            throw entry.error(wanted: "two elements, such as P-S", message: "not '\(name.prefix(40))'")
          }
          let limit = ManifestLimit("a length up to \(IonRules.longest_A) Å") { $0 <= IonRules.longest_A }
          let longest = entry.text == "none" ? 0 : try entry.quantity(.length, .positive, limit: limit)
          guard bonds.updateValue(longest, forKey: pair) == nil else {
            throw entry.error(wanted: "each pair once", message: "\(pair.text) is there already")
          }
        }
        return bonds
      },
      write: { bonds in
        guard !bonds.isEmpty else { return nil }
        return .mapping(
          bonds.sorted { $0.key < $1.key }.map { pair, longest in
            (pair.text, longest > 0 ? .quantity(longest, .length) : .text("none"))
          }, .flow)
      })
  }
}

import Crystal
import Support
import Yams

/// The charge that a manifest gives to the ions that diffuse.
package enum MobileCharge: Equatable, Sendable {
  /// Of the only species, e.
  case one(Double)
  /// By species, e.
  case each([String: Double])

  /// The charge of a species, e; nil where it is not given.
  package func value(of species: String) -> Double? {
    switch self {
    case .one(let charge): charge
    case .each(let charges): charges[species]
    }
  }
}

/// Where the charge of an ion comes from. The raw value is the code in `summary.json` and in the CSV tables.
package enum ChargeSource: String, Codable, Sendable, CaseIterable {
  /// `analysis.charge`, or `--charge` of `import`.
  case given
  /// `system.ions`.
  case declared
  /// The oxidation states in the file of the structure.
  case structure
  /// A table of usual charges.
  case usual
}

extension ChargeSource {
  /// For people.
  package var words: String {
    switch self {
    case .given: "charge as given"
    case .declared: "charge as declared"
    case .structure: "charge by the structure's oxidation states"
    case .usual: "its usual charge"
    }
  }
}

/// The charge of an ion that diffuses.
package struct IonCharge: Equatable, Sendable {
  /// e.
  package var value_e: Double
  package var source: ChargeSource

  /// Whether the table has it of an element that may have another.
  package func isGuess(of species: String) -> Bool {
    source == .usual && !FormalCharges.alkaliMetals.contains(species)
  }
}

extension Manifest {
  /// The charge of a species, with the oxidation states from the file of the structure.
  /// - Throws: ``InputError`` and `StructureError` where that file counts and can't be read.
  package func charge(of species: String) throws -> IonCharge? {
    try charge(of: species, structureCharges: structureCharges)
  }

  /// The charge of a species: the first of what the analysis gives, what the manifest declares of its ions, the oxidation
  /// states of the structure, and the table of usual charges.
  /// - Parameter structureCharges: by oxidation states, by formula, e; called only where they count.
  /// - Returns: nil where nothing is known.
  package func charge(
    of species: String, structureCharges: () throws -> [String: Double]
  ) rethrows -> IonCharge? {
    if let given = analysis.charge?.value(of: species) { return IonCharge(value_e: given, source: .given) }
    if let declared = declaredCharges[species] { return IonCharge(value_e: declared, source: .declared) }
    // Of an alkali metal no file says otherwise: none need be read.
    if !FormalCharges.alkaliMetals.contains(species), let found = try structureCharges()[species] {
      return IonCharge(value_e: found, source: .structure)
    }
    // A proton has no partner of its own; a hydride has, and is declared.
    let usual = species == "H" ? 1 : MoleculeKind(formula: species)?.formalCharge
    return usual.map { IonCharge(value_e: Double($0), source: .usual) }
  }
}

extension ManifestKind where Value == MobileCharge {
  static var mobileCharge: Self {
    let limit = ManifestLimit("a charge other than 0, such as 1, up to 20") { $0 != 0 && abs($0) <= 20 }
    return ManifestKind(
      "charge other than 0, up to 20, or a mapping such as `{Li: 1, Mg: 2}`",
      read: { value in
        guard case .mapping = value.node else {
          return .one(try value.quantity(.number, .any, limit: limit))
        }
        let entries = try value.openMapping(wanted: "a charge, or a mapping such as {Li: 1, Mg: 2}").entries
        guard !entries.isEmpty else { throw value.error(wanted: "a charge for each mobile ion") }
        return .each(
          Dictionary(
            uniqueKeysWithValues: try entries.map { ($0, try $1.quantity(.number, .any, limit: limit)) }))
      },
      write: { charge in
        switch charge {
        case .one(let value): return .quantity(value, .number)
        case .each(let values):
          return .mapping(
            values.sorted { $0.key < $1.key }.map { ($0.key, .quantity($0.value, .number)) }, .flow)
        }
      })
  }
}

extension AnalysisSpecification {
  /// Checks the charges beside the species that they are given for.
  @Sendable static func checkCharge(_ value: ManifestValue, _ analysis: inout Self) throws {
    let mobile = analysis.mobile
    guard !mobile.isEmpty else { return }
    switch analysis.charge {
    case .one where mobile.count > 1:
      throw value.error(
        wanted:
          "the charge of each mobile ion, such as {\(mobile.map { "\($0): 1" }.joined(separator: ", "))}")
    case .each(let charges):
      guard let other = charges.keys.sorted().first(where: { !mobile.contains($0) }) else { return }
      throw InputError(
        place: value.place, key: "\(value.path).\(other)", found: "the charge of an ion that is not mobile",
        wanted: "one of \(mobile.joined(separator: ", "))")
    default: return
    }
  }

  /// - Parameter declared: charges of ions that the manifest gives in another place, e.
  /// - Throws: ``InputError`` for two charges of one ion, with both values and lines.
  func checkCharges(
    against declared: [String: Double], declaredIn key: String, _ document: ManifestDocument
  ) throws {
    for (ion, there) in declared.sorted(by: { $0.key < $1.key }) {
      let here: Double? =
        switch charge {
        case .each(let charges): charges[ion]
        case .one(let value): mobile == [ion] ? value : nil
        case nil: nil
        }
      guard let here, here != there else { continue }
      let line = document.place(of: "\(key).\(ion)").line.map { " (line \($0))" } ?? ""
      throw InputError(
        place: document.place(of: "analysis.charge"), key: "analysis.charge",
        found: "\(chargeText(here)) for \(ion)",
        wanted: "the charge that \(key) gives it\(line): \(chargeText(there))")
    }
  }
}

/// A charge with its sign: `+2`.
package func chargeText(_ charge_e: Double) -> String {
  (charge_e > 0 ? "+" : "") + fourDigits(charge_e)
}

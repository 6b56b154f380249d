import Foundation

/// What a structure's ions are beyond their atoms.
public struct IonFacts: Hashable, Sendable {
  /// Charges that the user or the file gives, by formula, e.
  public var charges: [String: Int] = [:]
  /// Isotopes of the file.
  public var masses = AtomMasses()
  /// The rules by which the ions were found.
  public var rules = IonRules()
  /// What was decided without being asked, one line each: networks without end, charges that are not used.
  public var notes: [String] = []

  /// Nothing is known.
  public init() {}

  /// Isotopes in words, `D 2.014 amu for H in BH4`; nil where there are none.
  public var isotopes: String? { masses.isEmpty ? nil : masses.text }
}

extension Structure {
  /// The symbol of each atom, D and T where the masses are theirs.
  var isotopeSymbols: [String] {
    guard !ions.masses.isEmpty else { return elements }
    let kinds = moleculeKinds.map(\.name)
    return zip(elements, moleculeOfAtom).map { element, molecule in
      guard element == "H", let mass = ions.masses[element, in: kinds[molecule]] else { return element }
      return Element.nearest(mass_amu: mass)?.symbol ?? element
    }
  }

  /// Checks what the user says of the ions, and takes their charges.
  ///
  /// - Throws: ``StructureError/declared(found:wanted:)`` for an ion that is not there, naming those that are, and for
  ///   a charge that contradicts the file's.
  public mutating func declare(_ rules: IonRules) throws {
    let found = Set(moleculeKinds.map(\.name))
    for (ion, charge) in rules.ions.sorted(by: { $0.key < $1.key }) {
      guard found.contains(ion) else {
        throw StructureError.declared(
          found: "no \(ion) among \(ionList)",
          wanted: "ions of the structure, or longer bonds between their atoms (bonds: P-S = 2.4 Å)")
      }
      guard let charge else { continue }
      if let other = ions.charges[ion], other != charge {
        throw StructureError.declared(
          found: "the charge of \(ion) as \(charge) e declared, and \(other) e in the file",
          wanted: "one charge")
      }
      ions.charges[ion] = charge
    }
    ions.rules = rules
  }

  /// Takes charges of atoms, such as oxidation states, as the charges of ions, where they are whole numbers for every
  /// ion and add up to zero.
  mutating func takeCharges(_ charges_e: [Double]) {
    guard charges_e.count == atomCount, charges_e.contains(where: { abs($0) > 1e-3 }) else { return }
    let total = charges_e.reduce(0, +)
    // Where only single ions have charges, those of the others are left to a force field.
    let areSingle = zip(moleculeKinds, moleculeRanges).allSatisfy { _, atoms in
      atoms.count == 1 || charges_e[atoms].allSatisfy { $0 == 0 }
    }
    if abs(total) >= 0.05, areSingle, moleculeCount < atomCount { return }
    guard abs(total) < 0.05 else {
      ions.notes.append("the charges in the file add up to \(Self.text(total)) e and are not used")
      return
    }
    var ranges: [String: ClosedRange<Double>] = [:]
    for (kind, atoms) in zip(moleculeKinds, moleculeRanges) {
      let charge = charges_e[atoms].reduce(0, +)
      let old = ranges[kind.name] ?? charge...charge
      ranges[kind.name] = min(old.lowerBound, charge)...max(old.upperBound, charge)
    }
    let odd = ranges.filter { _, range in
      let whole = range.lowerBound.rounded()
      return abs(whole) > 20 || abs(range.lowerBound - whole) > 0.05 || abs(range.upperBound - whole) > 0.05
    }.sorted { $0.key < $1.key }
    guard odd.isEmpty else {
      let texts = odd.map { name, range in
        let (low, high) = (Self.text(range.lowerBound), Self.text(range.upperBound))
        return "\(name) \(low == high ? low : "\(low) to \(high)")"
      }
      ions.notes.append(
        "the charges in the file are not one whole number for each ion (\(texts.joined(separator: ", ")) e) "
          + "and are not used")
      return
    }
    ions.charges = ranges.mapValues { Int($0.lowerBound.rounded()) }
  }

  private static func text(_ charge: Double) -> String { String(format: "%.3g", charge == 0 ? 0 : charge) }

  /// Takes the masses of atoms, such as those of D and T, as masses of elements and of elements in ions.
  /// - Parameter masses_amu: of each atom; nil for the standard one, and so is one within a thousandth of it.
  mutating func takeIsotopes(_ masses_amu: [Double?]) {
    guard masses_amu.contains(where: { $0 != nil }) else { return }
    var found: [String: [String: [Double: Int]]] = [:]
    for (kind, atoms) in zip(moleculeKinds, moleculeRanges) {
      for atom in atoms {
        let usual = Element(symbol: elements[atom])?.mass_amu ?? 1
        var mass = masses_amu[atom] ?? usual
        if abs(mass - usual) < 1e-3 * usual { mass = usual }
        found[elements[atom], default: [:]][kind.name, default: [:]][mass, default: 0] += 1
      }
    }
    for (element, kinds) in found.sorted(by: { $0.key < $1.key }) {
      let usual = Element(symbol: element)?.mass_amu ?? 1
      let means = kinds.mapValues { counts in
        counts.reduce(0) { $0 + $1.key * Double($1.value) } / Double(counts.values.reduce(0, +))
      }
      for (kind, counts) in kinds.sorted(by: { $0.key < $1.key }) {
        let (low, high) = (counts.keys.min() ?? 0, counts.keys.max() ?? 0)
        guard high > 1.01 * low else { continue }
        let parts = counts.sorted { $0.key < $1.key }.map { "\($0.value) of \($0.key) amu" }
        ions.notes.append(
          "\(element) in \(kind) has several masses (\(parts.prefix(5).joined(separator: ", "))): their mean is used"
        )
      }
      if let mass = means.values.first, means.values.allSatisfy({ $0 == mass }) {
        if mass != usual { ions.masses.ofElement[element] = mass }
      } else {
        for (kind, mass) in means where mass != usual {
          ions.masses.inIon[kind, default: [:]][element] = mass
        }
      }
    }
  }
}

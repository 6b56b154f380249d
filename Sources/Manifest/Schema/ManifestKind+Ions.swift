import Crystal
import Units
import Yams

extension ManifestKind where Value == String {
  /// An ion's formula, as the one name by which it goes.
  static func formula(wanted: String) -> Self {
    ManifestKind(
      "formulas", read: { MoleculeKind.canonical(try $0.string(wanted: wanted)) }, write: { .text($0) })
  }
}

extension ManifestKind where Value == [String: Double] {
  /// The same, with ions under the one name by which they go.
  var namingIons: Self {
    ManifestKind(
      values,
      read: { value in
        var result: [String: Double] = [:]
        for (name, number) in try read(value) {
          guard result.updateValue(number, forKey: MoleculeKind.canonical(name)) == nil else {
            throw value.error(
              wanted: "each ion once", message: "\(MoleculeKind.canonical(name)) is there twice")
          }
        }
        return result
      }, write: write)
  }
}

extension ManifestKind where Value == AtomMasses {
  /// Masses by element, and by ion and element.
  static var masses: Self {
    let wanted = "a mapping such as {H: 2.014 amu} or {BH4: {H: 2.014 amu}}"
    return ManifestKind(
      "mapping such as `{H: 2.014 amu}` or `{BH4: {H: 2.014 amu}}`",
      read: { value in
        var masses = AtomMasses()
        for (name, entry) in try value.openMapping(wanted: wanted).entries {
          // A value of an axis may be to have no such entry.
          if entry.text == "none" { continue }
          guard case .mapping = entry.node else {
            masses.ofElement[name] = try entry.quantity(.mass)
            continue
          }
          for (element, mass) in try entry.openMapping(wanted: wanted).entries {
            masses.inIon[MoleculeKind.canonical(name), default: [:]][element] = try mass.quantity(.mass)
          }
        }
        return masses
      },
      write: { masses in
        guard !masses.isEmpty else { return nil }
        func node(_ masses: [String: Double]) -> [(String, Node)] {
          masses.sorted { $0.key < $1.key }.map { ($0.key, .quantity($0.value, .mass)) }
        }
        let ions = masses.inIon.sorted { $0.key < $1.key }.map {
          ($0.key, Node.mapping(node($0.value), .flow))
        }
        return .mapping(node(masses.ofElement) + ions, .flow)
      })
  }
}

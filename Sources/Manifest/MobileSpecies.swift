import Yams

extension ManifestKind where Value == [String] {
  /// The ions that diffuse: a formula, or a list of several; none is not written.
  static var mobileSpecies: Self {
    let wanted = "an element symbol or the formula of an ion, such as Na or B12H12"
    @Sendable func formula(_ value: ManifestValue) throws -> String {
      let text = try value.string(wanted: wanted)
      guard isFormula(text) else { throw value.error(wanted: wanted) }
      return text
    }
    return ManifestKind(
      "element symbol or formula, or a list of several",
      read: { value in
        guard case .sequence = value.node else { return [try formula(value)] }
        let items = try value.list(wanted: wanted)
        guard (1...mostMobileSpecies).contains(items.count) else {
          throw value.error(wanted: "1 to \(mostMobileSpecies) ions")
        }
        let names = try items.map(formula)
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
          throw items[index].error(wanted: "each ion once")
        }
        return names
      },
      write: { names in
        switch names.count {
        case 0: nil
        case 1: .text(names[0])
        default: .list(names.map { .text($0) })
        }
      })
  }
}

/// How many ions may diffuse in one study.
package let mostMobileSpecies = 20

/// Whether a text is the formula of an ion: `Na`, `B12H12`.
package func isFormula(_ text: String) -> Bool {
  text.utf8.count <= 60 && text.wholeMatch(of: /([A-Z][a-z]?[0-9]*)+/) != nil
}

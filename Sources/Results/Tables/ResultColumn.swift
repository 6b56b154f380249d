/// A column of a table of results: what the file's header says, what the documentation says, and where the value comes from.
///
/// The name ends with the unit, so that no column can be without it.
package struct ResultColumn<Row>: Sendable {
  package let description: ColumnDescription
  package let value: @Sendable (Row) -> Double?

  /// - Parameters:
  ///   - stem: the name without its unit.
  ///   - unit: as in text, such as `cm²/s`; `1` for none.
  ///   - equation: as docs/theory.md has it.
  package init(
    _ stem: String, _ unit: String, _ meaning: String, equation: String? = nil,
    _ value: @escaping @Sendable (Row) -> Double?
  ) {
    description = ColumnDescription(stem, unit, meaning, equation: equation)
    self.value = value
  }
}

/// What the documentation says of a column.
package struct ColumnDescription: Sendable, Equatable {
  /// With the unit at its end: `diffusivity_cm2_per_s`.
  package let name: String
  package let unit: String
  package let meaning: String
  package let equation: String?

  package init(_ stem: String, _ unit: String, _ meaning: String, equation: String? = nil) {
    name = stem + unitSuffix(unit)
    self.unit = unit
    self.meaning = meaning
    self.equation = equation
  }
}

/// A unit as a name ends with it: `Å²/ps` gives `_A2_per_ps`, `1` and text nothing.
package func unitSuffix(_ unit: String) -> String {
  guard unit != "1", !unit.isEmpty else { return "" }
  let plain = [("Å", "A"), ("²", "2"), ("³", "3"), ("°", "degree"), ("1/", "per_"), ("/", "_per_")]
  return "_" + plain.reduce(unit) { $0.replacing($1.0, with: $1.1) }
}

/// A unit as attributes in HDF5 have it: `cm²/s` gives `cm2 s-1`.
package func hdf5Unit(_ unit: String) -> String {
  let parts = unit.replacing("Å", with: "Angstrom").replacing("²", with: "2").replacing("³", with: "3")
    .replacing("°", with: "degree").split(separator: "/")
  guard parts.count == 2 else { return parts.joined(separator: " ") }
  let below = "\(parts[1])-1"
  return parts[0] == "1" ? below : "\(parts[0]) \(below)"
}

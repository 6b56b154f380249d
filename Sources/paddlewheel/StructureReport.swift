import Crystal

/// The output of `structure describe`: the description, and the origin of a built-in structure.
struct StructureReport: Encodable {
  var name: String?
  var title: String?
  /// The composition x of a family's cell as built.
  var composition: Double?
  /// What has been constructed rather than taken from a publication.
  var constructed: [String] = []
  var description: StructureDescription

  private enum CodingKeys: String, CodingKey { case name, title, composition, constructed }

  /// Encodes one object with the description's keys and these.
  func encode(to encoder: any Encoder) throws {
    try description.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(title, forKey: .title)
    try container.encode(composition, forKey: .composition)
    try container.encode(constructed, forKey: .constructed)
  }

  /// The table: name and value.
  var rows: [[String]] {
    let d = description
    let molecules = d.molecules.sorted { $0.key < $1.key }.map { "\($1) \($0)" }.joined(separator: ", ")
    var rows = [["formula", "\(d.formula) (\(d.cellFormula), \(d.atoms) atoms)"]]
    if let title { rows.append(["title", title]) }
    if let composition { rows.append(["composition", "x = \(fixed(composition, 4))"]) }
    rows += [
      ["molecules", molecules],
      [
        "charges",
        d.ionCharges.sorted { $0.key < $1.key }.map { "\($0) \($1 > 0 ? "+" : "")\($1)" }.joined(
          separator: ", "),
      ],
      ["charge", d.charge.map(String.init) ?? "–"],
      ["cell", d.cellLengths_A.map { fixed($0, 4) }.joined(separator: ", ") + " Å"],
      ["angles", d.cellAngles_degrees.map { fixed($0, 2) }.joined(separator: ", ") + "°"],
      ["volume", "\(fixed(d.volume_A3, 2)) Å³"], ["density", "\(fixed(d.density_g_per_cm3, 4)) g/cm³"],
    ]
    if let masses = d.masses { rows.append(["masses", masses]) }
    rows += d.cations.map { ion in
      let (perNm, perA) = (fixed(ion.numberDensity_per_nm3, 3), fixed(ion.numberDensity_per_A3, 6))
      return ["\(ion.name) density", "\(perNm) /nm³, \(perA) /Å³"]
    }
    rows += Structure.SymmetryPart.allCases.map { part in
      let group = d.spaceGroups[part.rawValue].map { "\($0.symbol) (\($0.number))" } ?? "–"
      return ["space group", "\(group) of the \(part.words), within \(d.spaceGroupTolerance_A) Å"]
    }
    rows += distances("shortest distances", d.shortestDistances_A)
    rows += distances("between centres", d.shortestCentreDistances_A)
    rows += constructed.map { ["constructed", $0] } + d.notes.map { ["note", $0] }
    return rows
  }

  private func distances(_ heading: String, _ values: [String: Double]) -> [[String]] {
    guard !values.isEmpty else { return [] }
    let sorted = values.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
    return [[heading, sorted.map { "\($0.key) \(fixed($0.value, 3))" }.joined(separator: ", ") + " Å"]]
  }
}

import Results

/// A CSV file of results: its name, what it holds, and its columns. The file and its documentation are made from the same value.
struct Table<Row>: Sendable {
  /// The file's name.
  let name: String
  /// What a row is, and when the file is there.
  let meaning: String
  /// Whether the columns of the axes come first.
  var hasAxes = true
  let columns: [TableColumn<Row>]

  /// - Parameters:
  ///   - axes: names of the axes other than temperature and replica, in the order of the columns.
  ///   - rows: a row with the values of the axes where it has one.
  func csv(axes: [String], _ rows: [(point: [String: String], row: Row)]) -> CSV {
    let axes = hasAxes ? axes : []
    var csv = CSV(columns: axes + columns.map(\.description.name))
    for (point, row) in rows { csv.append(axes.map { point[$0] ?? "" } + columns.map { $0.text(row) }) }
    return csv
  }

  var description: TableDescription {
    TableDescription(
      name: name, meaning: meaning, hasAxes: hasAxes, columns: columns.map(\.description))
  }
}

/// What the documentation says of a CSV file.
struct TableDescription {
  let name: String
  let meaning: String
  let hasAxes: Bool
  let columns: [ColumnDescription]
}

/// A column of a CSV file.
struct TableColumn<Row>: Sendable {
  let description: ColumnDescription
  let text: @Sendable (Row) -> String

  /// A number; empty where it is not determined.
  init(
    _ stem: String, _ unit: String, _ meaning: String, equation: String? = nil,
    _ value: @escaping @Sendable (Row) -> Double?
  ) {
    description = ColumnDescription(stem, unit, meaning, equation: equation)
    text = { NumberText.data(value($0), missing: "") }
  }

  /// A text, a code or a whole number.
  init(_ name: String, _ meaning: String, text: @escaping @Sendable (Row) -> String) {
    description = ColumnDescription(name, "", meaning)
    self.text = text
  }

  /// A diffusivity, which the program has in Å²/ps.
  static func diffusivity(
    _ stem: String, _ meaning: String, equation: String? = nil, _ value: @escaping @Sendable (Row) -> Double?
  ) -> Self {
    Self(stem, "cm²/s", meaning, equation: equation) { value($0).map { $0 * cm2PerSecond } }
  }

  /// Both ends of an interval, as two columns.
  static func interval(
    _ stem: String, _ unit: String, of what: String, level: Int,
    _ ends: @escaping @Sendable (Row) -> [Double]?
  ) -> [Self] {
    ["low", "high"].enumerated().map { index, end in
      let words = index == 0 ? "lower" : "upper"
      return Self("\(stem)\(end)_\(level)", unit, "the \(words) end of the \(level) % interval of \(what)") {
        row in
        guard let both = ends(row), both.count == 2 else { return nil }
        return both[index]
      }
    }
  }
}

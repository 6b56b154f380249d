/// One figure: a gnuplot script that reads `<name>.dat` and writes `<name>.svg`, and its caption.
package struct Figure: Sendable {
  package let name: String
  let title: String
  let caption: String
  let data: String
  let script: String
  /// What a page shows under the pointer; nil for a still picture alone.
  var values: PlotValues?
  /// The cell in three dimensions, as the text of a script element; nil for none.
  let view: String?

  package init(
    name: String, title: String, caption: String, data: String, script: String, view: String? = nil
  ) {
    self.name = name
    self.title = title
    self.caption = caption
    self.data = data
    self.script = script
    self.view = view
  }
}

/// A data file of named blocks, which gnuplot finds by their index.
package struct DataBlocks {
  private var blocks: [String] = []

  package init() {}

  /// Adds a block and returns its index, nil where it has no rows: gnuplot fails when all that it draws is empty.
  package mutating func append(_ title: String, columns: String, rows: [[Double?]]) -> Int? {
    guard !rows.isEmpty else { return nil }
    let lines = rows.map { row in row.map { NumberText.data($0) }.joined(separator: " ") }
    blocks.append(
      "# \(Gnuplot.oneLine(title))\n# \(Gnuplot.oneLine(columns))\n" + lines.joined(separator: "\n") + "\n")
    return blocks.count - 1
  }

  /// Two blank lines separate the blocks.
  package var text: String { blocks.joined(separator: "\n\n") }
}

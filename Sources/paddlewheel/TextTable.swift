import Support

/// Rows of text, aligned in columns.
func textTable(_ values: [[String]]) -> String {
  // A value with a line break would be taken for a row.
  let rows = values.map { $0.map { visible($0) } }
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in
    rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
  }
  return rows.map { row in
    var line = ""
    for (column, cell) in row.enumerated() {
      line += cell
      if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
    }
    return line
  }.joined(separator: "\n")
}

/// A line broken at blanks so that it fits a width; further lines are indented as the first and by four more.
func wrapped(_ line: String, width: Int) -> String {
  let indent = String(line.prefix { $0 == " " })
  var lines: [String] = []
  var current = ""
  for word in line.split(separator: " ") {
    let start = lines.isEmpty ? indent : indent + "    "
    if current.isEmpty {
      current = start + word
    } else if current.count + 1 + word.count <= width {
      current += " " + word
    } else {
      lines.append(current)
      current = indent + "    " + word
    }
  }
  return (lines + [current]).joined(separator: "\n")
}

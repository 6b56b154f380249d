import Mechanism

/// Markdown of the tables that the results are written from.
package enum ResultsDocumentation {
  /// A table of columns.
  /// - Parameter old: for each column, what the version before called it; nil for a table without.
  package static func table(_ columns: [ColumnDescription], old: [String]? = nil) -> String {
    let heading = ["name", "unit", "meaning"] + (old == nil ? [] : ["also, for one version"])
    let rows = columns.enumerated().map { index, column in
      let equation = column.equation.map { ": \($0)" } ?? ""
      return ["`\(column.name)`", column.unit == "1" ? "" : column.unit, column.meaning + equation]
        + (old.map { [$0[index]] } ?? [])
    }
    return markdown(heading, rows)
  }

  /// The objects of summary.json.
  package static func summary() -> String {
    SummarySchema.objects.map { object in
      let rows = object.keys.map { key in
        [
          "`\(key.name)`",
          text(key.kind) + (key.isNullable ? " or null" : "") + (key.isRequired ? "" : ", if any"),
          key.unit == "1" ? "" : key.unit, key.meaning + (key.isOld ? " (kept for one version)" : ""),
        ]
      }
      return "#### `\(object.name)`\n\n\(object.meaning)\n\n"
        + markdown(["key", "type", "unit", "meaning"], rows)
    }.joined(separator: "\n\n")
  }

  /// The groups of results.h5.
  package static func file() -> String {
    ResultsFileTable.groups.map { "`/\($0.path)`: \($0.meaning)\n\n" + table($0.columns, old: $0.old) }
      .joined(separator: "\n\n")
  }

  /// The numbers of the mechanism.
  package static func observables() -> String {
    markdown(
      ["name", "unit", "meaning"],
      ObservableCatalogue.values.map {
        let unit = $0.unit == "Å²/ps" ? "cm²/s" : $0.unit
        return ["`\($0.name)`", unit == "1" ? "" : unit, $0.title]
      })
  }

  private static func text(_ kind: SummaryKind) -> String {
    switch kind {
    case .number: "number"
    case .integer: "whole number"
    case .text: "text"
    case .truth: "true or false"
    case .code(let values): values.map { "`\($0)`" }.joined(separator: ", ")
    case .list(let item, nil): "list of \(text(item))"
    case .list(let item, let count?): "\(count) × \(text(item))"
    case .map(let value): "\(text(value)) by name"
    case .object(let name): "[`\(name)`](#\(name))"
    case .warning: "code"
    case .nullable(let inner): "\(text(inner)) or null"
    }
  }

  private static func markdown(_ heading: [String], _ rows: [[String]]) -> String {
    ([heading, heading.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }
      .joined(separator: "\n")
  }
}

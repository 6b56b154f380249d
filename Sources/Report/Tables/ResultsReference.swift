import Mechanism
import Results
import Support

/// The generated blocks of docs/results.md, between `<!-- generated: NAME -->` and `<!-- end -->`, from the tables that the
/// files are written from.
package enum ResultsReference {
  private static let opening = "<!-- generated: "
  private static let closing = "<!-- end -->"

  /// Every CSV file.
  static let tables: [TableDescription] =
    [
      TransportTables.diffusivity.description, TransportTables.arrhenius.description,
      TransportTables.conductivity.description, TransportTables.arrheniusLine.description,
      CurveTables.msd.description, CurveTables.activeIons.description, CurveTables.cellSize.description,
      CurveTables.models.description, MechanismTables.values.description, MechanismTables.events.description,
    ] + ObservableCatalogue.curves.map { MechanismTables.curve($0).description }

  private static let blocks: [String: @Sendable () -> String] = [
    "csv": { csv() }, "summary.json": { ResultsDocumentation.summary() },
    "results.h5": { ResultsDocumentation.file() },
    "observables": { ResultsDocumentation.observables() },
  ]

  /// A page with its blocks made anew.
  /// - Throws: ``InputError`` for an unknown block, one without an end, and a page without all of them.
  package static func updated(_ page: String) throws -> String {
    var lines: [Substring] = []
    var open: String?
    var found: Set<String> = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
      if line == closing {
        open = nil
      } else if open != nil {
        continue
      }
      lines.append(line)
      guard line.hasPrefix(opening) else { continue }
      let name = line.dropFirst(opening.count).prefix { $0 != " " }
      guard let block = blocks[String(name)] else {
        throw InputError(
          found: "the block '\(name)'", wanted: "one of \(blocks.keys.sorted().joined(separator: ", "))")
      }
      open = String(name)
      found.insert(String(name))
      lines += ["", Substring(block()), ""]
    }
    guard open == nil, found.count == blocks.count else {
      throw InputError(
        found: open.map { "the block '\($0)' without an end" } ?? "\(found.count) blocks",
        wanted:
          "blocks between '\(opening)NAME -->' and '\(closing)' of \(blocks.keys.sorted().joined(separator: ", "))"
      )
    }
    return lines.joined(separator: "\n")
  }

  private static func csv() -> String {
    tables.map { table in
      let axes =
        table.hasAxes
        ? "The first columns are the axes of `sweep` other than temperature and replica.\n\n" : ""
      return "#### `\(table.name)`\n\n\(table.meaning)\n\n" + axes + ResultsDocumentation.table(table.columns)
    }.joined(separator: "\n\n")
  }
}

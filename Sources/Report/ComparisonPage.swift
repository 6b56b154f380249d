import Compare
import Foundation
import Mustache
import Support

/// A table of computed and printed numbers, as HTML or Markdown.
package struct ComparisonPage {
  private let title: String
  private let citation: String
  /// Paragraphs above the table.
  private let remarks: [String]
  private let rows: [ComparisonRow]

  package init(title: String, citation: String, remarks: [String], rows: [ComparisonRow]) {
    self.title = title
    self.citation = citation
    self.remarks = remarks
    self.rows = rows
  }

  private var counts: String {
    Verdict.allCases.map { verdict in "\(rows.count { $0.verdict == verdict }) \(verdict.rawValue)" }
      .joined(separator: ", ")
  }

  private static let legend =
    "Computed: value ± one standard error, or the 95 % interval in parentheses for a ratio, a diffusivity or a "
    + "conductivity; < marks a 95 % upper bound, > a lower bound (half of the run). "
    + "Printed numbers are uncertain by half of their last digit. Where the paper gives the length of its runs but no "
    + "error, they have the error that our runs would have at that length. "
    + "Verdict: 'differs' if the 95 % interval and the printed or expected range do not overlap; 'agrees' if they "
    + "overlap and the interval is narrow enough (half-width at most a quarter of the printed number, or inside the "
    + "bounds); otherwise 'not sampled enough'. "
    + "p: for a printed number, the probability of a difference at least as large if the true values are equal; for a "
    + "bound or a trend, the probability of a value at least this far on this side if the true value is at the bound. "
    + "Errors are statistical; they do not include the error of the potential."

  /// GitHub's Markdown.
  package var markdown: String {
    func cell(_ text: String) -> String { oneLine(text).replacing("|", with: "\\|") }
    var lines = ["## \(oneLine(title))", "", citation, ""]
    lines += remarks.flatMap { [$0, ""] }
    lines += [
      "\(rows.count) rows: \(counts).", "",
      "| quantity | source | printed or expected | computed | computed / printed | verdict | p |",
      "|---|---|---|---|---|---|---|",
    ]
    for row in rows {
      let note = row.note.map { "; \($0)" } ?? ""
      lines.append(
        "| "
          + [
            row.what, row.source, row.printed, row.ours + note, row.ratioText,
            row.verdict == .agrees ? row.verdict.rawValue : "**\(row.verdict.rawValue)**", row.pText,
          ].map(cell).joined(separator: " | ") + " |")
    }
    return (lines + ["", Self.legend, ""]).joined(separator: "\n")
  }

  /// For a terminal of 80 columns: three lines a row, then the counts.
  package var lines: [String] {
    let marks: [Verdict: String] = [.agrees: "=", .differs: "≠"]
    let words = rows.map { row in
      [
        marks[row.verdict] ?? "?", row.what, "printed \(row.printed)",
        "computed \(row.ours)" + (row.ratio == nil ? "" : ", ratio \(row.ratioText)"), row.verdict.rawValue,
        row.note ?? "",
      ].map(oneLine)
    }
    return [oneLine(title), ""]
      + words.flatMap { row in
        ["\(row[0]) \(row[1])", "    \(row[2])", "    \(row[3]): \(row[4])"]
          + (row[5].isEmpty ? [] : ["    \(row[5])"])
      } + ["", "\(rows.count) rows: \(counts)"]
  }

  /// A page that needs no other file.
  /// - Throws: `ReportError.resource`.
  package func html() throws -> String {
    let template: MustacheTemplate
    do {
      template = try MustacheTemplate(string: resource("comparison.mustache"))
    } catch let error as ReportError {
      throw error
    } catch {
      throw ReportError.resource(name: "comparison.mustache", reason: "\(error)")
    }
    return template.render(
      [
        "title": title, "citation": citation, "style": try resource("report.css"), "remarks": remarks,
        "counts": "\(rows.count) rows: \(counts)", "legend": Self.legend,
        "rows": rows.map { row in
          [
            "what": row.what, "source": row.source, "printed": row.printed, "ours": row.ours,
            "hasNote": row.note != nil, "note": row.note ?? "", "ratio": row.ratioText,
            "verdict": row.verdict.rawValue,
            "class": row.verdict == .agrees ? "agrees" : row.verdict == .differs ? "differs" : "open",
            "p": row.pText,
          ] as [String: Any]
        },
      ] as [String: Any])
  }
}

extension ComparisonRow {
  var ours: String {
    let suffix = unit.isEmpty ? "" : " \(unit)"
    if let value {
      if isLogarithmic, let interval {
        return "\(NumberText.plain(value)) (\(NumberText.interval(interval)))\(suffix)"
      }
      return NumberText.withError(value, error) + suffix
    }
    if let lowerBound { return "> \(NumberText.plain(lowerBound, digits: 2))\(suffix)" }
    return upperBound.map { "< \(NumberText.plain($0, digits: 2))\(suffix)" } ?? "–"
  }

  var ratioText: String { ratio.map { NumberText.plain($0, digits: 2) } ?? "–" }

  var pText: String {
    guard let p else { return "–" }
    return p < 0.001 ? "< 0.001" : NumberText.plain(p, digits: 2)
  }
}

import Compare
import Foundation
import Mustache

/// A table of our numbers beside a paper's, as HTML or Markdown.
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
    "Printed numbers are uncertain by half of their last digit and, where the paper prints no error but the length of its runs, by the error that our runs would have at that length. Ours: ± one standard error, or the "
    + "95 % interval in brackets where it is one of a ratio; < an upper bound of 95 %, > what outlasted the run. A row differs when the 95 % interval and what is "
    + "printed have nothing in common, agrees when they do and the interval is narrow enough to tell (a quarter of the printed number, or "
    + "within the bounds), and is not sampled enough otherwise. p: for a printed number the chance of a difference as large "
    + "between equal numbers; for a bound or a trend the chance of as much on this side if the truth were at the bound. "
    + "Errors are of sampling alone, not of the potential."

  /// GitHub's Markdown.
  package var markdown: String {
    func cell(_ text: String) -> String {
      text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }
    var lines = ["## \(title)", "", citation, ""]
    lines += remarks.flatMap { [$0, ""] }
    lines += [
      "\(rows.count) rows: \(counts).", "",
      "| what | source | printed or expected | ours | ours / printed | verdict | p |",
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

  /// One file that needs no other.
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

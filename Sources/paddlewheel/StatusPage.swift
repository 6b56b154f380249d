import Foundation
import Report
import Support

/// The state of a study as a page that loads itself again, from files alone: for a phone.
struct StatusPage {
  let table: StatusTable
  /// When it was made, in UTC.
  let time: Date

  /// How often the page loads itself.
  private static let interval_s = 30

  /// - Throws: `ReportError.resource`.
  func html() throws -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="refresh" content="\(Self.interval_s)" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
    <title>\(escaped(table.status.study)) – status</title>
    <style>
    \(try pageStyle())</style>
    </head>
    <body>
    <main>
    <header>
    <h1>\(escaped(table.status.study))</h1>
    <p class="sub">\(escaped(table.totals)) · \(time.ISO8601Format())</p>
    </header>
    \(table.efficiencies.map { "<p class=\"sub\">\(escaped($0))</p>" }.joined())
    \(htmlTable(table.rows, label: "Runs"))
    \(table.messages.isEmpty ? "" : "<ul class=\"notes\">\(table.messages.map { "<li>\(escaped($0))</li>" }.joined())</ul>")
    \(table.diffusivities.isEmpty ? "" : "<h2>Diffusivities</h2><p>\(escaped(table.origin)).</p>" + htmlTable(table.diffusivities, label: "Diffusivities"))
    </main>
    </body>
    </html>

    """
  }

  private func htmlTable(_ rows: [[String]], label: String) -> String {
    let head = rows.first.map { $0.map { "<th scope=\"col\">\(escaped($0))</th>" }.joined() } ?? ""
    let body = rows.dropFirst().map { row in
      "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    return
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"\(label)\"><table><thead><tr>\(head)</tr></thead>"
      + "<tbody>\(body)</tbody></table></div>"
  }

  private func escaped(_ text: String) -> String { visible(text).escapedForXML }
}

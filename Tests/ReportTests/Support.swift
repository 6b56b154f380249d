import Foundation
import FoundationXML

/// Parses XML and stores what tests need.
final class XMLContent: NSObject, XMLParserDelegate {
  private(set) var text = ""
  private(set) var elements: [String: Int] = [:]
  private(set) var ids: [String] = []
  private(set) var references: [String] = []
  private(set) var error: String?

  var words: Set<Substring> { Set(text.split { $0.isWhitespace || "()[]<>,;".contains($0) }) }

  init(_ xml: String) {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    if !parser.parse() {
      error = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "unknown")"
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.append(id) }
    if let target = attributes["xlink:href"], target.hasPrefix("#") {
      references.append(String(target.dropFirst()))
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

func read(_ directory: URL, _ path: String) throws -> String {
  try String(contentsOf: directory.appendingPathComponent("results/\(path)"), encoding: .utf8)
}

/// Rows of a CSV without quoted fields, by column.
func rows(_ csv: String) -> [[String: String]] {
  let lines = csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { a, _ in a } }
}

import Foundation
import FoundationXML

/// Parses XML and stores what tests need.
public final class XMLContent: NSObject, XMLParserDelegate {
  public private(set) var text = ""
  public private(set) var elements: [String: Int] = [:]
  public private(set) var ids: [String] = []
  public private(set) var references: [String] = []
  public private(set) var error: String?

  public var words: Set<Substring> { Set(text.split { $0.isWhitespace || "()[]<>,;".contains($0) }) }

  public init(_ xml: String) {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    if !parser.parse() {
      error = "line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "unknown")"
    }
  }

  public func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String] = [:]
  ) {
    elements[name, default: 0] += 1
    if let id = attributes["id"] { ids.append(id) }
    if let target = attributes["xlink:href"], target.hasPrefix("#") {
      references.append(String(target.dropFirst()))
    }
  }

  public func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

import Foundation
import FoundationXML

/// Parses XML and stores what tests need.
public final class XMLContent: NSObject, XMLParserDelegate {
  public private(set) var text = ""
  public private(set) var elements: [String: Int] = [:]
  public private(set) var ids: [String] = []
  public private(set) var references: [String] = []
  /// Of all elements, in their order.
  public private(set) var attributes: [(element: String, name: String, value: String)] = []
  /// The text of each script and style, in their order.
  public private(set) var code: [String] = []
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
    self.attributes += attributes.map { (name, $0.key, $0.value) }
    isCode = name == "script" || name == "style"
    if isCode { code.append("") }
    if let target = attributes["xlink:href"], target.hasPrefix("#") {
      references.append(String(target.dropFirst()))
    }
  }

  private var isCode = false

  public func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { isCode = false }

  public func parser(_ parser: XMLParser, foundCDATA block: Data) {
    let string = String(decoding: block, as: UTF8.self)
    text += string
    if isCode { code[code.count - 1] += string }
  }

  public func parser(_ parser: XMLParser, foundCharacters string: String) {
    text += string
    if isCode { code[code.count - 1] += string }
  }
}

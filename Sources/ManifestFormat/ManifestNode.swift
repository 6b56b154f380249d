import Units
import Yams

/// How a mapping is written: a line for each key, or on one line.
package enum ManifestStyle: Sendable { case block, flow }

/// The nodes that a manifest is written with.
extension Node {
  package static func text(_ text: String) -> Node { Node(text, .implicit, scalarStyle(text)) }

  package static func quantity(_ value: Double, _ dimension: PhysicalDimension) -> Node {
    .text(Quantity.print(value, as: dimension))
  }

  package static func list(_ items: [Node], _ style: ManifestStyle = .flow) -> Node {
    Node(items, .implicit, style == .flow ? .flow : .block)
  }

  /// - Parameter pairs: those without a value are left out.
  package static func mapping(_ pairs: [(String, Node?)], _ style: ManifestStyle) -> Node {
    Node(
      pairs.compactMap { key, value in value.map { (.text(key), $0) } }, .implicit,
      style == .flow ? .flow : .block)
  }
}

/// A node on one line, as in a flow list; ``ManifestDocument/replacing(_:with:)`` reads it back.
package func flowText(_ node: Node) throws -> String {
  let list = Node.sequence(Node.Sequence([flowing(node)], .implicit, .flow))
  let text = try Yams.serialize(node: list, width: -1, allowUnicode: true)
  guard let first = text.firstIndex(of: "["), let last = text.lastIndex(of: "]") else { return text }
  return String(text[text.index(after: first)..<last])
}

/// The node with every mapping and list in flow style and without marks, so that equal values print alike.
package func flowing(_ node: Node) -> Node {
  switch node {
  case .scalar(let scalar):
    .scalar(Node.Scalar(scalar.string, .implicit, scalar.isNull ? .plain : scalarStyle(scalar.string)))
  case .mapping(let mapping):
    .mapping(Node.Mapping(mapping.map { (flowing($0.key), flowing($0.value)) }, .implicit, .flow))
  case .sequence(let sequence): .sequence(Node.Sequence(sequence.map(flowing), .implicit, .flow))
  case .alias: node
  }
}

/// Quotes what would otherwise be read as YAML's null; the emitter quotes what its syntax needs.
package func scalarStyle(_ text: String) -> Node.Scalar.Style {
  Node.Scalar(text, .implicit, .plain).isNull ? .doubleQuoted : .any
}

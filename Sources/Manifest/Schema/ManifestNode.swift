import Units
import Yams

/// How a mapping is written: a line for each key, or on one line.
enum ManifestStyle: Sendable { case block, flow }

/// The nodes that a manifest is written with.
extension Node {
  static func text(_ text: String) -> Node { Node(text, .implicit, scalarStyle(text)) }

  static func quantity(_ value: Double, _ dimension: PhysicalDimension) -> Node {
    .text(Quantity.print(value, as: dimension))
  }

  static func list(_ items: [Node], _ style: ManifestStyle = .flow) -> Node {
    Node(items, .implicit, style == .flow ? .flow : .block)
  }

  /// - Parameter pairs: those without a value are left out.
  static func mapping(_ pairs: [(String, Node?)], _ style: ManifestStyle) -> Node {
    Node(
      pairs.compactMap { key, value in value.map { (.text(key), $0) } }, .implicit,
      style == .flow ? .flow : .block)
  }
}

/// Two elements, whichever is named first.
public struct ElementPair: Hashable, Comparable, Sendable {
  /// The symbol that is first in the alphabet.
  public let first: String
  /// The other symbol, or the same.
  public let second: String

  /// From two symbols in any order.
  public init(_ one: String, _ other: String) {
    (first, second) = one <= other ? (one, other) : (other, one)
  }

  /// From `P-S`; nil where that does not name two elements.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let one = Element(symbol: parts[0]), let other = Element(symbol: parts[1]) else {
      return nil
    }
    self.init(one.chemicalSymbol, other.chemicalSymbol)
  }

  /// `P-S`.
  public var text: String { "\(first)-\(second)" }

  /// By the first symbol, then by the second.
  public static func < (left: ElementPair, right: ElementPair) -> Bool {
    (left.first, left.second) < (right.first, right.second)
  }
}

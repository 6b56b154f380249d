import Support
import Units
import Yams

/// A kind of value: how it is read from the manifest and written to it.
package struct ManifestKind<Value>: Sendable {
  /// The dimension with its units, or the allowed values; for the reference page.
  package let values: String
  /// The keys of a mapping.
  package let children: [ManifestKey]
  package let read: @Sendable (ManifestValue) throws -> Value
  /// Nil where nothing is written.
  package let write: @Sendable (Value) throws -> Node?
  /// Whether it is a mapping with one of several keys, each of which may be `none`.
  package let isVariant: Bool

  package init(
    _ values: String, children: [ManifestKey] = [], isVariant: Bool = false,
    read: @escaping @Sendable (ManifestValue) throws -> Value,
    write: @escaping @Sendable (Value) throws -> Node?
  ) {
    self.values = values
    self.children = children
    self.isVariant = isVariant
    self.read = read
    self.write = write
  }

  /// Reads the text `none` as nil.
  /// - Parameter isWritten: whether nil is written as `none`; otherwise the key is left out.
  package func orNone(isWritten: Bool) -> ManifestKind<Value?> {
    ManifestKind<Value?>(
      "\(values), or `none`", children: children, read: { $0.text == "none" ? nil : try read($0) },
      write: { try $0.map { try write($0) } ?? (isWritten ? .text("none") : nil) })
  }
}

/// The range that a quantity has to lie in.
package struct ManifestLimit: Sendable {
  /// For messages and the reference page: `a length up to 40 Å`.
  package let wanted: String
  package let contains: @Sendable (Double) -> Bool

  package init(_ wanted: String, _ contains: @escaping @Sendable (Double) -> Bool) {
    self.wanted = wanted
    self.contains = contains
  }
}

extension ManifestKind where Value == Double {
  /// A quantity in internal units.
  package static func quantity(
    _ dimension: PhysicalDimension, _ sign: ManifestValue.Sign = .positive, _ limit: ManifestLimit? = nil
  ) -> Self {
    ManifestKind(
      describe(dimension, limit),
      read: { try $0.quantity(dimension, sign, limit: limit) },
      write: { .quantity($0, dimension) })
  }
}

extension ManifestKind
where Value: RawRepresentable & CaseIterable & SendableMetatype, Value.RawValue == String {
  /// One of a few words.
  package static var choice: Self {
    ManifestKind(
      Value.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "),
      read: { try $0.choice(Value.self) }, write: { .text($0.rawValue) })
  }
}

extension ManifestKind where Value == Int {
  package static func integer(_ range: ClosedRange<Int>) -> Self {
    ManifestKind(
      "whole number from \(range.lowerBound)", read: { try $0.integer(range) }, write: { .text(String($0)) })
  }
}

extension ManifestKind where Value == String {
  package static func text(_ values: String, wanted: String) -> Self {
    ManifestKind(values, read: { try $0.string(wanted: wanted) }, write: { .text($0) })
  }
}

/// A dimension with its units, for the reference page.
package func describe(_ dimension: PhysicalDimension, _ limit: ManifestLimit?) -> String {
  let name = (limit?.wanted ?? dimension.name).trimmingPrefix(#/an? /#)
  let units = dimension.units.compactMap(\.names.first).joined(separator: ", ")
  return units.isEmpty ? String(name) : "\(name) (\(units))"
}

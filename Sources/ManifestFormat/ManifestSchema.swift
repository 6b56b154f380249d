import Yams

/// A mapping of the manifest with fixed keys; `init()` holds the defaults.
package protocol ManifestSection: Sendable {
  init()
}

/// The keys of one mapping, in the order in which they are read and written: what decoding, encoding and the
/// reference page follow.
package struct ManifestSchema<Section: ManifestSection>: Sendable {
  package let fields: [ManifestField<Section>]
  /// The names that are no unknown keys.
  package let names: [String]
  private let style: ManifestStyle
  /// Checks the keys before any value is read.
  private let checkKeys: @Sendable (ManifestMapping) throws -> Void

  /// - Parameter known: names that are no unknown keys; nil: those of `fields`.
  package init(
    _ style: ManifestStyle, _ fields: [ManifestField<Section>], known: [String]? = nil,
    checkKeys: @escaping @Sendable (ManifestMapping) throws -> Void = { _ in }
  ) {
    self.style = style
    self.fields = fields
    names = known ?? fields.map(\.key.name)
    self.checkKeys = checkKeys
  }

  /// The keys with their defaults.
  package var keys: [ManifestKey] { fields.map { $0.key(in: Section()) } }

  /// - Parameter defaults: what keys that are missing keep.
  /// - Throws: ``InputError`` for an unknown key, a missing one without a default, and a bad value.
  package func decode(_ value: ManifestValue, defaults: Section = Section()) throws -> Section {
    let mapping = try value.mapping(known: names)
    try checkKeys(mapping)
    var section = defaults
    for field in fields { try field.read(mapping, into: &section) }
    return section
  }

  package func encode(_ section: Section) throws -> Node {
    .mapping(try fields.map { ($0.key.name, try $0.write(section)) }, style)
  }
}

extension ManifestKind where Value: ManifestSection {
  /// A mapping with the keys of a schema.
  package static func section(_ schema: ManifestSchema<Value>) -> Self {
    ManifestKind(
      "mapping", children: schema.keys, read: { try schema.decode($0) }, write: { try schema.encode($0) })
  }
}

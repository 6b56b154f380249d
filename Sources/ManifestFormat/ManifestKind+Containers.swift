import Units
import Yams

extension ManifestKind {
  /// A list, written on one line; an empty one is not written.
  package static func list<Item>(of item: ManifestKind<Item>, wanted: String) -> Self where Value == [Item] {
    ManifestKind(
      "list of: \(item.values)",
      read: { try $0.list(wanted: wanted).map { try item.read($0) } },
      write: { $0.isEmpty ? nil : .list(try $0.compactMap { try item.write($0) }) })
  }

  /// One value, or a list of several.
  package static func oneOrList<Item>(of item: ManifestKind<Item>, wanted: String) -> Self
  where Value == [Item] {
    ManifestKind(
      "\(item.values), or a list",
      read: { value in
        guard case .sequence = value.node else { return [try item.read(value)] }
        return try value.list(wanted: wanted).map { try item.read($0) }
      },
      write: { items in
        let nodes = try items.compactMap { try item.write($0) }
        return nodes.count == 1 ? nodes[0] : .list(nodes)
      })
  }

  /// Quantities above 0 under the user's own names; an empty mapping is not written.
  package static func dictionary(_ dimension: PhysicalDimension, example: String) -> Self
  where Value == [String: Double] {
    ManifestKind(
      "mapping such as `\(example)`",
      read: { value in
        let entries = try value.openMapping(wanted: "a mapping such as \(example)").entries
        // A value of an axis may be to have no such entry.
        let given = entries.filter { $0.value.text != "none" }
        return Dictionary(uniqueKeysWithValues: try given.map { ($0, try $1.quantity(dimension)) })
      },
      write: { values in
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted { $0.key < $1.key }
        return .mapping(sorted.map { ($0.key, .quantity($0.value, dimension)) }, .flow)
      })
  }

  /// A mapping with exactly one key: a choice with settings of its own.
  package static func variant(_ variants: [ManifestVariant<Value>]) -> Self {
    ManifestKind(
      "one of: " + variants.map { "`\($0.key.name)`" }.joined(separator: ", "), children: variants.map(\.key),
      isVariant: true,
      read: { value in
        let (key, settings) = try value.variant(known: variants.map(\.key.name))
        guard let variant = variants.first(where: { $0.key.name == key }) else {
          throw value.error(wanted: variants.map(\.key.name).joined(separator: " or "))
        }
        return try variant.read(settings)
      },
      write: { value in
        for variant in variants {
          if let node = try variant.write(value) { return .mapping([(variant.key.name, node)], .flow) }
        }
        return nil
      })
  }
}

/// One of the choices of ``ManifestKind/variant(_:)``.
package struct ManifestVariant<Value>: Sendable {
  package let key: ManifestKey
  package let read: @Sendable (ManifestValue) throws -> Value
  /// Nil where the value is another variant.
  package let write: @Sendable (Value) throws -> Node?

  /// - Parameters:
  ///   - value: makes the value of the settings.
  ///   - settings: of a value; nil where it is another variant.
  package init<Settings: ManifestSection>(
    _ name: String, _ fields: [ManifestField<Settings>], _ description: String,
    value: @escaping @Sendable (Settings) -> Value, settings: @escaping @Sendable (Value) -> Settings?
  ) {
    let schema = ManifestSchema(.flow, fields)
    key = ManifestKey(name, description, values: "mapping", children: schema.keys)
    read = { value(try schema.decode($0)) }
    write = { try settings($0).map { try schema.encode($0) } }
  }
}

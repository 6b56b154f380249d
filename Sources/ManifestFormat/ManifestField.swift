import Yams

/// One key of a mapping: where its value lies in the specification, how it is read and written, and what the
/// reference page says of it.
package struct ManifestField<Section: ManifestSection>: Sendable {
  package typealias Reader = @Sendable (ManifestValue, inout Section) throws -> Void

  package private(set) var key: ManifestKey
  private var readValue: Reader
  private var readMissing: @Sendable (ManifestMapping, inout Section) throws -> Void = { _, _ in }
  /// Nil where the key is not written.
  package let write: @Sendable (Section) throws -> Node?
  private var hasDefaultText = false
  /// Whether the value is a mapping with one of several keys.
  private var isVariant = false

  package init(
    _ key: ManifestKey, read: @escaping Reader, write: @escaping @Sendable (Section) throws -> Node?
  ) {
    self.key = key
    readValue = read
    self.write = write
  }

  package init<Value>(
    _ name: String, _ path: WritableKeyPath<Section, Value> & Sendable, _ kind: ManifestKind<Value>,
    _ description: String
  ) {
    self.init(
      ManifestKey(name, description, values: kind.values, children: kind.children),
      read: { value, section in section[keyPath: path] = try kind.read(value) },
      write: { try kind.write($0[keyPath: path]) })
    isVariant = kind.isVariant
  }

  /// A key without a default.
  package init<Value>(
    _ name: String, _ path: WritableKeyPath<Section, Value?> & Sendable, _ kind: ManifestKind<Value>,
    _ description: String
  ) {
    self.init(
      ManifestKey(name, description, values: kind.values, children: kind.children),
      read: { value, section in section[keyPath: path] = try kind.read(value) },
      write: { try $0[keyPath: path].flatMap { try kind.write($0) } })
    isVariant = kind.isVariant
  }

  /// A mapping whose values lie in the same specification as those of the mapping around it.
  /// - Parameters:
  ///   - isPresent: whether it is written.
  ///   - begin: sets the defaults that hold once the key is given.
  package static func group(
    _ name: String, _ fields: [ManifestField], _ description: String,
    isPresent: @escaping @Sendable (Section) -> Bool,
    begin: @escaping @Sendable (inout Section) -> Void = { _ in }
  ) -> ManifestField {
    var defaults = Section()
    begin(&defaults)
    return ManifestField(
      ManifestKey(
        name, description, values: "mapping", children: fields.map { [defaults] in $0.key(in: defaults) }),
      read: { value, section in
        let mapping = try value.mapping(known: fields.map(\.key.name))
        begin(&section)
        for field in fields { try field.read(mapping, into: &section) }
      },
      write: { section in
        guard isPresent(section) else { return nil }
        return .mapping(try fields.map { ($0.key.name, try $0.write(section)) }, .flow)
      })
  }

  package func read(_ mapping: ManifestMapping, into section: inout Section) throws {
    if let value = mapping[key.name], try !isNone(value) {
      try readValue(value, &section)
    } else {
      try readMissing(mapping, &section)
    }
  }

  /// Whether a value stands for no value: `none` where the reference page says that this is the default.
  private func isNone(_ value: ManifestValue) throws -> Bool {
    if isVariant { return value.hasOnlyNone }
    return try value.text == "none" && !hasDefaultText && write(Section()) == nil
  }

  /// The key with the default that it has in `defaults`.
  package func key(in defaults: Section) -> ManifestKey {
    guard !hasDefaultText else { return key }
    var key = key
    key.defaultText = { [write] in try write(defaults).map { try flowText($0) } ?? "none" }
    return key
  }
}

extension ManifestField {
  /// The manifest has to give the key.
  package func required(_ wanted: String) -> Self {
    let name = key.name
    return missing { mapping, _ in _ = try mapping.required(name, wanted: wanted) }.defaultText("required")
  }

  /// What happens where the manifest does not give the key.
  package func missing(_ body: @escaping @Sendable (ManifestMapping, inout Section) throws -> Void) -> Self {
    var field = self
    field.readMissing = body
    return field
  }

  /// Looks at the specification before the value is read.
  /// - Parameter wanted: what the manifest may have instead of this key; nil where the key is allowed.
  package func refused(_ wanted: @escaping @Sendable (Section) -> String?) -> Self {
    var field = self
    field.readValue = { [readValue] value, section in
      if let wanted = wanted(section) { throw value.error(wanted: wanted) }
      try readValue(value, &section)
    }
    return field
  }

  /// Checks the value once it is read, together with the keys before it.
  package func checked(_ check: @escaping @Sendable (ManifestValue, inout Section) throws -> Void) -> Self {
    var field = self
    field.readValue = { [readValue] value, section in
      try readValue(value, &section)
      try check(value, &section)
    }
    return field
  }

  /// What the reference page says where the default is no value of its own.
  package func defaultText(_ text: String) -> Self {
    var field = self
    field.hasDefaultText = true
    field.key.defaultText = { text }
    return field
  }

  package func isAxis(_ isAxis: Bool) -> Self {
    var field = self
    field.key.isAxis = isAxis
    return field
  }

  package func affectsOnlyAnalysis(_ affectsOnlyAnalysis: Bool) -> Self {
    var field = self
    field.key.affectsOnlyAnalysis = affectsOnlyAnalysis
    return field
  }
}

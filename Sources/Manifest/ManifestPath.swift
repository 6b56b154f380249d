import Support
import Yams

extension ManifestDocument {
  /// Whether it describes imported trajectories in place of a simulation.
  package var isImported: Bool {
    get throws {
      let imported = try root.mapping(known: ManifestDraft.schema.names)["import"]
      return imported != nil && imported?.text != "none"
    }
  }

  /// The place of the value of a key path, or of its deepest parent that the document has.
  package func place(of path: String) -> SourcePlace {
    var value = root
    for key in path.split(separator: ".").map(String.init) {
      guard let next = value.node.mapping?.first(where: { $0.key.scalar?.string == key }) else { break }
      value = value.child(key, next.value)
    }
    return value.place
  }

  /// The paths of all keys below a key path.
  func paths(under path: String) -> [String] {
    var node: Node? = node
    for key in path.split(separator: ".") { node = node?.mapping?[String(key)] }
    guard let mapping = node?.mapping else { return [] }
    return mapping.keys.compactMap(\.scalar?.string).flatMap { key in
      ["\(path).\(key)"] + paths(under: "\(path).\(key)")
    }
  }

  private var sweep: ManifestMapping? {
    get throws {
      try root.mapping(known: ManifestDraft.schema.names)["sweep"]?.openMapping(wanted: "axes")
    }
  }

  /// The place of the values of an axis: alone, in `zip`, or in `include`.
  func placeInSweep(of axis: RunSpecification.Coordinate) throws -> SourcePlace? {
    guard let sweep = try sweep else { return nil }
    if let alone = sweep[axis.axis] { return alone.place }
    for key in ["zip", "include"] {
      for mapping in sweep[key]?.items ?? [] {
        guard let values = mapping.node.mapping?[axis.axis] else { continue }
        let value = mapping.child(axis.axis, values)
        if try key == "zip" || Sweep.axis(axis.axis, value).values.contains(axis.value) { return value.place }
      }
    }
    return nil
  }

  /// The place of a mapping of `exclude`.
  func placeOfExclusion(_ index: Int) -> SourcePlace {
    let items = (try? sweep)??["exclude"]?.items ?? []
    return items.indices.contains(index) ? items[index].place : place(of: "sweep.exclude")
  }

  /// The same document with another value under a key path; missing mappings are added.
  /// - Throws: ``InputError`` where a parent of the path is not a mapping.
  package func replacing(_ path: String, with text: String) throws -> ManifestDocument {
    guard let value = try Yams.compose(yaml: "[\(text)]")?.sequence?.first else {
      throw InputError(place: place(of: path), key: path, found: "'\(text)'", wanted: "one value")
    }
    var copy = self
    copy.node = try replace(in: root, path.split(separator: ".").map(String.init)[...], with: value)
    return copy
  }

  /// The same document without a key of its top level.
  package func removing(_ key: String) -> ManifestDocument {
    guard let mapping = node.mapping else { return self }
    var copy = self
    let pairs = mapping.filter { $0.key.scalar?.string != key }.map { ($0.key, $0.value) }
    copy.node = .mapping(Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark))
    return copy
  }

  private func replace(in value: ManifestValue, _ keys: ArraySlice<String>, with new: Node) throws -> Node {
    guard let key = keys.first else { return new }
    if value.path == "potential", key == "nep", value.text != nil {
      // `none` leaves the force field that stands here.
      return new.scalar?.string == "none" ? value.node : .mapping(Node.Mapping([(Node(key), new)]))
    }
    guard let mapping = value.node.mapping ?? value.stageMapping else {
      throw value.error(wanted: "a mapping, for an axis sweeps its key '\(key)'")
    }
    var pairs = mapping.map { ($0.key, $0.value) }
    if let index = pairs.firstIndex(where: { $0.0.scalar?.string == key }) {
      pairs[index].1 = try replace(in: value.child(key, pairs[index].1), keys.dropFirst(), with: new)
    } else {
      let made = keys.count == 1 ? new : Node([] as [(Node, Node)])
      pairs.append((Node(key), try replace(in: value.child(key, made), keys.dropFirst(), with: new)))
    }
    return .mapping(Node.Mapping(pairs, mapping.tag, mapping.style, mapping.mark))
  }
}

extension ManifestValue {
  /// The items of a list; any other value is the only one.
  fileprivate var items: [ManifestValue] {
    guard case .sequence(let sequence) = node else { return [self] }
    return sequence.map { ManifestValue(node: $0, path: path, file: file) }
  }

  /// The long form of a stage of which only the time is given; nil for any other value.
  fileprivate var stageMapping: Node.Mapping? {
    let keys = path.split(separator: ".")
    guard keys.count == 2, keys[0] == "stages", keys[1] != "relax", text != nil else { return nil }
    return Node.Mapping([(Node("time"), node)])
  }
}

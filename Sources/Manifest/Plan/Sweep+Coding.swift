import Support
import Units
import Yams

extension Sweep {
  @Sendable init(_ value: ManifestValue) throws {
    let entries = try value.openMapping(wanted: "a mapping of axes to their values").entries
    guard entries.count <= maximumAxes else {
      throw value.error(wanted: "at most \(maximumAxes) axes", message: "these are \(entries.count)")
    }
    var places: [String: ManifestValue] = [:]
    for (key, entry) in entries {
      switch key {
      case Self.temperature:
        temperatures_K = try entry.axisItems().map { try $0.quantity(.temperature) }
        try entry.refuseRepeats(temperatures_K)
        try Self.register(key, entry, in: &places)
      case Self.replica:
        replicas = try Self.replicas(entry)
        try entry.refuseRepeats(replicas)
      case "zip":
        for group in try entry.mappings() { try addZip(group, &places) }
      case "exclude": excluded = try entry.mappings().map { try Self.selection($0) }
      case "include": included = try entry.mappings().map { try Self.selection($0) }
      default:
        try Self.checkPath(key, entry)
        let axis = try Self.axis(key, entry)
        try entry.refuseRepeats(axis.values)
        try Self.register(key, entry, in: &places)
        dimensions.append(Dimension(axes: [axis]))
      }
    }
    guard places.count <= maximumAxes else { throw value.error(wanted: "at most \(maximumAxes) axes") }
    for (key, entry) in entries where key == "exclude" || key == "include" {
      for (mapping, selection) in zip(try entry.mappings(), key == "exclude" ? excluded : included) {
        try key == "exclude" ? checkExcluded(selection, mapping) : checkIncluded(selection, mapping)
      }
    }
  }

  /// A count, or the replica numbers themselves as a list or a range.
  private static func replicas(_ value: ManifestValue) throws -> [Int] {
    guard case .scalar = value.node else {
      return try value.axisItems().map { try $0.integer(1...1_000_000) }
    }
    return Array(1...(try value.integer(1...maximumAxisValues)))
  }

  private mutating func addZip(_ group: ManifestMapping, _ places: inout [String: ManifestValue]) throws {
    guard group.entries.count >= 2 else {
      throw group.value.error(wanted: "at least two axes, whose values move together")
    }
    var axes: [Axis] = []
    for (path, entry) in group.entries {
      if path == Self.replica {
        throw entry.error(wanted: "no replica: each point has all replicas of the sweep")
      }
      if path != Self.temperature { try Self.checkPath(path, entry) }
      axes.append(try Self.axis(path, entry))
      try Self.register(path, entry, in: &places)
      guard let first = axes.first, let last = axes.last, first.values.count != last.values.count else {
        continue
      }
      throw InputError(
        place: entry.place, key: entry.path,
        found: "\(last.values.count) values of \(path) and \(first.values.count) of \(first.path)",
        wanted: "as many values of each: they move together")
    }
    let points = (0..<axes[0].values.count).map { index in axes.map { $0.values[index] } }
    try group.value.refuseRepeats(points)
    dimensions.append(Dimension(axes: axes, isZipped: true))
  }

  /// - Throws: ``InputError`` where the path is swept already, or a part of one that is.
  private static func register(
    _ path: String, _ value: ManifestValue, in places: inout [String: ManifestValue]
  ) throws {
    for other in places.keys.sorted() where overlap(path, other) {
      let line = places[other]?.place.line.map { " in line \($0)" } ?? ""
      throw InputError(
        place: value.place, key: value.path, found: "the axis '\(path)' beside the axis '\(other)'\(line)",
        wanted: path == other
          ? "each axis once" : "one of the two: each value of the one would replace that of the other")
    }
    places[path] = value
  }

  static func overlap(_ one: String, _ other: String) -> Bool {
    one == other || one.hasPrefix(other + ".") || other.hasPrefix(one + ".")
  }

  static func axis(_ path: String, _ value: ManifestValue) throws -> Axis {
    switch path {
    case temperature:
      let values = try value.axisItems().map { try $0.quantity(.temperature) }
      return Axis(path: path, values: values.map { Quantity.print($0, as: .temperature) })
    case replica:
      return Axis(path: path, values: try value.axisItems().map { String(try $0.integer(1...1_000_000)) })
    default:
      // A ramp of temperatures is a value, as far as it has no step.
      let hasRamps = path.hasPrefix("stages.")
      return Axis(path: path, values: try value.axisItems(hasRamps: hasRamps).map { try flowText($0.node) })
    }
  }

  static func checkPath(_ path: String, _ value: ManifestValue) throws {
    let keys = path.split(separator: ".", omittingEmptySubsequences: false)
    if !keys.contains(""), ManifestTable.isAxis(path) { return }
    let sections = ManifestTable.keys.filter { $0.isAxis ?? false }
    let known = sections.flatMap { section in
      section.children.map { "\(section.name).\($0.name)" }.filter { ManifestTable.isAxis($0) }
    }.filter { $0 != "stages.NAME" }.sorted()
    let hint =
      path == "dynamics.temperature"
      ? "temperature"
      : known.first { $0.hasSuffix(".\(path)") }
        ?? nearest(to: path, among: known + ["temperature", "replica", "zip", "exclude", "include"])
    throw InputError(
      place: value.place, key: value.path, found: "the unknown axis '\(path.prefix(80))'",
      wanted: "temperature, replica or a path in \(sections.map(\.name).sorted().joined(separator: ", "))",
      message: hint.map { "did you mean '\($0)'?" })
  }
}

// MARK: the points of exclude and include

extension Sweep {
  private static func selection(_ mapping: ManifestMapping) throws -> [Axis] {
    guard (1...maximumAxes).contains(mapping.entries.count) else {
      throw mapping.value.error(wanted: "1 to \(maximumAxes) axes with their values")
    }
    return try mapping.entries.map { path, entry in
      let axis = try axis(path, entry)
      try entry.refuseRepeats(axis.values)
      return axis
    }
  }

  private func checkExcluded(_ selection: [Axis], _ mapping: ManifestMapping) throws {
    let known = axes.map(\.path) + [Self.temperature, Self.replica]
    for (path, entry) in mapping.entries where !known.contains(path) {
      let hint = nearest(to: path, among: known).map { "did you mean '\($0)'?" }
      throw InputError(
        place: entry.place, key: entry.path, found: "the unknown axis '\(path.prefix(80))'",
        wanted: "an axis of this sweep: \(known.joined(separator: ", "))", message: hint)
    }
  }

  private func checkIncluded(_ selection: [Axis], _ mapping: ManifestMapping) throws {
    let given = selection.map(\.path)
    let known = axes.map(\.path)
    for (path, entry) in mapping.entries where ![Self.temperature, Self.replica].contains(path) {
      try Self.checkPath(path, entry)
      for other in (known + given).filter({ $0 != path }) where Self.overlap(path, other) {
        throw InputError(
          place: entry.place, key: entry.path, found: "'\(path)' beside '\(other)'", wanted: "one of the two")
      }
    }
    // Without a grid every point gives what the first one gives: no other key has a value for all.
    var wanted = hasGrid ? known : included[0].map(\.path).filter { $0 != Self.replica }
    if hasGrid,
      !temperatures_K.isEmpty
        || dimensions.contains(where: { $0.axes.contains { $0.path == Self.temperature } })
    {
      wanted.append(Self.temperature)
    }
    if let missing = wanted.first(where: { !given.contains($0) }) {
      throw mapping.value.error(
        wanted: "a value of each axis: \(wanted.joined(separator: ", "))", message: "'\(missing)' is missing")
    }
    if !hasGrid, let extra = given.first(where: { $0 != Self.replica && !wanted.contains($0) }) {
      throw mapping.value.error(
        wanted: "the keys of the first point: \(wanted.joined(separator: ", "))",
        message: "'\(extra)' is none of them")
    }
  }
}

// MARK: writing

extension Sweep {
  @Sendable static func encode(_ sweep: Sweep) throws -> Node {
    func values(_ axis: Axis) throws -> Node {
      try Yams.compose(yaml: "[\(axis.values.joined(separator: ", "))]") ?? .list([])
    }
    func points(_ selections: [[Axis]]) throws -> Node? {
      guard !selections.isEmpty else { return nil }
      return .list(
        try selections.map { selection in
          .mapping(
            try selection.map { axis in
              let list = try values(axis)
              // A value that is a list, and a ramp, would be taken for several values without the list around it.
              let only = axis.values.count == 1 ? list.sequence?.first : nil
              return (axis.path, only?.scalar == nil ? list : only)
            }, .flow)
        }, .block)
    }
    var pairs: [(String, Node?)] = []
    for dimension in sweep.dimensions where !dimension.isZipped {
      // All of them stand at the place of the first.
      pairs += try dimension.axes.map { ($0.path, try values($0)) }
    }
    let zipped = sweep.dimensions.filter(\.isZipped)
    if let first = sweep.dimensions.firstIndex(where: \.isZipped) {
      let groups = try zipped.map { group in
        Node.mapping(try group.axes.map { ($0.path, try values($0)) }, .flow)
      }
      pairs.insert(("zip", .list(groups, .block)), at: first)
    }
    let temperatures = sweep.temperatures_K.map { Node.quantity($0, .temperature) }
    let isCount = sweep.replicas == Array(1...max(1, sweep.replicas.count))
    let replicas: Node =
      isCount ? .text(String(sweep.replicas.count)) : .list(sweep.replicas.map { .text(String($0)) })
    pairs += [(temperature, temperatures.isEmpty ? nil : .list(temperatures)), (replica, replicas)]
    pairs += [("exclude", try points(sweep.excluded)), ("include", try points(sweep.included))]
    return .mapping(pairs, .block)
  }
}

extension ManifestValue {
  /// One mapping, or a list of them.
  fileprivate func mappings() throws -> [ManifestMapping] {
    let wanted = "a mapping of axes to their values, or a list of such mappings"
    if case .mapping = node { return [try openMapping(wanted: wanted)] }
    let items = try list(wanted: wanted)
    guard (1...maximumSelections).contains(items.count) else {
      throw error(wanted: "1 to \(maximumSelections) mappings")
    }
    return try items.map { try $0.openMapping(wanted: wanted) }
  }

  fileprivate func refuseRepeats<T: Hashable>(_ values: [T]) throws {
    var seen: Set<T> = []
    if let twice = values.first(where: { !seen.insert($0).inserted }) {
      throw InputError(place: place, key: path, found: "\(twice) more than once", wanted: "each value once")
    }
  }
}

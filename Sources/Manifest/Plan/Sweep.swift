import Support
import Units
import Yams

/// The axes of a study: the manifest's `sweep`.
package struct Sweep: Equatable, Sendable {
  /// A path in the manifest, other than temperature and replica, with its values as written in the manifest.
  package struct Axis: Equatable, Sendable {
    package var path: String
    package var values: [String]
  }

  /// K; empty where the manifest has no such axis.
  package var temperatures_K: [Double] = []
  /// Numbers of the replicas, from 1.
  package var replicas = [1]
  /// The other axes, the slowest first.
  package var axes: [Axis] = []

  package init() {}

  static let kind = ManifestKind<Sweep>(
    "mapping",
    children: [
      ManifestKey(
        "temperature", "temperatures of the runs", values: ManifestKind.quantity(.temperature).values,
        default: "`dynamics.temperature`"),
      ManifestKey(
        "replica", "number of replicas, counted from 1, or their numbers; replicas differ in their seed",
        values: ManifestKind.integer(1...1).values, default: "1"),
    ],
    read: Sweep.init, write: encode)

  @Sendable private init(_ value: ManifestValue) throws {
    let entries = try value.openMapping(wanted: "a mapping of axes to their values").entries
    guard entries.count <= maximumAxes else {
      throw value.error(wanted: "at most \(maximumAxes) axes", message: "these are \(entries.count)")
    }
    for (key, entry) in entries {
      switch key {
      case "temperature":
        temperatures_K = try entry.axisItems().map { try $0.quantity(.temperature) }
        try entry.refuseRepeats(temperatures_K)
      case "replica":
        replicas = try Self.replicas(entry)
        try entry.refuseRepeats(replicas)
      default:
        try Self.checkPath(key, entry)
        let values = try entry.axisItems().map { try flowText($0.node) }
        try entry.refuseRepeats(values)
        axes.append(Axis(path: key, values: values))
      }
    }
  }

  /// The sweep of a document; one run where it has none.
  static func of(_ document: ManifestDocument) throws -> Sweep {
    try document.root.mapping(known: ManifestDraft.schema.names)["sweep"].map(Sweep.init) ?? Sweep()
  }

  /// A count, or the replica numbers themselves as a list or a range.
  private static func replicas(_ value: ManifestValue) throws -> [Int] {
    guard case .scalar = value.node else {
      return try value.axisItems().map { try $0.integer(1...1_000_000) }
    }
    return Array(1...(try value.integer(1...maximumAxisValues)))
  }

  @Sendable private static func encode(_ sweep: Sweep) throws -> Node {
    let axes = try sweep.axes.map { axis in
      (axis.path, try Yams.compose(yaml: "[\(axis.values.joined(separator: ", "))]"))
    }
    let temperatures = sweep.temperatures_K.map { Node.quantity($0, .temperature) }
    let isCount = sweep.replicas == Array(1...max(1, sweep.replicas.count))
    let replicas: Node =
      isCount ? .text(String(sweep.replicas.count)) : .list(sweep.replicas.map { .text(String($0)) })
    return .mapping(
      axes + [("temperature", temperatures.isEmpty ? nil : .list(temperatures)), ("replica", replicas)],
      .block)
  }

  private static func checkPath(_ path: String, _ value: ManifestValue) throws {
    let keys = path.split(separator: ".", omittingEmptySubsequences: false)
    if !keys.contains(""), ManifestTable.isAxis(path) { return }
    let sections = ManifestTable.keys.filter { $0.isAxis ?? false }
    let known = sections.flatMap { section in
      section.children.map { "\(section.name).\($0.name)" }.filter { ManifestTable.isAxis($0) }
    }.sorted()
    let hint =
      path == "dynamics.temperature"
      ? "temperature"
      : known.first { $0.hasSuffix(".\(path)") }
        ?? nearest(to: path, among: known + ["temperature", "replica"])
    throw InputError(
      place: value.place, key: value.path, found: "the unknown axis '\(path.prefix(80))'",
      wanted: "temperature, replica or a path in \(sections.map(\.name).sorted().joined(separator: ", "))",
      message: hint.map { "did you mean '\($0)'?" })
  }
}

/// More values on one axis, or more runs, are rejected as a mistake.
let maximumAxisValues = 10_000
let maximumRuns = 100_000
let maximumAxes = 50
/// Keys and values in the manifests of all points together, each of which is decoded on its own.
let maximumDecoded = 20_000_000

extension ManifestValue {
  fileprivate func refuseRepeats<T: Hashable>(_ values: [T]) throws {
    var seen: Set<T> = []
    if let twice = values.first(where: { !seen.insert($0).inserted }) {
      throw InputError(place: place, key: path, found: "\(twice) more than once", wanted: "each value once")
    }
  }
}

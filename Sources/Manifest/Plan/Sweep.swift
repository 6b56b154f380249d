import Support

/// The axes of a study: the manifest's `sweep`.
package struct Sweep: Equatable, Sendable {
  /// Any manifest path other than temperature and replica, with its values as the manifest writes them.
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

  init() {}

  init(_ value: ManifestValue) throws {
    for (key, entry) in try value.openMapping(wanted: "a mapping of axes to their values").entries {
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

  /// A count, or the numbers themselves as a list or a range.
  private static func replicas(_ value: ManifestValue) throws -> [Int] {
    guard case .scalar = value.node else {
      return try value.axisItems().map { try $0.integer(1...1_000_000) }
    }
    return Array(1...(try value.integer(1...maximumAxisValues)))
  }

  /// The parts of the manifest that runs may differ in; the analysis is one for all of them.
  private static let sweepable: [String: [String]] = [
    "system": SystemSpecification.keys, "forces": ForceSpecification.keys,
    "dynamics": DynamicsSpecification.keys.filter { $0 != "temperature" },
    "stages": StageSpecification.keys, "record": RecordSpecification.keys, "potential": [],
    "resources": ResourceSpecification.keys,
  ]

  private static func checkPath(_ path: String, _ value: ManifestValue) throws {
    let keys = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let known = sweepable.flatMap { root, leaves in leaves.map { "\(root).\($0)" } }.sorted()
    let isKnown = keys.first.map { sweepable[$0] != nil } ?? false
    if isKnown, !keys.contains(""), path != "dynamics.temperature" { return }
    let hint =
      path == "dynamics.temperature"
      ? "temperature" : known.first { $0.hasSuffix(".\(path)") } ?? nearest(to: path, among: known + names)
    throw InputError(
      place: value.place, key: value.path, found: "the unknown axis '\(path.prefix(80))'",
      wanted: "temperature, replica or a path in \(sweepable.keys.sorted().joined(separator: ", "))",
      message: hint.map { "did you mean '\($0)'?" })
  }

  private static let names = ["temperature", "replica"]
}

/// More values on one axis, or more runs, are a slip of the pen.
let maximumAxisValues = 10_000
let maximumRuns = 100_000

extension ManifestValue {
  fileprivate func refuseRepeats<T: Hashable>(_ values: [T]) throws {
    var seen: Set<T> = []
    if let twice = values.first(where: { !seen.insert($0).inserted }) {
      throw InputError(place: place, key: path, found: "\(twice) more than once", wanted: "each value once")
    }
  }
}

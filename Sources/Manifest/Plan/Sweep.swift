import Support
import Units
import Yams

/// The points of a study: the manifest's `sweep`.
package struct Sweep: Equatable, Sendable {
  /// A path in the manifest with its values as written in the manifest. In a dimension that moves several axes
  /// together the path may be `temperature`; in the points of `exclude` and `include` also `replica`.
  package struct Axis: Equatable, Sendable {
    package var path: String
    package var values: [String]
  }

  /// One direction of the grid: an axis, or several whose values move together and are as many.
  package struct Dimension: Equatable, Sendable {
    package var axes: [Axis]
    /// Whether it is written under `zip`.
    package var isZipped = false

    package var count: Int { axes.first?.values.count ?? 0 }
  }

  /// K; empty where the manifest has no such axis.
  package var temperatures_K: [Double] = []
  /// Numbers of the replicas, from 1.
  package var replicas = [1]
  /// Beside temperature and replica, the slowest first.
  package var dimensions: [Dimension] = []
  /// Points that are not in the grid: each with some axes and the values that it excludes.
  package var excluded: [[Axis]] = []
  /// Points beside the grid: each with a value, or several, of every axis, and of other keys.
  package var included: [[Axis]] = []

  package init() {}

  /// The axes of the grid other than temperature and replica, the slowest first.
  package var axes: [Axis] { dimensions.flatMap(\.axes).filter { $0.path != Self.temperature } }

  /// Whether there is a grid: the points of `include` alone are a sweep, too.
  package var hasGrid: Bool { !dimensions.isEmpty || !temperatures_K.isEmpty || included.isEmpty }

  /// Whether the sweep gives temperatures.
  var hasTemperatures: Bool {
    !temperatures_K.isEmpty
      || (dimensions.map(\.axes) + included).joined().contains { $0.path == Self.temperature }
  }

  static let temperature = "temperature"
  static let replica = "replica"

  /// Changes the axes of the grid and of the points beside it.
  package mutating func changeAxes(_ change: (Axis) throws -> Axis) rethrows {
    for index in dimensions.indices { dimensions[index].axes = try dimensions[index].axes.map(change) }
    excluded = try excluded.map { try $0.map(change) }
    included = try included.map { try $0.map(change) }
  }

  static let kind = ManifestKind<Sweep>(
    "mapping",
    children: [
      ManifestKey(
        temperature, "temperatures of the runs", values: ManifestKind.quantity(.temperature).values,
        default: "`dynamics.temperature`"),
      ManifestKey(
        replica, "number of replicas, counted from 1, or their numbers; replicas differ in their seed",
        values: ManifestKind.integer(1...1).values, default: "1"),
      ManifestKey(
        "zip", "axes whose values move together: the first of each, the second of each, …",
        values: "mapping of axes to lists of one length, or a list of such mappings"),
      ManifestKey(
        "exclude", "points of the grid that are left out: those with all of these values",
        values: "list of mappings of axes to a value, a list or a range"),
      ManifestKey(
        "include", "points beside the grid, or without one: each gives every axis, and may give other keys",
        values: "list of mappings of axes to a value, a list or a range"),
    ],
    read: Sweep.init, write: encode)

  /// The sweep of a document; one run where it has none.
  static func of(_ document: ManifestDocument) throws -> Sweep {
    try document.root.mapping(known: ManifestDraft.schema.names)["sweep"].map(Sweep.init) ?? Sweep()
  }
}

/// More values on one axis, or more runs, are rejected as a mistake.
let maximumAxisValues = 10_000
let maximumRuns = 100_000
let maximumAxes = 50
/// Mappings of `exclude`, and of `include`.
let maximumSelections = 1000
/// Keys and values in the manifests of all points together, each of which is decoded on its own.
let maximumDecoded = 20_000_000

import Foundation
import HDF5
import Mechanism
import Support

/// `results/results.h5`: every value with its unit and, beside it, its uncertainty. A value that is not
/// determined is NaN.
enum ResultsFile {
  /// - Parameter series: of all runs that were read.
  /// - Throws: ``FileError``, ``RunFailure``.
  static func write(
    _ summary: StudySummary, _ curves: StudyCurves, series: [RunSeries], to path: String
  ) throws {
    do { try replace(path, summary, curves, series) } catch let error as HDF5Error {
      guard let code = error.systemCode else { throw RunFailure("can't write \(path): \(error.detail)") }
      throw FileError(path, .write, code: code)
    }
  }

  private static func replace(
    _ path: String, _ summary: StudySummary, _ curves: StudyCurves, _ series: [RunSeries]
  ) throws {
    try AtomicFile.replace(path) { temporary in
      let file = try HDF5File.create(temporary, replacing: true)
      let root = try file.root()
      try root.setAttribute("study", summary.study)
      try root.setAttribute("schema_version", Int64(SummarySchema.version))
      try root.setAttribute("complete", Int64(summary.complete ? 1 : 0))
      let sets = try root.createGroup("sets")
      for (index, pair) in zip(summary.sets, curves.sets).enumerated() {
        try write(pair.0, pair.1, in: try sets.createGroup(String(format: "%04d", index)))
      }
      let runs = try root.createGroup("runs")
      for run in series {
        let group = try runs.createGroup(run.run)
        for column in ResultsFileTable.runs { try put(column, run, in: group) }
      }
      try file.close()
    }
  }

  private static func write(_ set: SetSummary, _ curves: SetCurves, in group: HDF5Group) throws {
    for (axis, value) in set.point.sorted(by: { $0.key < $1.key }) { try group.setAttribute(axis, value) }
    if let x = set.composition { try put([x], "composition", "1", group) }
    for column in ResultsFileTable.temperatures {
      try put(column, set.temperatures, in: group)
    }
    for column in ResultsFileTable.sets { try put(column, [set], in: group) }
    let extrapolated = try group.createGroup("extrapolated")
    for column in ResultsFileTable.extrapolated { try put(column, set.extrapolated, in: extrapolated) }
    for t in curves.temperatures {
      let curve = try group.createGroup("T\(fourDigits(t.temperature_K))K")
      for column in ResultsFileTable.curves { try put(column, t, in: curve) }
      try write(t.observables, set.temperatures.first { $0.temperature_K == t.temperature_K }, in: curve)
    }
  }

  /// `observables/<name>/<series>/{x, value, error}` and `values/<name>/<series>/{value, error,
  /// interval_68, interval_95}`.
  private static func write(
    _ curves: [ObservableCurve], _ summary: TemperatureSummary?, in group: HDF5Group
  ) throws {
    let observables = try group.createGroup("observables")
    for curve in curves {
      let description = ObservableCatalogue.curve(curve.observable)
      let own = try self.group(curve.observable, in: observables).createGroup(plain(curve.series))
      try put(curve.x, "x", description?.xUnit ?? "1", own)
      try put(curve.y.map { $0 ?? .nan }, "value", description?.yUnit ?? "1", own)
      try put(curve.error.map { $0 ?? .nan }, "error", description?.yUnit ?? "1", own)
    }
    let values = try group.createGroup("values")
    for value in summary?.observables ?? [] {
      let own = try self.group(value.name, in: values).createGroup(plain(value.series))
      try put([value.value ?? .nan], "value", value.unit, own)
      try put([value.error ?? .nan], "error", value.unit, own)
      try put(value.interval68 ?? [.nan, .nan], "interval_68", value.unit, own)
      try put(value.interval95 ?? [.nan, .nan], "interval_95", value.unit, own)
    }
  }

  private static func group(_ name: String, in parent: HDF5Group) throws -> HDF5Group {
    try parent.exists(name) ? parent.group(name) : parent.createGroup(name)
  }

  /// The name without path separators.
  private static func plain(_ series: String) -> String { series.replacing("/", with: "_") }

  /// A dataset with a value for each row, and the same under the name and in the unit of the version before.
  private static func put<Row>(_ column: ResultsFileTable.Column<Row>, _ rows: [Row], in group: HDF5Group)
    throws
  {
    try put(column, column.values(rows), in: group)
  }

  private static func put<Row>(_ column: ResultsFileTable.Column<Row>, _ row: Row, in group: HDF5Group) throws
  {
    try put(column, column.values([row]), in: group)
  }

  private static func put(
    _ column: ResultsFileTable.Column<some Any>, _ values: [Double], in group: HDF5Group
  ) throws {
    let description = column.description
    try put(values, description.name, hdf5Unit(description.unit), group)
    guard let old = column.old, old.name != description.name else { return }
    try put(values.map { $0 * old.factor }, old.name, old.unit, group)
  }

  private static func put(_ values: [Double], _ name: String, _ unit: String, _ group: HDF5Group) throws {
    try group.writeDataset(name, values)
    try group.dataset(name).setAttribute("unit", unit)
  }
}

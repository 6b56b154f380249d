import HDF5

/// Writes a series of observables: `/observables`, or `/paddlewheel/stages/<name>`.
final class ObservablesWriter {
  private let series: SeriesWriter
  private let scalars: [(channel: SeriesChannel<Double>, field: @Sendable (ObservablesRecord) -> Double)]
  private let pressure: SeriesChannel<Double>
  /// With the numbers of a record.
  private let byKind: [(channel: SeriesChannel<Double>, of: ObservablesRecord.ByKind, count: Int)]
  private let file: String
  private let path: String

  /// - Parameters:
  ///   - group: an empty group.
  ///   - plan: says what is recorded by elements and kinds of ions.
  init(in group: HDF5Group, after: Int?, plan: RecordPlanSummary) throws {
    file = group.filePath
    path = group.path
    let pressureGroup = try group.createGroup(ObservablesRecord.pressureName)
    series = try SeriesWriter(
      in: pressureGroup, name: group.path, chunkFrames: RecordLayout.observablesFrames, after: after)
    pressure = try series.addChannel(
      in: pressureGroup, of: Double.self, rowShape: [3, 3], unit: ObservablesRecord.pressureUnit,
      fill: Double.nan)
    var scalars: [(SeriesChannel<Double>, @Sendable (ObservablesRecord) -> Double)] = []
    for entry in ObservablesRecord.scalars {
      let scalarGroup = try group.createGroup(entry.name)
      let channel = try series.addChannel(
        in: scalarGroup, of: Double.self, rowShape: [], unit: entry.unit, fill: Double.nan)
      try ParticleMetadata.linkStepAndTime(from: pressureGroup, to: scalarGroup)
      scalars.append((channel, entry.field))
    }
    self.scalars = scalars
    var byKind: [(SeriesChannel<Double>, ObservablesRecord.ByKind, Int)] = []
    for quantity in ObservablesRecord.byKind {
      guard let kinds = quantity.kinds(plan), !kinds.isEmpty else { continue }
      let kindGroup = try group.createGroup(quantity.name)
      let channel = try series.addChannel(
        in: kindGroup, of: Double.self, rowShape: [kinds.count, quantity.width], unit: quantity.unit,
        fill: Double.nan)
      try kindGroup.setFixedAttribute("kinds", kinds.joined(separator: " "))
      try ParticleMetadata.linkStepAndTime(from: pressureGroup, to: kindGroup)
      byKind.append((channel, quantity, kinds.count * quantity.width))
    }
    self.byKind = byKind
  }

  var frameCount: Int { series.frameCount }
  var lastStep: Int? { series.lastStep }
  func commit() throws { try series.commit() }

  func append(step: Int, time_ps: Double, _ record: ObservablesRecord) throws {
    guard record.pressure_GPa.count == 9 else {
      throw RecordError(
        file: file, place: path,
        message: "found \(record.pressure_GPa.count) components of the pressure, wanted 9")
    }
    for (_, quantity, count) in byKind where quantity.field(record).count != count {
      throw RecordError(
        file: file, place: "\(path)/\(quantity.name)",
        message: "found \(quantity.field(record).count) numbers, wanted \(count)")
    }
    try series.append(step: step, time_ps: time_ps) {
      for (channel, quantity, _) in byKind { channel.append(quantity.field(record)) }
      pressure.append(record.pressure_GPa)
      for (channel, field) in scalars { channel.append(CollectionOfOne(field(record))) }
    }
  }
}

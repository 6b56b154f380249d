import HDF5

/// Writes a series of observables: `/observables`, or `/paddlewheel/stages/<name>`.
final class ObservablesWriter {
  private let series: SeriesWriter
  private let scalars: [(channel: SeriesChannel<Double>, field: @Sendable (ObservablesRecord) -> Double)]
  private let pressure: SeriesChannel<Double>
  /// Nil without a committee of models.
  private let deviation: SeriesChannel<Double>?
  private let deviationCount: Int
  private let file: String
  private let path: String

  /// - Parameters:
  ///   - group: an empty group.
  ///   - deviations: what the disagreement of a committee of models is recorded for.
  init(in group: HDF5Group, after: Int?, deviations: [String] = []) throws {
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
    deviationCount = deviations.count
    guard !deviations.isEmpty else {
      deviation = nil
      return
    }
    let deviationGroup = try group.createGroup(ObservablesRecord.deviationName)
    deviation = try series.addChannel(
      in: deviationGroup, of: Double.self, rowShape: [deviations.count, 2],
      unit: ObservablesRecord.deviationUnit, fill: Double.nan)
    try deviationGroup.setFixedAttribute("kinds", deviations.joined(separator: " "))
    try ParticleMetadata.linkStepAndTime(from: pressureGroup, to: deviationGroup)
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
    guard record.modelDeviations_eV_per_A.count == 2 * deviationCount else {
      throw RecordError(
        file: file, place: path,
        message:
          "found \(record.modelDeviations_eV_per_A.count) model deviations, wanted \(2 * deviationCount)")
    }
    try series.append(step: step, time_ps: time_ps) {
      deviation?.append(record.modelDeviations_eV_per_A)
      pressure.append(record.pressure_GPa)
      for (channel, field) in scalars { channel.append(CollectionOfOne(field(record))) }
    }
  }
}

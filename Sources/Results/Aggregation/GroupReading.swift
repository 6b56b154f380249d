import Analysis
import Foundation
import Mechanism

/// What the results take from the runs of one temperature of a set or, where several species diffuse, of the sets of each.
struct GroupReading: Codable, Sendable {
  /// In the order of the plan.
  var runs: [RunPart]
  /// By species.
  var points: [PointReading]

  /// Whether all parts belong together, as they may not in a file.
  func fits(runs runCount: Int, species: Int) -> Bool {
    runs.count == runCount && points.count == species
      && points.flatMap(\.densities).allSatisfy(\.isConsistent)
  }
}

/// What was pooled over the runs of one temperature, for one species.
struct PointReading: Codable, Sendable {
  /// Nil where no run could be read.
  var species: String?
  /// Nil without runs, or where they could not be pooled.
  var pooled: PooledTemperature?
  var densities: [NamedDensity] = []
  /// Why the runs could not be pooled.
  var failure: String?
}

/// What the results take from one run alone.
struct RunPart: Sendable, Equatable {
  var missing: [String]
  var warnings: [Warning]
  /// Nil where the run could not be read.
  var series: RunSeries?
  /// Of a run that figures show.
  var events: [MigrationEvent] = []

  /// - Parameter isShown: whether figures show it.
  init(_ result: RunResult, isShown: Bool) {
    missing = result.missing
    warnings = result.warnings
    series = result.reading?.series
    if isShown, let reading = result.reading { events = reading.species.flatMap(\.mechanism.events) }
  }
}

/// Columns of numbers as bytes: of ten thousand runs they are most of what is kept.
extension RunPart: Codable {
  private enum CodingKeys: String, CodingKey { case missing, warnings, run, atomCount, columns, events }

  private static let columns: [WritableKeyPath<RunSeries, [Double]> & Sendable] = [
    \.time_ps, \.temperature_K, \.potentialEnergy_eV, \.conservedEnergy_eV,
  ]

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(missing, forKey: .missing)
    try container.encode(warnings, forKey: .warnings)
    guard let series else { return }
    try container.encode(series.run, forKey: .run)
    try container.encode(series.atomCount, forKey: .atomCount)
    try container.encode(events, forKey: .events)
    try container.encode(
      Self.columns.map { column in series[keyPath: column].withUnsafeBytes { Data($0) } }, forKey: .columns)
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    missing = try container.decode([String].self, forKey: .missing)
    warnings = try container.decode([Warning].self, forKey: .warnings)
    guard let run = try container.decodeIfPresent(String.self, forKey: .run) else { return }
    events = try container.decode([MigrationEvent].self, forKey: .events)
    var series = RunSeries(
      run: run, time_ps: [], temperature_K: [], potentialEnergy_eV: [], conservedEnergy_eV: [],
      atomCount: try container.decode(Int.self, forKey: .atomCount))
    let columns = try container.decode([Data].self, forKey: .columns)
    guard columns.count == Self.columns.count, Set(columns.map(\.count)).count == 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .columns, in: container, debugDescription: "columns of different lengths")
    }
    for (column, data) in zip(Self.columns, columns) { series[keyPath: column] = Self.numbers(data) }
    self.series = series
  }

  private static func numbers(_ data: Data) -> [Double] {
    data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count / 8 * 8, by: 8).map {
        bytes.loadUnaligned(fromByteOffset: $0, as: Double.self)
      }
    }
  }
}

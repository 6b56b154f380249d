import HDF5

/// The buffered values of one dataset of a series.
final class SeriesChannel<T: HDF5Element> {
  let dataset: HDF5Dataset
  private let rowShape: [Int]
  private var pending: [T] = []

  init(dataset: HDF5Dataset, rowShape: [Int]) {
    self.dataset = dataset
    self.rowShape = rowShape
  }

  func append(_ values: some Sequence<T>) { pending.append(contentsOf: values) }

  func write(firstRow: Int, rows: Int) throws {
    try dataset.resize(to: [firstRow + rows] + rowShape)
    try dataset.write(pending, at: [firstRow] + rowShape.map { _ in 0 }, count: [rows] + rowShape)
    try dataset.flush()
  }

  func clear() { pending.removeAll(keepingCapacity: true) }
}

protocol SeriesChannelProtocol: AnyObject {
  func write(firstRow: Int, rows: Int) throws
  func clear()
}

extension SeriesChannel: SeriesChannelProtocol {}

/// Writes one time series: its values first, then the time, then the step. A row whose step is not negative
/// is complete, both in a growing file and in a file whose writer was killed.
final class SeriesWriter {
  /// The step of a row before it is written.
  static let unwritten: Int64 = -1

  private let file: String
  private let name: String
  private let chunkFrames: Int
  private let steps: SeriesChannel<Int64>
  private let times: SeriesChannel<Double>
  private var values: [any SeriesChannelProtocol] = []
  private var written = 0
  private var pending = 0
  /// The step of the last record, in this file or in those of earlier attempts.
  private(set) var lastStep: Int?

  /// - Parameters:
  ///   - group: where `step` and `time` are created.
  ///   - after: the last step that earlier attempts recorded.
  init(in group: HDF5Group, name: String, chunkFrames: Int, after: Int?) throws {
    file = group.filePath
    self.name = name
    self.chunkFrames = chunkFrames
    lastStep = after
    // Deflate includes a checksum: garbage from a lost end of a file can't be taken for a step.
    let chunking = HDF5Chunking(
      chunk: [max(64, chunkFrames)], maximum: [nil], deflateLevel: RecordLayout.deflateLevel)
    let step = try group.createDataset(
      "step", of: Int64.self, shape: [0], chunking: chunking, fill: Self.unwritten)
    let time = try group.createDataset(
      "time", of: Double.self, shape: [0], chunking: chunking, fill: Double.nan)
    try time.setAttribute("unit", "ps")
    steps = SeriesChannel(dataset: step, rowShape: [])
    times = SeriesChannel(dataset: time, rowShape: [])
  }

  /// Creates a dataset of values of this series.
  ///
  ///   - chunk: the chunk's extents except the first.
  func addChannel<T: HDF5Element>(
    in group: HDF5Group, of _: T.Type, rowShape: [Int], chunk: [Int]? = nil, unit: String?, fill: T
  ) throws -> SeriesChannel<T> {
    let chunking = HDF5Chunking(
      chunk: [chunkFrames] + (chunk ?? rowShape), maximum: [nil] + rowShape,
      deflateLevel: RecordLayout.deflateLevel)
    let dataset = try group.createDataset(
      "value", of: T.self, shape: [0] + rowShape, chunking: chunking, fill: fill)
    if let unit { try dataset.setAttribute("unit", unit) }
    let channel = SeriesChannel<T>(dataset: dataset, rowShape: rowShape)
    values.append(channel)
    return channel
  }

  /// Records of this file.
  var frameCount: Int { written + pending }

  /// Appends a record; `fill` appends one row to every channel.
  func append(step: Int, time_ps: Double, fill: () -> Void) throws {
    if let lastStep, step <= lastStep {
      throw RecordError(
        file: file, place: name, message: "step \(step) can't follow step \(lastStep), already recorded")
    }
    steps.append(CollectionOfOne(Int64(step)))
    times.append(CollectionOfOne(time_ps))
    fill()
    pending += 1
    lastStep = step
    // Only full chunks are written automatically: compressing a chunk twice would cost time and, while
    // readers have the file open, space that is not reused.
    if (written + pending) % chunkFrames == 0 { try commit() }
  }

  /// Writes buffered records.
  func commit() throws {
    guard pending > 0 else { return }
    for channel in values { try channel.write(firstRow: written, rows: pending) }
    try times.write(firstRow: written, rows: pending)
    try steps.write(firstRow: written, rows: pending)
    values.forEach { $0.clear() }
    times.clear()
    steps.clear()
    written += pending
    pending = 0
  }
}

import Crystal
import HDF5

/// `correlations.h5`: metadata in `/paddlewheel`, each function as `/correlations/<quantity>/<species>` with
/// `lag`, `sums` and `counts`, and a checksum over the bytes of the file (`Checksum`). Version 1 did not say in which
/// cell displacements are measured.
enum CorrelationsFile {
  static let formatVersion: Int64 = 2

  static func write(_ content: RunCorrelations, _ provenance: Provenance, to path: String) throws {
    let file = try HDF5File.create(path, replacing: true)
    let root = try file.root()
    let header = try root.createGroup("paddlewheel")
    try header.setAttribute("format_version", content.displacements == .notRecorded ? 1 : formatVersion)
    try header.setAttribute("complete", Int64(content.isComplete ? 1 : 0))
    try header.setAttribute("attempt", Int64(content.attempt))
    try header.setAttribute("identity", content.identity)
    try header.setAttribute("block_duration_ps", content.blockDuration_ps)
    try header.setAttribute("sampled_ps", content.sampled_ps)
    if case .inMeanCell(let cell) = content.displacements {
      try header.setAttribute("mean_cell", cell.vectors.flatMap { [$0.x, $0.y, $0.z] })
    }
    try header.createGroup("attempts").close()
    try provenance.write(in: root, attempt: content.attempt)
    let correlations = try root.createGroup("correlations")
    for series in content.series {
      if !(try correlations.exists(series.quantity)) {
        try correlations.createGroup(series.quantity).close()
      }
      let group = try correlations.createGroup("\(series.quantity)/\(series.species)")
      try group.setAttribute("unit", series.unit)
      try group.writeDataset("lag", series.lag_ps).setAttribute("unit", "ps")
      let shape = [series.sums.count, series.lag_ps.count]
      try group.writeDataset("sums", series.sums.flatMap(\.self), shape: shape)
      try group.writeDataset("counts", series.counts.flatMap(\.self), shape: shape)
    }
    try file.close()
    try Checksum.add(to: path)
  }

  static func read(_ path: String) throws -> RunCorrelations {
    try Checksum.check(path)
    let root = try HDF5File.open(path).root()
    let header = try root.group("paddlewheel")
    let version = try header.singleAttribute("format_version", as: Int64.self)
    guard (1...formatVersion).contains(version) else {
      throw RecordError(
        file: path, place: "/paddlewheel@format_version",
        message: "found version \(version), wanted 1 to \(formatVersion)")
    }
    var series: [CorrelationSeries] = []
    let correlations = try root.group("correlations")
    for quantity in try correlations.children() {
      for species in try correlations.group(quantity).children() {
        series.append(try read(quantity, species, in: correlations))
      }
    }
    func number(_ name: String, from smallest: Double) throws -> Double {
      let value = try header.singleAttribute(name, as: Double.self)
      guard value >= smallest, value < 1e15 else {
        throw RecordError(
          file: path, place: "/paddlewheel@\(name)",
          message: "found \(value), wanted a number from \(smallest) on")
      }
      return value
    }
    let attempt = try header.singleAttribute("attempt", as: Int64.self)
    guard attempt >= 0, attempt <= RecordLimits.attempts else {
      throw RecordError(
        file: path, place: "/paddlewheel@attempt", message: "found \(attempt), wanted an attempt")
    }
    return RunCorrelations(
      series: series, blockDuration_ps: try number("block_duration_ps", from: 0),
      sampled_ps: try number("sampled_ps", from: 0),
      displacements: version == 1 ? .notRecorded : try displacements(header),
      isComplete: try header.singleAttribute("complete", as: Int64.self) != 0, attempt: Int(attempt),
      identity: try header.textAttribute("identity"))
  }

  private static func displacements(_ header: HDF5Group) throws -> RunCorrelations.Displacements {
    guard try header.hasAttribute("mean_cell") else { return .inFixedCell }
    let v = try header.attribute("mean_cell", as: Double.self)
    let cell =
      v.count == 9 ? Cell(a: [v[0], v[1], v[2]], b: [v[3], v[4], v[5]], c: [v[6], v[7], v[8]]) : nil
    guard let cell, v.allSatisfy({ abs($0) < 1e9 }), cell.volume > 0 else {
      throw RecordError(
        file: header.filePath, place: "/paddlewheel@mean_cell",
        message: "found \(v.prefix(9)), wanted three vectors with a volume")
    }
    return .inMeanCell(cell)
  }

  private static func read(
    _ quantity: String, _ species: String, in correlations: HDF5Group
  ) throws -> CorrelationSeries {
    let group = try correlations.group("\(quantity)/\(species)")
    let lags = try group.dataset("lag").read(Double.self)
    guard lags.allSatisfy({ $0 >= 0 && $0 < 1e15 }), zip(lags, lags.dropFirst()).allSatisfy({ $0 < $1 })
    else {
      throw RecordError(file: group.filePath, place: "\(group.path)/lag", message: "the lags do not rise")
    }
    func rows(_ name: String, from smallest: Double) throws -> [[Double]] {
      let dataset = try group.dataset(name)
      let shape = try dataset.shape()
      guard shape.count == 2, shape[0] >= 1, shape[1] == lags.count else {
        throw RecordError(
          file: group.filePath, place: "\(group.path)/\(name)",
          message: "found the shape \(shape), wanted one row for each block and one for between, of "
            + "\(lags.count) lags")
      }
      let values = try dataset.read(Double.self)
      guard values.allSatisfy({ $0 >= smallest && $0 < .infinity }) else {
        throw RecordError(
          file: group.filePath, place: "\(group.path)/\(name)",
          message: "found values that are no sums or counts")
      }
      return (0..<shape[0]).map { Array(values[($0 * shape[1])..<(($0 + 1) * shape[1])]) }
    }
    let (sums, counts) = (try rows("sums", from: -.greatestFiniteMagnitude), try rows("counts", from: 0))
    guard sums.count == counts.count else {
      throw RecordError(
        file: group.filePath, place: group.path,
        message: "found \(sums.count) rows of sums and \(counts.count) of counts, wanted as many")
    }
    return CorrelationSeries(
      quantity: quantity, species: species, unit: try group.textAttribute("unit"), lag_ps: lags,
      sums: sums, counts: counts)
  }
}

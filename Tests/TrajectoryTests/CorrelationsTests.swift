import Foundation
import TestSupport
import Testing

@testable import Crystal
@testable import HDF5
@testable import Trajectory

@Suite struct CorrelationsTests {
  private let folder: TemporaryFolder
  private var path: String { folder.file(RunCorrelations.fileName) }

  init() throws { folder = try TemporaryFolder() }

  private static func series(_ quantity: String, _ species: String, rows: Int = 6) -> CorrelationSeries {
    CorrelationSeries(
      quantity: quantity, species: species, unit: "Å²", lag_ps: [0.05, 0.1, 0.2],
      sums: (0..<rows).map { row in (0..<3).map { Double(10 * row + $0) } },
      counts: (0..<rows).map { row in (0..<3).map { Double(row * (2 - $0)) } })
  }

  private static let content = RunCorrelations(
    series: [series("velocity", "Na"), series("displacement-2", "Na"), series("velocity", "B12H12:H")],
    blockDuration_ps: 10, sampled_ps: 37.5, isComplete: false, attempt: 3, identity: "study run 7")

  @Test func whatIsWrittenComesBack() throws {
    #expect(try RunCorrelations(directory: folder.path) == nil)
    try Self.content.write(directory: folder.path, provenance: SmallRun.provenance)
    let back = try #require(try RunCorrelations(directory: folder.path))
    #expect(back == Self.content)
    #expect(
      back.series.map { "\($0.quantity) \($0.species)" } == [
        "displacement-2 Na", "velocity B12H12:H", "velocity Na",
      ])
    var complete = Self.content
    complete.isComplete = true
    try complete.write(directory: folder.path, provenance: SmallRun.provenance)
    #expect(try RunCorrelations(directory: folder.path)?.isComplete == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["correlations.h5"])
  }

  /// The mean cell comes back, and a file of version 1 does not say in which cell displacements are measured.
  @Test func displacementsAreInACell() throws {
    var content = Self.content
    #expect(content.displacements == .inFixedCell)
    content.displacements = .inMeanCell(Cell(a: [9, 0, 0.1], b: [1, 10, 0], c: [0, -2, 11]))
    try content.write(directory: folder.path, provenance: SmallRun.provenance)
    #expect(try RunCorrelations(directory: folder.path) == content)
    try FileManager.default.removeItem(atPath: path)
    try writeVersion1()
    let old = try #require(try RunCorrelations(directory: folder.path))
    #expect(old.displacements == .notRecorded && old.series.map(\.quantity) == ["displacement-2"])
  }

  /// As version 1 was written.
  private func writeVersion1() throws {
    let file = try HDF5File.create(path, replacing: true)
    let root = try file.root()
    let header = try root.createGroup("paddlewheel")
    try header.setAttribute("format_version", Int64(1))
    try header.setAttribute("complete", Int64(1))
    try header.setAttribute("attempt", Int64(1))
    try header.setAttribute("identity", "a run")
    try header.setAttribute("block_duration_ps", 1.0)
    try header.setAttribute("sampled_ps", 5.0)
    let correlations = try root.createGroup("correlations")
    try correlations.createGroup("displacement-2").close()
    let group = try correlations.createGroup("displacement-2/Na")
    try group.setAttribute("unit", "Å²")
    _ = try group.writeDataset("lag", [0.05])
    _ = try group.writeDataset("sums", [1.0, 2, 3, 4, 5, 6], shape: [6, 1])
    _ = try group.writeDataset("counts", [1.0, 1, 1, 1, 1, 1], shape: [6, 1])
    try file.close()
    try Checksum.add(to: path)
  }

  @Test func meansLeaveOutWhatWasNotSeen() {
    let series = Self.series("velocity", "Na", rows: 3)
    let mean: [Double?] = [5, 11, nil]
    let blocks: [[Double?]] = [[nil, nil, nil], [5, 11, nil]]
    #expect(series.mean == mean)
    #expect(series.blockMeans == blocks)
  }

  /// Flipped bits anywhere, and truncated files, give errors that name the file.
  @Test(arguments: [0.0, 0.2, 0.5, 0.9]) func damageIsSeen(_ place: Double) throws {
    try Self.content.write(directory: folder.path, provenance: SmallRun.provenance)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var spoiled = whole
    spoiled[Int(Double(whole.count) * place)] ^= 0x10
    for data in [spoiled, whole.prefix(Int(Double(whole.count) * place))] {
      try data.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: RecordError.self) { try RunCorrelations(directory: folder.path) }
      #expect(error?.file == path)
    }
  }
}

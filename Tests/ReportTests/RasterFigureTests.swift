import Foundation
import Support
import TestSupport
import Testing

@testable import Report

/// Figures as PNG.
@Suite(.needs(.gnuplot)) struct RasterFigureTests {
  private func withFigures(_ body: (URL) async throws -> Void) async throws {
    let directory = Sample.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    try await writeReport(
      results: directory.appendingPathComponent("results"), summary: Sample.summary(),
      curves: Sample.curves(),
      manifest: Sample.manifest, provenance: Sample.provenance)
    try await body(directory.appendingPathComponent("results/figures"))
  }

  /// Width and height, from the header of a PNG.
  private func size(_ data: Data) -> [Int] {
    [16, 20].map { start in data[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
  }

  @Test func eachFigureIsDrawnAtTwiceItsSize() async throws {
    try await withFigures { folder in
      let before = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      let paths = try await RasterFigures.write(in: folder)
      #expect(
        paths.map { ($0 as NSString).lastPathComponent }
          == before.filter { $0.hasSuffix(".gp") }.map { $0.dropLast(2) + "png" }.sorted())
      #expect(paths.count == 5)
      for path in paths {
        let data = try #require(FileManager.default.contents(atPath: path))
        #expect(
          data.starts(with: [0x89, 0x50, 0x4E, 0x47]) && size(data)[0] == 1440, "\(path) \(size(data))")
        // A blank picture is far smaller.
        #expect(data.count > 15_000, "\(path) \(data.count)")
      }
      let after = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(Set(after).subtracting(before).allSatisfy { $0.hasSuffix(".png") })
    }
  }

  @Test func failuresAreTold() async throws {
    try await withFigures { folder in
      for program in ["/bin/false", "/bin/true", "/nowhere/gnuplot"] {
        await #expect(throws: RunFailure.self) {
          try await RasterFigures.write(in: folder, environment: ["PADDLEWHEEL_GNUPLOT": program])
        }
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(!files.contains { $0.hasSuffix(".png") })
    }
  }
}

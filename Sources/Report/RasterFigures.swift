import Foundation
import Support

/// The figures of a report as PNG, for slides: drawn again by gnuplot from the scripts beside the SVGs.
package enum RasterFigures {
  /// Pixels for each of the SVG: 720 become 1440, which fills a slide.
  private static let scale = 2

  /// Writes `<name>.png` beside each `<name>.gp` of a folder.
  /// - Parameters:
  ///   - folder: `figures/` of a report.
  ///   - environment: says where gnuplot is.
  /// - Returns: the paths that were written, in the order of their names.
  /// - Throws: ``RunFailure`` where gnuplot is missing or fails; ``FileError``.
  package static func write(
    in folder: URL, environment: [String: String] = ProcessInfo.processInfo.environment
  ) async throws -> [String] {
    let (program, looked) = Gnuplot.executable(environment: environment)
    guard let program else {
      throw RunFailure("gnuplot was not found (\(looked)): the figures can't be drawn as PNG")
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".gp") }.map { String($0.dropLast(3)) }.sorted()
    let place = FileManager.default.temporaryDirectory.appendingPathComponent(
      "paddlewheel-png-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    // Copies of scripts and data.
    defer { try? FileManager.default.removeItem(at: place) }
    for name in names {
      let script = try String(contentsOf: folder.appendingPathComponent("\(name).gp"), encoding: .utf8)
      try AtomicFile.write(
        Data(raster(script, name: name).utf8), to: place.appendingPathComponent("\(name).gp").path,
        durably: false)
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent("\(name).dat"), to: place.appendingPathComponent("\(name).dat"))
    }
    let drawn = await Gnuplot.drawAll(names, in: place, with: program, as: "png")
    return try names.map { name in
      if case .failure(let failure)? = drawn[name] {
        throw RunFailure("gnuplot can't draw \(name).png: \(failure.reason)")
      }
      let path = folder.appendingPathComponent("\(name).png").path
      guard let data = FileManager.default.contents(atPath: place.appendingPathComponent("\(name).png").path),
        data.starts(with: [0x89, 0x50, 0x4E, 0x47])
      else { throw RunFailure("gnuplot wrote no PNG of \(name)") }
      try AtomicFile.write(data, to: path)
      return path
    }
  }

  /// A script for the terminal of SVGs as one for that of PNGs; letters and lines grow with the picture.
  static func raster(_ script: String, name: String) -> String {
    let lines = script.replacing("set output '\(name).svg'", with: "set output '\(name).png'")
    return lines.replacing(/set terminal svg size (\d+),(\d+) dynamic/) { match in
      let (width, height) = ((Int(match.1) ?? 720) * scale, (Int(match.2) ?? 420) * scale)
      return "set terminal pngcairo size \(width),\(height) fontscale \(scale) pointscale \(scale)"
    }.replacing("linewidth 1.2 dashlength 0.7", with: "linewidth 2.4 dashlength 0.7")
  }
}

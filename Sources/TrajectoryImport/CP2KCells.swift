import Crystal
import Foundation
import Mathematics
import Trajectory

/// The cells of a CP2K run, from the file `RUN-1.cell` beside `RUN-pos-1.xyz`.
final class CP2KCells {
  /// For messages.
  let path: String
  private var cells: [Int: Cell] = [:]

  private static let most = 5_000_000

  /// - Returns: nil where there is no such file.
  /// - Throws: `TrajectoryProblem`.
  init?(beside path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    guard let middle = name.range(of: "-pos-"),
      let ending = name.range(of: ".xyz", range: middle.upperBound..<name.endIndex)
    else { return nil }
    let base =
      "\(folder.isEmpty ? "." : folder)/\(name[..<middle.lowerBound])-\(name[middle.upperBound..<ending.lowerBound]).cell"
    let found = ["", ".gz", ".zst", ".xz", ".bz2"].map { base + $0 }.first {
      FileManager.default.fileExists(atPath: $0)
    }
    guard let found else { return nil }
    self.path = found
    try read()
  }

  private func read() throws {
    let lines = try LineReader(path)
    while let line = try lines.next() {
      let text = line.trimmed
      if text.count == 0 || text.hasPrefix("#") { continue }
      let numbers = line.fields.prefix(11).compactMap(\.decimal)
      guard numbers.count == 11, let step = line.fields.first(where: { _ in true })?.integer else {
        throw lines.problem(
          line.excerpt, wanted: "a step, a time and the nine numbers of a cell, as CP2K writes them")
      }
      guard cells.count < Self.most else {
        throw lines.problem("more than \(Self.most) cells", wanted: "fewer")
      }
      cells[step] = try CellText.cell(Array(numbers[2...])) { lines.problem($0, wanted: $1) }
    }
  }

  /// - Throws: `TrajectoryProblem` where the file has no cell of that step.
  func cell(step: Int?, _ lines: LineReader) throws -> Cell {
    guard let step else {
      throw lines.problem("no “i =” in the comment", wanted: "CP2K's step, which tells the line of \(path)")
    }
    guard let cell = cells[step] else {
      throw lines.problem("step \(step), of which \(path) has no cell", wanted: "both files whole, or --cell")
    }
    return cell
  }
}

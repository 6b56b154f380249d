import Foundation

func read(_ directory: URL, _ path: String) throws -> String {
  try String(contentsOf: directory.appendingPathComponent("results/\(path)"), encoding: .utf8)
}

/// Rows of a CSV without quoted fields, by column.
func rows(_ csv: String) -> [[String: String]] {
  let lines = csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { a, _ in a } }
}

import Foundation

/// Findings of one analysis in a folder: a file of JSON lines for each row, one line a set. Sets that are there are not
/// analysed again.
struct ResultFiles: Sendable {
  let folder: URL

  func file(_ row: String) -> URL { folder.appending(path: row + ".jsonl") }

  /// The sets of a row in ascending order. A last line that is cut short, by an interrupted run, is left out.
  func read(_ row: String) throws -> [SetRecord] {
    let file = file(row)
    guard FileManager.default.fileExists(atPath: file.path) else { return [] }
    let text = try String(contentsOf: file, encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: true)
    var records: [Int: SetRecord] = [:]
    for (number, line) in lines.enumerated() {
      guard let record = try? JSONDecoder().decode(SetRecord.self, from: Data(line.utf8)) else {
        if number == lines.count - 1, !text.hasSuffix("\n") { continue }
        throw FileProblem(description: "\(file.path), line \(number + 1), is not the record of a set")
      }
      records[record.set] = record
    }
    return records.values.sorted { $0.set < $1.set }
  }

  /// Prepares a row for appending: an unfinished last line is removed.
  func open(_ row: String) throws -> FileHandle {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = file(row)
    if !FileManager.default.fileExists(atPath: file.path) {
      try Data().write(to: file)
    }
    let handle = try FileHandle(forUpdating: file)
    let data = try Data(contentsOf: file)
    let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
    try handle.truncate(atOffset: UInt64(whole))
    try handle.seekToEnd()
    return handle
  }

  static func line(_ record: SetRecord) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(record) + Data("\n".utf8)
  }
}

/// A file that can't be read or written.
struct FileProblem: Error, CustomStringConvertible {
  let description: String
}

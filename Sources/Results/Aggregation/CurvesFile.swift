import Foundation
import HDF5
import Support
import Trajectory

/// `results/curves.json`: the curves as `JSONEncoder` would write them, but set by set, since the encoder's
/// tree for a large study would take gigabytes.
enum CurvesFile {
  /// - Throws: `RecordError` for a file that can't be written.
  static func write(_ curves: StudyCurves, to path: String) throws {
    let encoder = fileJSONEncoder()
    try AtomicFile.replace(path) { temporary in
      guard FileManager.default.createFile(atPath: temporary, contents: nil),
        let file = FileHandle(forWritingAtPath: temporary)
      else { throw RecordError(file: path, message: "cannot create") }
      func write(_ text: String) throws { try file.write(contentsOf: Data(text.utf8)) }
      func list(_ name: String, _ items: some Collection<some Encodable>) throws {
        try write("  \"\(name)\" : [\n")
        for (index, item) in items.enumerated() {
          try file.write(contentsOf: indented(try encoder.encode(item)))
          try write(index < items.count - 1 ? ",\n" : "")
        }
        try write("\n  ]")
      }
      try write("{\n")
      if let count = curves.allRuns { try write("  \"allRuns\" : \(count),\n") }
      try list("runs", curves.runs)
      try write(",\n")
      try list("sets", curves.sets)
      try write("\n}\n")
      try file.close()
    }
  }

  /// Indents every line by two levels, except empty ones. JSON strings contain no line breaks.
  private static func indented(_ json: Data) -> Data {
    let indent = [UInt8](repeating: UInt8(ascii: " "), count: 4)
    let line = UInt8(ascii: "\n")
    var result: [UInt8] = []
    result.reserveCapacity(json.count + json.count / 4)
    var isStart = true
    for byte in json {
      if isStart, byte != line { result += indent }
      isStart = byte == line
      result.append(byte)
    }
    return Data(result)
  }
}

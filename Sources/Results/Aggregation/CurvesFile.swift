import Foundation
import Support

/// `results/curves.json`: the curves as `JSONEncoder` would write them, but set by set, since the encoder's
/// tree for a large study would take gigabytes.
enum CurvesFile {
  /// - Throws: `FileError` for a file that can't be written.
  static func write(_ curves: StudyCurves, to path: String) throws {
    let encoder = fileJSONEncoder()
    try AtomicFile.replace(path) { temporary in
      let file = try FileWriter(temporary, named: path)
      func write(_ text: String) throws { try file.write(Data(text.utf8)) }
      func list(_ name: String, _ items: some Collection<some Encodable>) throws {
        try write("  \"\(name)\" : [\n")
        for (index, item) in items.enumerated() {
          try file.write(indented(try encoder.encode(item)))
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

import Foundation
import Support

/// The text of a structure file with its name, and errors that give the place in it.
///
/// Bytes that are not UTF-8 become replacement characters: author names in comments often use older
/// encodings, and in a number or a symbol the character is reported as an error.
struct StructureText {
  let file: String
  let string: String
  private static let largest = 1 << 31

  init(file: String, string: String) {
    self.file = file
    self.string = string
  }

  /// - Throws: `StructureError.file`.
  init(path: String) throws {
    var data: Data
    do {
      data = try FileContents.read(path, most: Self.largest - 1)
    } catch {
      throw StructureError.file(path: path, reason: "can't be read: \(error.reason)")
    }
    // The byte order mark that some editors put before UTF-8.
    if data.starts(with: [0xEF, 0xBB, 0xBF]) { data = data.dropFirst(3) }
    guard !data.prefix(4096).contains(0) else {
      throw StructureError.file(path: path, reason: "holds zero bytes, wanted a text file in UTF-8")
    }
    self.init(file: path, string: String(decoding: data, as: UTF8.self))
  }

  /// The lines, without line ends of either kind.
  var lines: [Substring] {
    string.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
  }

  func error(line: Int, _ problem: String) -> StructureError {
    .malformed(file: file, line: line, problem: problem)
  }

  /// Text shortened for a message.
  static func excerpt(_ text: some StringProtocol) -> String {
    let start = visible(String(text.prefix(40)).replacing("\t", with: " "))
    return text.count > 40 ? "“\(start)…”" : "“\(start)”"
  }
}

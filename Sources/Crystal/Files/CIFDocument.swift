internal import CGemmi

/// A CIF as gemmi reads it: data blocks with values by tag.
final class CIFDocument {
  let text: StructureText
  private let handle: OpaquePointer

  /// A tag's values: their number, the line where its item or loop begins, and the loop that it belongs to.
  struct Values {
    let count: Int
    let line: Int
    let loop: Int
  }

  /// - Throws: `StructureError.malformed` with gemmi's message.
  init(text: StructureText) throws {
    self.text = text
    var problem = CGemmiError()
    var string = text.string
    let handle = string.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { cgemmi_read($0.baseAddress, $0.count, &problem) }
    }
    guard let handle else {
      throw text.error(line: max(1, Int(problem.line)), "not a CIF: \(problem.text)")
    }
    self.handle = handle
  }

  deinit { cgemmi_free(handle) }

  var blockNames: [String] {
    (0..<cgemmi_block_count(handle)).map { String(cString: cgemmi_block_name(handle, $0)) }
  }

  /// Nil where the block has no such tag, or no value for it.
  func values(_ tag: String, block: Int) -> Values? {
    var (line, loop) = (0, 0)
    let count = Int(cgemmi_values(handle, block, tag, &line, &loop))
    return count == 0 ? nil : Values(count: count, line: max(1, line), loop: loop)
  }

  /// A value without quotes; nil for `?`, `.` and missing values.
  func value(_ tag: String, block: Int, row: Int = 0) -> String? {
    cgemmi_value(handle, block, tag, row).map { String(cString: $0) }
  }

  /// A number without its uncertainty; nil where it is missing.
  ///
  /// - Throws: `StructureError.malformed` for anything else.
  func number(_ tag: String, block: Int, row: Int = 0, of owner: String = "") throws -> Double? {
    guard let text = value(tag, block: block, row: row) else { return nil }
    let number = cgemmi_number(text)
    // gemmi has read the uncertainty in parentheses; what stands before it has to be a number for us, too.
    guard fileNumber(text.prefix { $0 != "(" }) != nil, number.isFinite, abs(number) <= 1e9 else {
      throw error(tag, block: block, "\(owner)found \(StructureText.excerpt(text)), wanted a number")
    }
    return number
  }

  /// An error at a tag's line, or at the first line where the block does not have the tag.
  func error(_ tag: String, block: Int, _ problem: String) -> StructureError {
    text.error(line: values(tag, block: block)?.line ?? 1, "\(tag): \(problem)")
  }
}

extension CGemmiError {
  /// The message as a string.
  var text: String {
    withUnsafeBytes(of: message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

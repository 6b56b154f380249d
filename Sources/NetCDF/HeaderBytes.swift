import Foundation

/// The bytes of a file from its beginning on, read in blocks.
struct HeaderBytes {
  /// Bytes of the whole file.
  let size: Int
  private(set) var offset = 0
  private let path: String
  private let handle: FileHandle
  private var block = Data()
  private var blockStart = 0
  private static let blockSize = 1 << 16

  /// - Throws: ``NetCDFError`` for a file that can't be read.
  init(_ path: String) throws(NetCDFError) {
    self.path = path
    do {
      handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      size = Int(clamping: try handle.seekToEnd())
    } catch {
      throw NetCDFError(
        file: path, place: nil, found: error.localizedDescription, wanted: "a file that can be read")
    }
  }

  /// Bytes after the place.
  var left: Int { size - offset }

  /// A whole number, the largest byte first.
  mutating func number(bytes count: Int) throws(NetCDFError) -> UInt64 {
    guard count <= left else { throw problem("the end of the file", "the rest of the header") }
    var value: UInt64 = 0
    for _ in 0..<count {
      value = value << 8 | UInt64(try byte())
      offset += 1
    }
    return value
  }

  /// Goes on behind values and what fills them up to a multiple of four bytes.
  mutating func skip(_ values: UInt64, of bytes: UInt64) throws(NetCDFError) {
    let (length, isTooLong) = values.multipliedReportingOverflow(by: bytes)
    let padded = length.addingReportingOverflow((4 - length % 4) % 4)
    guard !isTooLong, !padded.overflow, padded.partialValue <= UInt64(left) else {
      throw problem("\(values) values of \(bytes) bytes", "as many as the file has place for")
    }
    offset += Int(padded.partialValue)
  }

  private mutating func byte() throws(NetCDFError) -> UInt8 {
    if offset < blockStart || offset >= blockStart + block.count {
      do {
        try handle.seek(toOffset: UInt64(offset))
        block = try handle.read(upToCount: Self.blockSize) ?? Data()
      } catch { throw problem(error.localizedDescription, "a file that can be read") }
      blockStart = offset
    }
    guard offset - blockStart < block.count else { throw problem("the end of the file", "more of it") }
    return block[block.startIndex + offset - blockStart]
  }

  func problem(_ found: String, _ wanted: String) -> NetCDFError {
    NetCDFError(file: path, place: "byte \(offset)", found: found, wanted: wanted)
  }
}

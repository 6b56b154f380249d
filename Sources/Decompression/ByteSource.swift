import Foundation

/// An error in a file that is read as a stream.
package struct StreamProblem: Error, Equatable {
  /// As the user named it.
  package let file: String
  /// How far the file was read, as it is stored.
  package let byte: Int
  package let found: String
  package let wanted: String
}

/// The bytes of a file one after the other, unpacked where the file is compressed.
///
/// Every reader of text reads through this, so that each format is read compressed as well.
package protocol ByteSource: AnyObject {
  /// Fills a buffer as far as it can.
  /// - Returns: the number of bytes; 0 only at the end.
  /// - Throws: `StreamProblem`, for a damaged stream with its place.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// How a file is compressed, by its first bytes and not by its name.
package enum Compression: String {
  case gzip, zstd, xz, bzip2

  /// The number of bytes that tell all of them apart.
  static let signatureLength = 6

  /// - Returns: nil for a file that is not compressed.
  package init?(signature: some Sequence<UInt8>) {
    let start = Array(signature.prefix(Self.signatureLength))
    func begins(_ bytes: [UInt8]) -> Bool { start.starts(with: bytes) }
    if begins([0x1F, 0x8B]) {
      self = .gzip
    } else if begins([0x28, 0xB5, 0x2F, 0xFD]) || Self.isSkippable(start) {
      self = .zstd
    } else if begins([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .xz
    } else if begins([0x42, 0x5A, 0x68]), start.count > 3, (0x31...0x39).contains(start[3]) {
      self = .bzip2
    } else {
      return nil
    }
  }

  /// A frame of zstd without content, with which pzstd begins.
  private static func isSkippable(_ start: [UInt8]) -> Bool {
    start.count >= 4 && (0x50...0x5F).contains(start[0]) && start[1...3].elementsEqual([0x2A, 0x4D, 0x18])
  }
}

/// Opens a file, and unpacks it where it is compressed.
/// - Parameter name: for messages.
/// - Throws: `StreamProblem`.
package func openBytes(_ path: String, name: String? = nil) throws -> any ByteSource {
  func prepared<Library: Unpacker>(_ library: Library?, _ file: FileBytes) throws -> any ByteSource {
    guard let library else {
      throw file.problem("not enough memory to unpack \(Library.format.rawValue)", "more of it")
    }
    return PackedBytes(file, library)
  }
  let file = try FileBytes(path, name: name ?? path)
  switch Compression(signature: try file.signature()) {
  case nil: return file
  case .gzip: return try prepared(GzipUnpacker(), file)
  case .zstd: return try prepared(ZstdUnpacker(), file)
  case .xz: return try prepared(XZUnpacker(), file)
  case .bzip2: return try prepared(BZip2Unpacker(), file)
  }
}

/// The first bytes of a file, unpacked; fewer where it has no more.
/// - Throws: `StreamProblem`.
package func firstBytes(_ path: String, name: String? = nil, count: Int) throws -> [UInt8] {
  let source = try openBytes(path, name: name)
  return try [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
    while made < count {
      let more = try source.read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[made...]))
      if more == 0 { break }
      made += more
    }
  }
}

/// The bytes of a plain file.
package final class FileBytes: ByteSource {
  /// For messages.
  package let name: String
  /// Bytes read so far.
  private(set) var offset = 0
  private let descriptor: Int32

  /// - Throws: `StreamProblem` for a file that can't be opened.
  package init(_ path: String, name: String) throws {
    self.name = name
    descriptor = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StreamProblem(
        file: name, byte: 0, found: String(cString: strerror(errno)), wanted: "a file that can be read")
    }
  }

  deinit { close(descriptor) }

  /// The first bytes, which stay to be read.
  package func signature() throws -> [UInt8] {
    var start = [UInt8](repeating: 0, count: Compression.signatureLength)
    let count = pread(descriptor, &start, start.count, 0)
    guard count >= 0 else { throw problem(String(cString: strerror(errno)), "a file that can be read") }
    return Array(start.prefix(count))
  }

  package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw problem(String(cString: strerror(errno)), "a file that can be read") }
      offset += count
      return count
    }
  }

  func problem(_ found: String, _ wanted: String) -> StreamProblem {
    StreamProblem(file: name, byte: offset, found: found, wanted: wanted)
  }
}

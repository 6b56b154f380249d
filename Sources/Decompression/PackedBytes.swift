/// What one step of a decompressor did.
struct UnpackingStep {
  /// Bytes of the input that it took.
  var taken: Int
  /// Bytes of the output that it made.
  var made: Int
  /// Whether a stream ended with the bytes that were taken.
  var endsStream: Bool
}

/// A decompressor of one library.
protocol Unpacker {
  static var format: Compression { get }
  /// Unpacks a piece.
  /// - Returns: nil with the reason in `problem` where the input is damaged.
  mutating func unpack(
    _ input: UnsafeMutableRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> UnpackingStep?
  /// Prepares for another stream after the one that ended.
  mutating func restart() -> Bool
  /// What the library says of a damaged input.
  var problem: String { get }
  /// Frees the library's memory.
  mutating func close()
}

/// The unpacked bytes of a compressed file. Several streams one after the other, as `pigz`, `pbzip2` and `cat` make them, are
/// read as one; a stream that does not end is an error.
final class PackedBytes<Library: Unpacker>: ByteSource {
  private let file: FileBytes
  private var library: Library
  private let input: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  /// The last stream has ended, and nothing of another was read.
  private var isBetweenStreams = false
  /// Unpacked bytes so far.
  private var made = 0

  init(_ file: FileBytes, _ library: Library) {
    self.file = file
    self.library = library
    input = .allocate(byteCount: 1 << 18, alignment: 16)
  }

  deinit {
    library.close()
    input.deallocate()
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    while true {
      if start == end, !isAtEnd {
        (start, end) = (0, try file.read(into: input))
        isAtEnd = end == 0
      }
      if start == end, isBetweenStreams { return 0 }
      if isBetweenStreams {
        guard isStream else {
          throw problem("bytes that belong to no stream after the end of the last one", "nothing after it")
        }
        guard library.restart() else {
          throw problem(library.problem, "a whole \(Library.format.rawValue) stream")
        }
        isBetweenStreams = false
      }
      let rest = UnsafeMutableRawBufferPointer(rebasing: input[start..<end])
      guard let step = library.unpack(rest, into: buffer) else {
        throw problem("a damaged \(Library.format.rawValue) stream: \(library.problem)", "a whole one")
      }
      start += step.taken
      made += step.made
      isBetweenStreams = step.endsStream
      if step.made > 0 { return step.made }
      guard step.taken > 0 || step.endsStream else {
        throw problem(
          "a \(Library.format.rawValue) stream that ends too early, after \(made) unpacked bytes",
          "a whole one; is it still being written or copied?")
      }
    }
  }

  /// Whether the next bytes begin another stream. Padding of zeros between streams is skipped.
  private var isStream: Bool {
    while start < end, input[start] == 0 { start += 1 }
    return start == end || input[start] == Library.firstByte || Library.format == .zstd
  }

  private func problem(_ found: String, _ wanted: String) -> StreamProblem {
    StreamProblem(file: file.name, byte: file.offset - (end - start), found: found, wanted: wanted)
  }
}

extension Unpacker {
  /// Of a stream.
  fileprivate static var firstByte: UInt8 {
    switch format {
    case .gzip: 0x1F
    case .zstd: 0x28
    case .xz: 0xFD
    case .bzip2: 0x42
    }
  }
}

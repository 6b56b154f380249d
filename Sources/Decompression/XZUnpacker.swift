internal import CLZMA

/// liblzma's decompressor of xz streams.
struct XZUnpacker: Unpacker {
  static let format = Compression.xz
  private let stream: UnsafeMutablePointer<lzma_stream>
  private(set) var problem = "it can't be unpacked"

  /// `xz -9` takes 65 MiB.
  private static let mostMemory: UInt64 = 1 << 29

  /// - Returns: nil where memory is short.
  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: clzma_stream())
    guard lzma_stream_decoder(stream, Self.mostMemory, 0) == LZMA_OK else {
      stream.deallocate()
      return nil
    }
  }

  mutating func unpack(
    _ input: UnsafeMutableRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> UnpackingStep? {
    stream.pointee.next_in = UnsafePointer(input.baseAddress?.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = input.count
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = output.count
    let code = lzma_code(stream, LZMA_RUN)
    guard code == LZMA_OK || code == LZMA_STREAM_END || code == LZMA_BUF_ERROR else {
      problem = Self.text(code)
      return nil
    }
    return UnpackingStep(
      taken: input.count - stream.pointee.avail_in, made: output.count - stream.pointee.avail_out,
      endsStream: code == LZMA_STREAM_END)
  }

  private static func text(_ code: lzma_ret) -> String {
    switch code {
    case LZMA_FORMAT_ERROR: "it does not begin as one"
    case LZMA_DATA_ERROR: "the data are corrupt"
    case LZMA_OPTIONS_ERROR: "it uses options that liblzma does not know"
    case LZMA_MEMLIMIT_ERROR: "it needs more than \(mostMemory >> 20) MiB of memory"
    case LZMA_MEM_ERROR: "not enough memory"
    default: "liblzma's code \(code.rawValue)"
    }
  }

  mutating func restart() -> Bool {
    lzma_end(stream)
    stream.pointee = clzma_stream()
    return lzma_stream_decoder(stream, Self.mostMemory, 0) == LZMA_OK
  }

  mutating func close() {
    lzma_end(stream)
    stream.deallocate()
  }
}

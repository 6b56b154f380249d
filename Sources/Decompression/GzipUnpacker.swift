internal import CZlib

/// zlib's decompressor of gzip streams, which checks lengths and checksums.
struct GzipUnpacker: Unpacker {
  static let format = Compression.gzip
  private let stream: UnsafeMutablePointer<z_stream>
  private(set) var problem = "it can't be unpacked"

  /// - Returns: nil where memory is short.
  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15: the largest window; 16: gzip's header.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      return nil
    }
  }

  mutating func unpack(
    _ input: UnsafeMutableRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> UnpackingStep? {
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(min(output.count, 1 << 30))
    let room = Int(stream.pointee.avail_out)
    let code = inflate(stream, Z_NO_FLUSH)
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
      problem = stream.pointee.msg.map { String(cString: $0) } ?? "zlib's code \(code)"
      return nil
    }
    return UnpackingStep(
      taken: input.count - Int(stream.pointee.avail_in), made: room - Int(stream.pointee.avail_out),
      endsStream: code == Z_STREAM_END)
  }

  mutating func restart() -> Bool { inflateReset(stream) == Z_OK }

  mutating func close() {
    inflateEnd(stream)
    stream.deallocate()
  }
}

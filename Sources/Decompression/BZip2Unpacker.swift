internal import CBZip2

/// libbz2's decompressor.
struct BZip2Unpacker: Unpacker {
  static let format = Compression.bzip2
  private let stream: UnsafeMutablePointer<bz_stream>
  private(set) var problem = "it can't be unpacked"

  /// - Returns: nil where memory is short.
  init?() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: bz_stream())
    guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else {
      stream.deallocate()
      return nil
    }
  }

  mutating func unpack(
    _ input: UnsafeMutableRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> UnpackingStep? {
    let room = min(output.count, 1 << 30)
    stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: CChar.self)
    stream.pointee.avail_in = UInt32(input.count)
    stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
    stream.pointee.avail_out = UInt32(room)
    let code = BZ2_bzDecompress(stream)
    guard code == BZ_OK || code == BZ_STREAM_END else {
      problem = code == BZ_MEM_ERROR ? "not enough memory" : "the data are corrupt (libbz2's code \(code))"
      return nil
    }
    return UnpackingStep(
      taken: input.count - Int(stream.pointee.avail_in), made: room - Int(stream.pointee.avail_out),
      endsStream: code == BZ_STREAM_END)
  }

  mutating func restart() -> Bool {
    BZ2_bzDecompressEnd(stream)
    stream.pointee = bz_stream()
    return BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK
  }

  mutating func close() {
    BZ2_bzDecompressEnd(stream)
    stream.deallocate()
  }
}

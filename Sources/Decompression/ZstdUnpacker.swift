internal import CZstd

/// libzstd's decompressor.
struct ZstdUnpacker: Unpacker {
  static let format = Compression.zstd
  private let stream: OpaquePointer
  private(set) var problem = "it can't be unpacked"

  /// - Returns: nil where memory is short.
  init?() {
    guard let stream = ZSTD_createDStream() else { return nil }
    self.stream = stream
    guard ZSTD_isError(ZSTD_initDStream(stream)) == 0 else { return nil }
  }

  mutating func unpack(
    _ input: UnsafeMutableRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) -> UnpackingStep? {
    var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    let code = ZSTD_decompressStream(stream, &target, &source)
    guard ZSTD_isError(code) == 0 else {
      problem = String(cString: ZSTD_getErrorName(code))
      return nil
    }
    return UnpackingStep(taken: source.pos, made: target.pos, endsStream: code == 0)
  }

  mutating func restart() -> Bool { ZSTD_isError(ZSTD_initDStream(stream)) == 0 }

  mutating func close() { ZSTD_freeDStream(stream) }
}

import CHDF5
internal import CZlib

/// How a dataset's chunks are compressed, if they can be decompressed without the library, and so on many
/// threads at once.
package struct HDF5Packing: Sendable, Equatable {
  /// The extents of a chunk.
  package var chunk: [Int]
  /// Whether bytes of equal significance of all elements are stored together.
  var isShuffled: Bool
  var isDeflated: Bool
}

extension HDF5Dataset {
  /// How the chunks of a dataset of floats are compressed; nil where only the library can read them.
  package func packingOfFloats() throws(HDF5Error) -> HDF5Packing? {
    guard let chunk = try chunkShape() else { return nil }
    let type = try type()
    guard locked({ H5Tequal(type.id, chdf5_native_float()) }) > 0 else { return nil }
    let id = try checked("read the filters", file: filePath, object: path) { H5Dget_create_plist(handle.id) }
    let plist = HDF5Handle(id, closer: H5Pclose)
    let count = try checked("read the filters", file: filePath, object: path) { H5Pget_nfilters(plist.id) }
    var filters: [H5Z_filter_t] = []
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var valueCount = 0
      filters.append(
        try checked("read the filters", file: filePath, object: path) {
          H5Pget_filter2(plist.id, index, &flags, &valueCount, nil, 0, nil, nil)
        })
    }
    let isShuffled = filters.first == H5Z_FILTER_SHUFFLE
    if isShuffled { filters.removeFirst() }
    guard filters.isEmpty || filters == [H5Z_FILTER_DEFLATE] else { return nil }
    return HDF5Packing(chunk: chunk, isShuffled: isShuffled, isDeflated: !filters.isEmpty)
  }

  /// Reads a chunk as stored in the file.
  ///
  /// - Parameter offset: the chunk's first element, a multiple of the chunk's extents.
  /// - Parameter bytes: enlarged where needed.
  /// - Returns: the size of the chunk in bytes; 0 for one that was never written.
  package func readPackedChunk(at offset: [Int], into bytes: inout [UInt8]) throws(HDF5Error) -> Int {
    let start = offset.map { hsize_t($0) }
    var size: hsize_t = 0
    try checked("find a chunk", file: filePath, object: path) {
      H5Dget_chunk_storage_size(handle.id, start, &size)
    }
    guard size > 0 else { return 0 }
    guard Int(clamping: size) <= (try fileSize()) else {
      throw error("read a chunk", "found one of \(size) bytes at \(offset), more than the file holds")
    }
    if bytes.count < size { bytes = [UInt8](repeating: 0, count: Int(size) + Int(size) / 4) }
    var skippedFilters: UInt32 = 0
    try checked("read a chunk", file: filePath, object: path) {
      H5Dread_chunk(handle.id, chdf5_default_plist(), start, &skippedFilters, &bytes)
    }
    guard skippedFilters == 0 else {
      throw error("read a chunk", "found one that skips a filter at \(offset)")
    }
    return Int(size)
  }

  /// Decompresses the bytes from `readPackedChunk`; holds no lock.
  ///
  /// - Parameter scratch: enlarged where needed.
  /// - Parameter values: of the whole chunk, including those beyond the dataset's end.
  package func unpack(
    _ bytes: UnsafeBufferPointer<UInt8>, _ packing: HDF5Packing, scratch: inout [UInt8],
    into values: UnsafeMutableBufferPointer<Float>
  ) throws(HDF5Error) {
    let wanted = values.count * MemoryLayout<Float>.size
    guard HDF5Limits.product(packing.chunk) == values.count else {
      throw error("unpack a chunk", "\(values.count) values do not hold \(packing.chunk)")
    }
    if scratch.count < wanted { scratch = [UInt8](repeating: 0, count: wanted) }
    let output = UnsafeMutableRawBufferPointer(values)
    var failure: String?
    scratch.withUnsafeMutableBytes { scratch in
      let plain: UnsafeRawBufferPointer
      if packing.isDeflated {
        let target = packing.isShuffled ? UnsafeMutableRawBufferPointer(rebasing: scratch[..<wanted]) : output
        var count = uLongf(wanted)
        // Without a correct checksum at its end, zlib reports the chunk as damaged.
        let code = uncompress(
          target.baseAddress?.assumingMemoryBound(to: UInt8.self), &count, bytes.baseAddress,
          uLong(bytes.count))
        guard code == Z_OK, count == wanted else {
          failure = "found a damaged chunk (zlib: \(code), \(count) of \(wanted) bytes)"
          return
        }
        plain = UnsafeRawBufferPointer(target)
      } else {
        guard bytes.count == wanted else {
          failure = "found a chunk of \(bytes.count) bytes, wanted \(wanted)"
          return
        }
        plain = UnsafeRawBufferPointer(bytes)
      }
      if packing.isShuffled {
        unshuffle(plain, into: values)
      } else if !packing.isDeflated {
        output.copyMemory(from: plain)
      }
    }
    if let failure { throw error("unpack a chunk", failure) }
  }
}

/// Reverses the shuffle filter for floats.
private func unshuffle(_ bytes: UnsafeRawBufferPointer, into values: UnsafeMutableBufferPointer<Float>) {
  guard let base = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), let target = values.baseAddress
  else { return }
  let n = values.count
  target.withMemoryRebound(to: UInt32.self, capacity: n) { target in
    // The file has this machine's byte order, which is little-endian on every supported platform.
    for i in 0..<n {
      target[i] =
        UInt32(base[i]) | UInt32(base[n &+ i]) &<< 8 | UInt32(base[2 &* n &+ i]) &<< 16
        | UInt32(base[3 &* n &+ i]) &<< 24
    }
  }
}

import CHDF5

/// A dataset: an array of any rank, whose first index varies slowest.
package final class HDF5Dataset: HDF5Object {
  /// How the data are stored.
  var layout = HDF5Layout()

  private func space() throws(HDF5Error) -> HDF5Handle {
    let id = try checked("read the shape", file: file.path, object: path) { H5Dget_space(handle.id) }
    return HDF5Handle(id, closer: H5Sclose)
  }

  /// The current extents; in a file that another process writes, as of the last `refresh`.
  package func shape() throws(HDF5Error) -> [Int] {
    let space = try space()
    return try extents(of: space.id, file: file.path, object: path)
  }

  /// The extents of a chunk, or nil for a dataset that is not chunked.
  package func chunkShape() throws(HDF5Error) -> [Int]? {
    let id = try checked("read the layout", file: file.path, object: path) {
      H5Dget_create_plist(handle.id)
    }
    let plist = HDF5Handle(id, closer: H5Pclose)
    guard locked({ H5Pget_layout(plist.id) }) == H5D_CHUNKED else { return nil }
    var sizes = [hsize_t](repeating: 0, count: try shape().count)
    let rank = try checked("read the layout", file: file.path, object: path) {
      H5Pget_chunk(plist.id, Int32(sizes.count), &sizes)
    }
    guard rank == sizes.count, sizes.allSatisfy({ (1..<1 << 32).contains($0) }) else {
      throw error("read the layout", "found chunks of \(sizes) elements in \(rank) dimensions")
    }
    return sizes.map { Int($0) }
  }

  /// Changes the extents of a chunked dataset, within its maximum.
  package func resize(to shape: [Int]) throws(HDF5Error) {
    let sizes = shape.map { hsize_t($0) }
    try checked("resize to \(shape)", file: file.path, object: path) {
      H5Dset_extent(handle.id, sizes)
    }
  }

  /// Flushes the data to the operating system.
  package func flush() throws(HDF5Error) {
    try checked("flush", file: file.path, object: path) { H5Dflush(handle.id) }
  }

  /// Makes visible what another process has written since.
  package func refresh() throws(HDF5Error) {
    try checked("refresh", file: file.path, object: path) { H5Drefresh(handle.id) }
  }

  /// Selects a hyperslab: the file space and a memory space of the same shape.
  private func select(
    _ operation: String, offset: [Int], count: [Int], bufferCount: Int
  ) throws(HDF5Error) -> (memory: HDF5Handle, file: HDF5Handle) {
    let fileSpace = try space()
    let shape = try extents(of: fileSpace.id, file: file.path, object: path)
    let inside =
      offset.count == shape.count && count.count == shape.count
      && (0..<shape.count).allSatisfy {
        offset[$0] >= 0 && count[$0] >= 0 && count[$0] <= shape[$0] - offset[$0]
      }
    guard inside else {
      throw error(operation, "\(count) elements from \(offset) reach beyond the shape \(shape)")
    }
    guard HDF5Limits.product(count) == bufferCount else {
      throw error(operation, "\(bufferCount) values do not fill \(count)")
    }
    if !shape.isEmpty {
      let start = offset.map { hsize_t($0) }
      let block = count.map { hsize_t($0) }
      try checked(operation, file: file.path, object: path) {
        H5Sselect_hyperslab(fileSpace.id, H5S_SELECT_SET, start, nil, block, nil)
      }
    }
    return (try HDF5Handle.space(count, file: file.path), fileSpace)
  }

  /// Writes a hyperslab.
  ///
  /// - Parameters:
  ///   - values: as many as the hyperslab holds, first index slowest.
  ///   - offset: where the hyperslab starts.
  ///   - count: the hyperslab's extents.
  package func write<T: HDF5Element>(
    _ values: UnsafeBufferPointer<T>, at offset: [Int], count: [Int]
  ) throws(HDF5Error) {
    guard !values.isEmpty else { return }
    let spaces = try select("write", offset: offset, count: count, bufferCount: values.count)
    try checked("write", file: file.path, object: path) {
      H5Dwrite(
        handle.id, T.memoryType, spaces.memory.id, spaces.file.id, chdf5_default_plist(),
        values.baseAddress)
    }
  }

  package func write<T: HDF5Element>(_ values: [T], at offset: [Int], count: [Int]) throws(HDF5Error) {
    try values.withUnsafeBufferPointer { (buffer) throws(HDF5Error) in
      try write(buffer, at: offset, count: count)
    }
  }

  /// Writes the whole dataset.
  package func write<T: HDF5Element>(_ values: [T]) throws(HDF5Error) {
    let shape = try shape()
    try write(values, at: shape.map { _ in 0 }, count: shape)
  }

  /// Extends the dataset along its first index and writes there.
  package func append<T: HDF5Element>(_ values: [T]) throws(HDF5Error) {
    var shape = try shape()
    let row = try count(of: Array(shape.dropFirst()), "append")
    guard !shape.isEmpty, row > 0, values.count % row == 0 else {
      throw error("append", "\(values.count) values are no whole rows of the shape \(shape)")
    }
    var offset = shape.map { _ in 0 }
    offset[0] = shape[0]
    var count = shape
    count[0] = values.count / row
    shape[0] += count[0]
    try resize(to: shape)
    try write(values, at: offset, count: count)
  }

  /// Reads a hyperslab into memory that the caller owns, first index slowest.
  package func read<T: HDF5Element>(
    into values: UnsafeMutableBufferPointer<T>, at offset: [Int], count: [Int]
  ) throws(HDF5Error) {
    let spaces = try select("read", offset: offset, count: count, bufferCount: values.count)
    guard !values.isEmpty else { return }
    let stored = try type()
    try requireNumbers(stored.id)
    try checked("read", file: file.path, object: path) {
      H5Dread(
        handle.id, T.memoryType, spaces.memory.id, spaces.file.id, chdf5_default_plist(),
        values.baseAddress)
    }
  }

  package func read<T: HDF5Element>(
    _: T.Type, at offset: [Int], count: [Int]
  ) throws(HDF5Error) -> [T] {
    let elements = try self.count(of: count, "read")
    try require(elements: elements)
    var values = [T](repeating: T.zero, count: elements)
    try values.withUnsafeMutableBufferPointer { (buffer) throws(HDF5Error) in
      try read(into: buffer, at: offset, count: count)
    }
    return values
  }

  /// Reads the whole dataset.
  package func read<T: HDF5Element>(_ type: T.Type) throws(HDF5Error) -> [T] {
    let shape = try shape()
    return try read(type, at: shape.map { _ in 0 }, count: shape)
  }

  /// Reads the whole dataset as strings, of fixed or variable length.
  package func readTexts() throws(HDF5Error) -> [String] {
    let space = try space()
    let count = try count(of: try extents(of: space.id, file: file.path, object: path), "read text")
    try require(elements: count)
    let type = try type()
    return try readTexts(type: type.id, space: space.id, count: count, object: path) {
      H5Dread(handle.id, $0, chdf5_all(), chdf5_all(), chdf5_default_plist(), $1)
    }
  }

  func type() throws(HDF5Error) -> HDF5Handle {
    let id = try checked("read the type", file: file.path, object: path) { H5Dget_type(handle.id) }
    return HDF5Handle(id, closer: H5Tclose)
  }
}

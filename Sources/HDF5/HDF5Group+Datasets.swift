import CHDF5

/// How a dataset can grow and how it is compressed.
package struct HDF5Chunking: Sendable {
  /// The extents of a chunk.
  package var chunk: [Int]
  /// The maximum extents; nil is unlimited. nil as a whole: the dataset can't grow.
  package var maximum: [Int?]?
  /// 0 (no compression) to 9; bytes are shuffled before compression.
  package var deflateLevel: Int
  /// Whether each chunk has a checksum (Fletcher's) that is tested when it is read; deflate has one of its own.
  package var hasChecksum: Bool

  package init(chunk: [Int], maximum: [Int?]? = nil, deflateLevel: Int = 4, hasChecksum: Bool = false) {
    self.chunk = chunk
    self.maximum = maximum
    self.deflateLevel = deflateLevel
    self.hasChecksum = hasChecksum
  }

  /// A list of a fixed length with a checksum; nil for an empty one, which has no chunks.
  static func checksummed(_ count: Int) -> HDF5Chunking? {
    count > 0 ? HDF5Chunking(chunk: [min(count, 1 << 20)], deflateLevel: 0, hasChecksum: true) : nil
  }
}

extension HDF5Group {
  func createDataset(
    _ name: String, type: hid_t, space: HDF5Handle, plist: HDF5Handle?
  ) throws(HDF5Error) -> HDF5Dataset {
    let standard = chdf5_default_plist()
    let creation: HDF5Handle
    if let plist {
      creation = plist
    } else {
      creation = try HDF5Handle.creationList(chdf5_dataset_create(), file: file.path)
    }
    let id = try checked("create the dataset", file: file.path, object: absolute(name)) {
      H5Dcreate2(handle.id, name, type, space.id, standard, creation.id, standard)
    }
    return HDF5Dataset(file: file, path: absolute(name), handle: HDF5Handle(id, closer: H5Dclose))
  }

  /// Creates a dataset.
  ///
  /// - Parameters:
  ///   - shape: the current extents; empty for a scalar.
  ///   - chunking: nil for a fixed contiguous dataset.
  ///   - fill: the value of unwritten elements.
  package func createDataset<T: HDF5Element>(
    _ name: String, of _: T.Type, shape: [Int], chunking: HDF5Chunking? = nil, fill: T? = nil
  ) throws(HDF5Error) -> HDF5Dataset {
    let object = absolute(name)
    let space = try HDF5Handle.space(shape, maximum: chunking?.maximum, file: file.path)
    let plist = try creationList(chunking, object)
    if var fill {
      try checked("set the fill value", file: file.path, object: object) {
        H5Pset_fill_value(plist.id, T.memoryType, &fill)
      }
    }
    return try createDataset(name, type: T.memoryType, space: space, plist: plist)
  }

  func creationList(_ chunking: HDF5Chunking?, _ object: String) throws(HDF5Error) -> HDF5Handle {
    let plist = try HDF5Handle.creationList(chdf5_dataset_create(), file: file.path)
    if let chunking {
      let chunk = chunking.chunk.map { hsize_t(max(0, $0)) }
      try checked("set chunks of \(chunk)", file: file.path, object: object) {
        H5Pset_chunk(plist.id, Int32(chunk.count), chunk)
      }
      if chunking.deflateLevel > 0 {
        try checked("set the shuffle filter", file: file.path, object: object) {
          H5Pset_shuffle(plist.id)
        }
        try checked("set the deflate filter", file: file.path, object: object) {
          H5Pset_deflate(plist.id, UInt32(chunking.deflateLevel))
        }
      }
      if chunking.hasChecksum {
        try checked("set the checksum", file: file.path, object: object) { H5Pset_fletcher32(plist.id) }
      }
    }
    return plist
  }

  /// Creates a fixed list with a checksum and writes it.
  @discardableResult
  package func writeChecksummed<T: HDF5Element>(_ name: String, _ values: [T]) throws(HDF5Error)
    -> HDF5Dataset
  {
    let dataset = try createDataset(
      name, of: T.self, shape: [values.count], chunking: .checksummed(values.count))
    try dataset.write(values)
    return dataset
  }

  /// Writes a text as bytes with a checksum: unlike one of variable length, it lies in no heap.
  package func writeText(_ name: String, _ text: String) throws(HDF5Error) {
    try writeChecksummed(name, Array(text.utf8)).close()
  }

  /// Reads a text from bytes, or from a string as older files have it.
  package func readText(_ name: String) throws(HDF5Error) -> String {
    let dataset = try dataset(name)
    let type = try dataset.type()
    guard locked({ H5Tget_class(type.id) }) == H5T_STRING else {
      return String(decoding: try dataset.read(UInt8.self), as: UTF8.self)
    }
    return try dataset.readTexts().joined()
  }

  /// Creates a fixed dataset and writes it.
  @discardableResult
  package func writeDataset<T: HDF5Element>(
    _ name: String, _ values: [T], shape: [Int]? = nil
  ) throws(HDF5Error) -> HDF5Dataset {
    let dataset = try createDataset(name, of: T.self, shape: shape ?? [values.count])
    try dataset.write(values)
    return dataset
  }

  /// Creates a dataset of variable-length strings; a scalar one when there is a single string and `isSingle`
  /// is set.
  @discardableResult
  package func writeTexts(
    _ name: String, _ texts: [String], isSingle: Bool = false
  ) throws(HDF5Error) -> HDF5Dataset {
    let type = try stringType(bytes: nil, file: file.path)
    let space = try HDF5Handle.space(isSingle && texts.count == 1 ? [] : [texts.count], file: file.path)
    let dataset = try createDataset(name, type: type.id, space: space, plist: nil)
    try withCStrings(texts) { (pointers) throws(HDF5Error) in
      _ = try checked("write", file: file.path, object: dataset.path) {
        H5Dwrite(
          dataset.handle.id, type.id, chdf5_all(), chdf5_all(), chdf5_default_plist(),
          pointers.baseAddress)
      }
    }
    return dataset
  }

  /// Creates a dataset of strings as wide as the longest (in UTF-8 bytes), padded with zeros.
  @discardableResult
  package func writeFixedTexts(_ name: String, _ texts: [String]) throws(HDF5Error) -> HDF5Dataset {
    let width = max(1, texts.map { $0.utf8.count }.max() ?? 1)
    var bytes = [UInt8](repeating: 0, count: width * texts.count)
    for (index, text) in texts.enumerated() {
      bytes.replaceSubrange((index * width)..<(index * width + text.utf8.count), with: text.utf8)
    }
    let type = try stringType(bytes: width, file: file.path)
    let space = try HDF5Handle.space([texts.count], file: file.path)
    let dataset = try createDataset(name, type: type.id, space: space, plist: nil)
    if !texts.isEmpty {
      try checked("write", file: file.path, object: dataset.path) {
        H5Dwrite(
          dataset.handle.id, type.id, chdf5_all(), chdf5_all(), chdf5_default_plist(), bytes)
      }
    }
    return dataset
  }
}

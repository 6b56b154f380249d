import CHDF5
import Foundation

/// Where the data of a dataset come from.
struct HDF5Layout {
  var isVirtual = false
  /// Whether a few bytes of the file may stand for many.
  var isCompressible = false
}

extension HDF5Dataset {
  /// The filters that are read: all that come with every build of HDF5 and are sound on damaged data.
  private static let filters = [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32]

  /// Reads how the data are stored.
  /// - Throws: `HDF5Error` for data in other files outside of this one's folder, filters that are not read and chunks
  ///   larger than the file can hold.
  func checkedLayout() throws(HDF5Error) -> HDF5Layout {
    let id = try checked("read the layout", file: filePath, object: path) { H5Dget_create_plist(handle.id) }
    let plist = HDF5Handle(id, closer: H5Pclose)
    guard
      try checked("read the layout", file: filePath, object: path, { H5Pget_external_count(plist.id) }) == 0
    else {
      throw error(
        "read", found: "data in another file (external storage), which is not followed", wanted: "them here")
    }
    let kind = locked { H5Pget_layout(plist.id) }
    if kind == H5D_VIRTUAL {
      try checkSources(plist)
      return HDF5Layout(isVirtual: true, isCompressible: true)
    }
    guard kind == H5D_CHUNKED else { return HDF5Layout() }
    try checkFilters(plist)
    let shape = try chunkShape() ?? []
    let type = try type()
    let size = locked { H5Tget_size(type.id) }
    let fileSize = try fileSize()
    guard let bytes = HDF5Limits.product(shape + [Int(clamping: size)]), bytes < 1 << 32,
      bytes <= HDF5Limits.smallSize || bytes / HDF5Limits.largestCompression <= fileSize
    else {
      throw error(
        "read the layout", found: "chunks of \(shape) elements",
        wanted: "no more than can come from a file of \(fileSize) bytes")
    }
    return HDF5Layout(isCompressible: true)
  }

  private func checkFilters(_ plist: HDF5Handle) throws(HDF5Error) {
    let count = try checked("read the filters", file: filePath, object: path) { H5Pget_nfilters(plist.id) }
    for index in 0..<UInt32(count) {
      var flags: UInt32 = 0
      var valueCount = 0
      var name = [CChar](repeating: 0, count: 64)
      let filter = try checked("read the filters", file: filePath, object: path) {
        H5Pget_filter2(plist.id, index, &flags, &valueCount, nil, name.count - 1, &name, nil)
      }
      guard !Self.filters.contains(filter) else { continue }
      let label = text(of: name).filter { $0.isASCII && !$0.isNewline && $0 != "\u{1B}" }
      throw error(
        "read", found: "data behind filter \(filter)\(label.isEmpty ? "" : " (\(label))")",
        wanted: "deflate, shuffle or fletcher32, as `h5repack -f GZIP=1 OLD NEW` writes them")
    }
  }

  // MARK: virtual datasets

  private struct Source: Hashable {
    var file: String
    var dataset: String
  }

  private func sources(_ plist: HDF5Handle) throws(HDF5Error) -> Set<Source> {
    var count = 0
    try checked("read the sources", file: filePath, object: path) { H5Pget_virtual_count(plist.id, &count) }
    guard count <= 100_000 else {
      throw error("read the sources", found: "\(count) of them", wanted: "at most 100000")
    }
    func name(_ read: (UnsafeMutablePointer<CChar>?, Int) -> Int) throws(HDF5Error) -> String {
      let length = try checked("read the sources", file: filePath, object: path) { read(nil, 0) }
      var buffer = [CChar](repeating: 0, count: length + 1)
      try checked("read the sources", file: filePath, object: path) { read(&buffer, buffer.count) }
      return text(of: buffer)
    }
    var sources = Set<Source>()
    for index in 0..<count {
      sources.insert(
        Source(
          file: try name { H5Pget_virtual_filename(plist.id, index, $0, $1) },
          dataset: try name { H5Pget_virtual_dsetname(plist.id, index, $0, $1) }))
    }
    return sources
  }

  /// The path of a source; nil for one that is not in this file's folder.
  private func sourcePath(_ name: String) -> String? {
    if name == "." { return filePath }
    // A pattern with % may become any name.
    guard !name.isEmpty, !name.contains("/"), !name.contains("%"), name != ".." else { return nil }
    let folder = URL(fileURLWithPath: filePath).deletingLastPathComponent().resolvingSymlinksInPath()
    let file = folder.appendingPathComponent(name).resolvingSymlinksInPath()
    return file.deletingLastPathComponent().path == folder.path ? file.path : nil
  }

  /// What a source refers to in turn is not looked at, so that its data must lie in its own file.
  private func checkSources(_ plist: HDF5Handle) throws(HDF5Error) {
    for (name, sources) in Dictionary(grouping: try sources(plist), by: \.file) {
      guard let place = sourcePath(name) else {
        throw error(
          "read", found: "data in '\(name.prefix(200))', which is not followed",
          wanted: "them in the file's own folder")
      }
      guard FileManager.default.fileExists(atPath: place) else { continue }
      let root = try HDF5File.open(place).root()
      for source in sources {
        let isHere = try root.exists(source.dataset)
        let isPlain = isHere ? try root.holdsData(of: source.dataset) : true
        guard !source.dataset.contains("%"), isPlain else {
          throw error(
            "read", found: "data that '\(name.prefix(200))' has from yet another file, which is not followed",
            wanted: "them in that file")
        }
      }
    }
  }

  /// The size of all files of a virtual dataset.
  func sourceBytes() throws(HDF5Error) -> Int {
    let id = try checked("read the layout", file: filePath, object: path) { H5Dget_create_plist(handle.id) }
    let plist = HDF5Handle(id, closer: H5Pclose)
    return Set(try sources(plist).map(\.file)).compactMap(sourcePath).reduce(0) { sum, file in
      var status = stat()
      return stat(file, &status) == 0 ? sum &+ Int(status.st_size) : sum
    }
  }
}

extension HDF5Group {
  /// Whether the data of a dataset lie in this file.
  fileprivate func holdsData(of name: String) throws(HDF5Error) -> Bool {
    let object = try openDataset(name)
    let id = try checked("read the layout", file: filePath, object: object.path) {
      H5Dget_create_plist(object.handle.id)
    }
    let plist = HDF5Handle(id, closer: H5Pclose)
    return locked { H5Pget_layout(plist.id) != H5D_VIRTUAL && H5Pget_external_count(plist.id) == 0 }
  }
}

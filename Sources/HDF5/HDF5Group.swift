import CHDF5

/// A group: a container of datasets and groups.
package final class HDF5Group: HDF5Object {
  func absolute(_ name: String) -> String {
    if name.hasPrefix("/") { return name }
    return path == "/" ? "/" + name : path + "/" + name
  }

  /// Creates a group; in a path with slashes every part but the last must exist.
  package func createGroup(_ name: String) throws(HDF5Error) -> HDF5Group {
    let creation = try HDF5Handle.creationList(chdf5_group_create(), file: file.path)
    let id = try checked("create the group", file: file.path, object: absolute(name)) {
      H5Gcreate2(handle.id, name, chdf5_default_plist(), creation.id, chdf5_default_plist())
    }
    return HDF5Group(file: file, path: absolute(name), handle: HDF5Handle(id, closer: H5Gclose))
  }

  package func group(_ name: String) throws(HDF5Error) -> HDF5Group {
    let id = try checked("open the group", file: file.path, object: absolute(name)) {
      H5Gopen2(handle.id, name, chdf5_default_plist())
    }
    return HDF5Group(file: file, path: absolute(name), handle: HDF5Handle(id, closer: H5Gclose))
  }

  /// - Throws: `HDF5Error`, also for data that are elsewhere or stored in a way that is not read.
  package func dataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    let dataset = try openDataset(name)
    dataset.layout = try dataset.checkedLayout()
    return dataset
  }

  /// Opens a dataset without a look at how its data are stored.
  func openDataset(_ name: String) throws(HDF5Error) -> HDF5Dataset {
    let id = try checked("open the dataset", file: file.path, object: absolute(name)) {
      H5Dopen2(handle.id, name, chdf5_default_plist())
    }
    return HDF5Dataset(file: file, path: absolute(name), handle: HDF5Handle(id, closer: H5Dclose))
  }

  /// Whether the group contains that name; in a path with slashes, whether every part exists.
  package func exists(_ name: String) throws(HDF5Error) -> Bool {
    var prefix = ""
    for part in name.split(separator: "/") {
      prefix += (prefix.isEmpty ? "" : "/") + part
      let found = try checked("look up", file: file.path, object: absolute(prefix)) {
        H5Lexists(handle.id, prefix, chdf5_default_plist())
      }
      if found == 0 { return false }
    }
    return true
  }

  /// The names in the group, sorted.
  package func children() throws(HDF5Error) -> [String] {
    var info = H5G_info_t()
    try checked("list", file: file.path, object: path) { H5Gget_info(handle.id, &info) }
    var names: [String] = []
    guard info.nlinks <= HDF5Limits.mostNames else {
      throw error("list", found: "\(info.nlinks) names", wanted: "at most \(HDF5Limits.mostNames)")
    }
    for index in 0..<info.nlinks {
      func read(_ buffer: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
        H5Lget_name_by_idx(
          handle.id, ".", H5_INDEX_NAME, H5_ITER_INC, index, buffer, size, chdf5_default_plist())
      }
      let length = try checked("list", file: file.path, object: path) { read(nil, 0) }
      guard length < 1 << 16 else {
        throw error("list", found: "a name of \(length) bytes", wanted: "a short one")
      }
      var buffer = [CChar](repeating: 0, count: length + 1)
      try checked("list", file: file.path, object: path) { read(&buffer, buffer.count) }
      names.append(text(of: buffer))
    }
    return names
  }

  /// Creates a hard link to an object of this file.
  ///
  /// - Parameters:
  ///   - target: the path of the existing object, absolute or from this group.
  ///   - name: the new name, absolute or from this group.
  package func link(_ target: String, as name: String) throws(HDF5Error) {
    let plist = chdf5_default_plist()
    try checked("link to \(target)", file: file.path, object: absolute(name)) {
      H5Lcreate_hard(handle.id, target, handle.id, name, plist, plist)
    }
  }

  /// Copies an object and everything below it into a group, possibly of another file.
  package func copy(_ name: String, to group: HDF5Group, as newName: String) throws(HDF5Error) {
    let plist = chdf5_default_plist()
    try checked("copy \(absolute(name))", file: group.file.path, object: group.absolute(newName)) {
      H5Ocopy(handle.id, name, group.handle.id, newName, plist, plist)
    }
  }
}

/// The string before the first zero byte.
func text(of buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

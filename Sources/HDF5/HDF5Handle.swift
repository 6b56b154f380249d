import CHDF5

/// Owns one HDF5 identifier and closes it once.
///
/// Assign a handle to a variable before its `id` is passed to a call: a variable lives through the call, but
/// the handle in `makeHandle().id` is closed before it.
final class HDF5Handle {
  let id: hid_t
  private let closer: (hid_t) -> herr_t
  private var isOpen = true

  init(_ id: hid_t, closer: @escaping (hid_t) -> herr_t) {
    self.id = id
    self.closer = closer
  }

  /// Closing the file closes the objects opened in it, so an identifier may already be invalid.
  func close(file: String, object: String = "") throws(HDF5Error) {
    guard isOpen else { return }
    isOpen = false
    guard locked({ H5Iis_valid(id) }) > 0 else { return }
    try checked("close", file: file, object: object) { closer(id) }
  }

  /// Errors can't be reported here; call `close` to get them.
  deinit {
    guard isOpen else { return }
    locked { if H5Iis_valid(id) > 0 { _ = closer(id) } }
  }

  static func propertyList(_ kind: hid_t, file: String) throws(HDF5Error) -> HDF5Handle {
    let id = try checked("create a property list", file: file) { H5Pcreate(kind) }
    return HDF5Handle(id, closer: H5Pclose)
  }

  /// A property list for creating files, groups or datasets. Creation times are not stored, so that equal
  /// content gives identical bytes.
  static func creationList(_ kind: hid_t, file: String) throws(HDF5Error) -> HDF5Handle {
    let list = try propertyList(kind, file: file)
    try checked("leave times out", file: file) { H5Pset_obj_track_times(list.id, false) }
    return list
  }

  /// A dataspace of the given extents; `nil` in `maximum` is unlimited; empty extents give a scalar.
  static func space(_ shape: [Int], maximum: [Int?]? = nil, file: String) throws(HDF5Error) -> HDF5Handle {
    guard shape.allSatisfy({ $0 >= 0 }), maximum.map({ $0.count == shape.count }) ?? true else {
      throw HDF5Error(
        file: file, object: "", operation: "create a dataspace", detail: "found the extents \(shape)")
    }
    let id: hid_t
    if shape.isEmpty {
      id = try checked("create a dataspace", file: file) { H5Screate(H5S_SCALAR) }
    } else {
      let extents = shape.map { hsize_t($0) }
      let limits = (maximum ?? shape).map { $0.map { hsize_t($0) } ?? chdf5_unlimited() }
      id = try checked("create a dataspace", file: file) {
        H5Screate_simple(Int32(shape.count), extents, limits)
      }
    }
    return HDF5Handle(id, closer: H5Sclose)
  }
}

/// The extents of a dataspace; empty for a scalar.
func extents(of space: hid_t, file: String, object: String) throws(HDF5Error) -> [Int] {
  let rank = try checked("read the shape", file: file, object: object) {
    H5Sget_simple_extent_ndims(space)
  }
  guard rank > 0 else { return [] }
  var sizes = [hsize_t](repeating: 0, count: Int(rank))
  try checked("read the shape", file: file, object: object) {
    H5Sget_simple_extent_dims(space, &sizes, nil)
  }
  return sizes.map { Int(clamping: $0) }
}

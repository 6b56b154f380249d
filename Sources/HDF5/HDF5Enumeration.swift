import CHDF5
import Foundation

/// Named integers. Python's h5py returns the values as integers and the names as metadata of the type.
package struct HDF5Enumeration: Sendable, Equatable {
  /// The value of each name.
  package var values: [String: Int32]

  package init(values: [String: Int32]) { self.values = values }

  func makeType(file: String) throws(HDF5Error) -> HDF5Handle {
    let id = try checked("create an enumeration", file: file) { H5Tenum_create(chdf5_native_int32()) }
    let handle = HDF5Handle(id, closer: H5Tclose)
    for (name, value) in values.sorted(by: { ($0.value, $0.key) < ($1.value, $1.key) }) {
      var value = value
      try checked("add \(name) to an enumeration", file: file) { H5Tenum_insert(id, name, &value) }
    }
    return handle
  }
}

extension HDF5Group {
  /// Creates a fixed one-dimensional dataset of named integers.
  ///
  /// - Throws: `HDF5Error`, also for a name that the enumeration lacks.
  @discardableResult
  package func writeEnumeration(
    _ name: String, _ names: [String], type: HDF5Enumeration
  ) throws(HDF5Error) -> HDF5Dataset {
    var values: [Int32] = []
    values.reserveCapacity(names.count)
    for entry in names {
      guard let value = type.values[entry] else {
        throw HDF5Error(
          file: file.path, object: absolute(name), operation: "write",
          detail: "'\(entry)' is not one of \(type.values.keys.sorted())")
      }
      values.append(value)
    }
    let datatype = try type.makeType(file: file.path)
    let space = try HDF5Handle.space([values.count], file: file.path)
    let dataset = try createDataset(
      name, type: datatype.id, space: space,
      plist: try creationList(.checksummed(values.count), absolute(name)))
    if !values.isEmpty {
      try checked("write", file: file.path, object: dataset.path) {
        H5Dwrite(
          dataset.handle.id, datatype.id, chdf5_all(), chdf5_all(), chdf5_default_plist(), values)
      }
    }
    return dataset
  }
}

extension HDF5Dataset {
  /// The names and values in the dataset's type.
  package func enumeration() throws(HDF5Error) -> HDF5Enumeration {
    let type = try type()
    guard locked({ H5Tget_class(type.id) }) == H5T_ENUM else {
      throw error("read names", "found no enumeration here")
    }
    try requireNumbers(type.id)
    return try HDF5Enumeration(reading: type.id, file: filePath, object: path)
  }

  /// Reads a dataset of named integers as names.
  package func readEnumeration() throws(HDF5Error) -> [String] {
    let enumeration = try enumeration()
    let datatype = try enumeration.makeType(file: filePath)
    let count = try count(of: try shape(), "read names")
    try require(elements: count)
    var values = [Int32](repeating: 0, count: count)
    try checked("read", file: filePath, object: path) {
      H5Dread(handle.id, datatype.id, chdf5_all(), chdf5_all(), chdf5_default_plist(), &values)
    }
    let names = Dictionary(enumeration.values.map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    var result: [String] = []
    result.reserveCapacity(count)
    for value in values {
      guard let name = names[value] else { throw error("read names", "the value \(value) has no name") }
      result.append(name)
    }
    return result
  }
}

extension HDF5Enumeration {
  /// The names and values of a stored type, whatever its base integer type.
  fileprivate init(reading type: hid_t, file: String, object: String) throws(HDF5Error) {
    let count = try checked("read the names", file: file, object: object) { H5Tget_nmembers(type) }
    let baseID = try checked("read the names", file: file, object: object) { H5Tget_super(type) }
    let base = HDF5Handle(baseID, closer: H5Tclose)
    var values: [String: Int32] = [:]
    for index in 0..<UInt32(count) {
      guard let name = locked({ H5Tget_member_name(type, index) }) else {
        throw HDF5Error(file: file, object: object, operation: "read the names", detail: "a name is missing")
      }
      defer { _ = locked { H5free_memory(name) } }
      // The conversion works in place: the buffer must hold the larger of the two types, at most 8 bytes.
      var buffer: Int64 = 0
      try checked("read the names", file: file, object: object) {
        H5Tget_member_value(type, index, &buffer)
      }
      try checked("read the names", file: file, object: object) {
        H5Tconvert(base.id, chdf5_native_int64(), 1, &buffer, nil, chdf5_default_plist())
      }
      guard let value = Int32(exactly: buffer) else {
        throw HDF5Error(
          file: file, object: object, operation: "read the names",
          detail: "found the value \(buffer) of a name")
      }
      values[String(cString: name)] = value
    }
    self.init(values: values)
  }
}

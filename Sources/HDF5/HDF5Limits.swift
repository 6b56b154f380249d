import CHDF5
import Foundation

/// What a file claims about its content, before it is believed: sizes, types, filters and other files.
enum HDF5Limits {
  /// Deflate makes at most 1032 bytes of one.
  static let largestCompression = 1040
  /// A chunk or text of this many bytes is read whatever the file's size.
  static let smallSize = 32 << 20
  /// In a group.
  static let mostNames = 1_000_000

  /// The product of extents; nil where it is negative or beyond an integer.
  static func product(_ extents: [Int]) -> Int? {
    var result = 1
    for extent in extents {
      let (next, overflow) = result.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      result = next
    }
    return result
  }

  /// The integer and floating-point types that are read, whatever their byte order.
  static func isStandard(_ type: hid_t) -> Bool {
    locked {
      var index: Int32 = 0
      while true {
        let standard = chdf5_standard_type(index)
        guard standard != chdf5_invalid_hid() else { return false }
        if H5Tequal(type, standard) > 0 { return true }
        index += 1
      }
    }
  }
}

extension HDF5Object {
  /// The number of elements of a shape.
  func count(of shape: [Int], _ operation: String, attribute: String? = nil) throws(HDF5Error) -> Int {
    guard let count = HDF5Limits.product(shape) else {
      throw error(
        operation, found: "the extents \(shape)", wanted: "no more than fit in memory", attribute: attribute)
    }
    return count
  }

  /// The size of the file now, bytes.
  func fileSize() throws(HDF5Error) -> Int {
    var size: hsize_t = 0
    try checked("read the size", file: file.path) { H5Fget_filesize(file.handle.id, &size) }
    return Int(clamping: size)
  }

  /// - Throws: `HDF5Error` for a type other than numbers of this machine's sizes, and enumerations of them.
  func requireNumbers(_ type: hid_t, attribute: String? = nil) throws(HDF5Error) {
    let kind = locked { H5Tget_class(type) }
    if kind == H5T_ENUM {
      let id = try checked("read the type", file: file.path, object: path) { H5Tget_super(type) }
      let base = HDF5Handle(id, closer: H5Tclose)
      if HDF5Limits.isStandard(base.id) { return }
    } else if HDF5Limits.isStandard(type) {
      return
    }
    let size = locked { H5Tget_size(type) }
    let found =
      switch kind {
      case H5T_ENUM: "an enumeration of integers of \(size) bytes"
      case H5T_INTEGER: "integers of \(size) bytes"
      case H5T_FLOAT: "floating-point numbers of \(size) bytes"
      case H5T_STRING: "text"
      default: "neither numbers nor text"
      }
    throw error(
      "read", found: found, wanted: "integers of 1, 2, 4 or 8 bytes or floating-point numbers of 4 or 8",
      attribute: attribute)
  }
}

extension HDF5Dataset {
  /// The bytes that the file has for this dataset.
  func storedBytes() -> Int { Int(clamping: locked { H5Dget_storage_size(handle.id) }) }

  /// Whether this many elements can come from what the file holds.
  ///
  /// - Parameter elements: at most what is to be read.
  /// - Throws: `HDF5Error` where the file claims more than it can hold.
  package func require(elements: Int) throws(HDF5Error) {
    let type = try type()
    let size = max(1, locked { H5Tget_size(type.id) })
    let (bytes, overflow) = elements.multipliedReportingOverflow(by: size)
    guard overflow || bytes > 65536 else { return }
    let stored = layout.isVirtual ? try sourceBytes() : storedBytes()
    let largest = stored.multipliedReportingOverflow(
      by: layout.isCompressible ? HDF5Limits.largestCompression : 1)
    guard !overflow, largest.overflow || bytes <= largest.partialValue else {
      throw error(
        "read", found: "extents of \(overflow ? "more than \(Int.max)" : "\(bytes)") bytes",
        wanted: "no more than can come from the \(stored) bytes that the file holds of them")
    }
  }

  /// - Throws: `HDF5Error` unless the file holds what the shape of the whole dataset claims.
  package func requireWhole() throws(HDF5Error) {
    try require(elements: try count(of: try shape(), "read"))
  }
}

import CHDF5
import Foundation

/// Passes temporary C copies of strings to a call.
func withCStrings(
  _ texts: [String], _ body: (UnsafeBufferPointer<UnsafeMutablePointer<CChar>?>) throws(HDF5Error) -> Void
) throws(HDF5Error) {
  let copies = texts.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  let pointers = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: copies.count)
  defer { pointers.deallocate() }
  _ = pointers.initialize(from: copies)
  try body(UnsafeBufferPointer(pointers))
}

/// Reads strings of fixed or variable length through `read(memoryType, buffer)`.
func readTexts(
  type: hid_t, space: hid_t, count: Int, file: String, object: String,
  read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
) throws(HDF5Error) -> [String] {
  guard locked({ H5Tget_class(type) }) == H5T_STRING else {
    throw HDF5Error(file: file, object: object, operation: "read text", detail: "found no text here")
  }
  let isVariable = try checked("read the type", file: file, object: object) {
    H5Tis_variable_str(type)
  }
  if isVariable > 0 {
    let pointers = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
    defer { pointers.deallocate() }
    pointers.initialize(repeating: nil)
    try checked("read text", file: file, object: object) { read(type, pointers.baseAddress) }
    let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
    try checked("free text", file: file, object: object) {
      chdf5_reclaim(type, space, pointers.baseAddress)
    }
    return texts
  }
  let width = locked { H5Tget_size(type) }
  var bytes = [UInt8](repeating: 0, count: width * count)
  try checked("read text", file: file, object: object) { read(type, &bytes) }
  // Space-padded strings, which Fortran programs write, keep their blanks.
  return (0..<count).map { index in
    String(decoding: bytes[(index * width)..<((index + 1) * width)].prefix { $0 != 0 }, as: UTF8.self)
  }
}

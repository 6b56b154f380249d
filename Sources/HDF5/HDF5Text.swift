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

extension HDF5Object {
  /// Reads strings of fixed or variable length through `read(memoryType, buffer)`.
  func readTexts(
    type: hid_t, space: hid_t, count: Int, object: String,
    read: (hid_t, UnsafeMutableRawPointer?) -> herr_t
  ) throws(HDF5Error) -> [String] {
    func wrong(_ detail: String) -> HDF5Error {
      HDF5Error(file: file.path, object: object, operation: "read text", detail: detail)
    }
    guard locked({ H5Tget_class(type) }) == H5T_STRING else { throw wrong("found no text here") }
    guard count > 0 else { return [] }
    let isVariable = try checked("read the type", file: file.path, object: object) {
      H5Tis_variable_str(type)
    }
    if isVariable > 0 {
      try file.requireSoundHeaps()
      let pointers = UnsafeMutableBufferPointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: count)
      defer { pointers.deallocate() }
      pointers.initialize(repeating: nil)
      try checked("read text", file: file.path, object: object) { read(type, pointers.baseAddress) }
      let texts = pointers.map { $0.map { String(cString: $0) } ?? "" }
      try checked("free text", file: file.path, object: object) {
        chdf5_reclaim(type, space, pointers.baseAddress)
      }
      return texts
    }
    let width = locked { H5Tget_size(type) }
    let largest = max(HDF5Limits.smallSize, try fileSize())
    guard width > 0, let size = HDF5Limits.product([Int(clamping: width), count]),
      size / HDF5Limits.largestCompression <= largest
    else { throw wrong("found \(count) texts of \(width) bytes, more than the file can hold") }
    var bytes = [UInt8](repeating: 0, count: size)
    try checked("read text", file: file.path, object: object) { read(type, &bytes) }
    // Space-padded strings, which Fortran programs write, keep their blanks.
    return (0..<count).map { index in
      String(
        decoding: bytes[(index * Int(width))..<((index + 1) * Int(width))].prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}

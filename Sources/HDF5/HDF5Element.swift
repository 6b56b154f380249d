import CHDF5

/// A number that can be stored in datasets and attributes.
package protocol HDF5Element: BitwiseCopyable, Sendable {
  /// The HDF5 identifier of the type in memory.
  static var memoryType: hid_t { get }
  /// The initial value of buffers that are read into.
  static var zero: Self { get }
}

extension Float: HDF5Element { package static var memoryType: hid_t { chdf5_native_float() } }
extension Double: HDF5Element { package static var memoryType: hid_t { chdf5_native_double() } }
extension Int32: HDF5Element { package static var memoryType: hid_t { chdf5_native_int32() } }
extension Int64: HDF5Element { package static var memoryType: hid_t { chdf5_native_int64() } }
extension UInt8: HDF5Element { package static var memoryType: hid_t { chdf5_native_uint8() } }

/// A string type: of a fixed number of bytes, or of variable length when `bytes` is nil.
func stringType(bytes: Int?, file: String) throws(HDF5Error) -> HDF5Handle {
  let id = try checked("create a string type", file: file) { H5Tcopy(chdf5_c_string()) }
  let handle = HDF5Handle(id, closer: H5Tclose)
  try checked("create a string type", file: file) {
    H5Tset_size(id, bytes ?? chdf5_variable_length())
  }
  try checked("create a string type", file: file) { H5Tset_cset(id, H5T_CSET_UTF8) }
  if bytes != nil {
    try checked("create a string type", file: file) { H5Tset_strpad(id, H5T_STR_NULLPAD) }
  }
  return handle
}

import CHDF5

/// An object that can have attributes: a group or a dataset.
package class HDF5Object {
  let file: HDF5File
  let handle: HDF5Handle
  /// The absolute path in the file.
  package let path: String

  init(file: HDF5File, path: String, handle: HDF5Handle) {
    self.file = file
    self.path = path
    self.handle = handle
  }

  /// The path of the file that contains this object.
  package var filePath: String { file.path }

  /// Closes this object only.
  package func close() throws(HDF5Error) { try handle.close(file: file.path, object: path) }

  /// An error about what the file claims of this object.
  func error(
    _ operation: String, found: String, wanted: String, attribute: String? = nil
  ) -> HDF5Error {
    HDF5Error(
      file: file.path, object: attribute.map { "\(path)@\($0)" } ?? path, operation: operation,
      claim: HDF5Error.Claim(found: found, wanted: wanted))
  }

  /// An error about this object.
  func error(_ operation: String, _ detail: String, attribute: String? = nil) -> HDF5Error {
    HDF5Error(
      file: file.path, object: attribute.map { "\(path)@\($0)" } ?? path, operation: operation,
      detail: detail)
  }
}

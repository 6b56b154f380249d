/// A call of the HDF5 library that failed: what was tried, on which file and object, and what HDF5 says.
package struct HDF5Error: Error, CustomStringConvertible, Sendable {
  /// The path of the file as it was opened; empty where no file is involved.
  package let file: String
  /// The path of the object in the file, or the attribute as `path@name`; empty for the file itself.
  package let object: String
  /// What was tried, as a verb phrase: "write", "open dataset".
  package let operation: String
  /// The library's error stack, innermost cause last, or what was found instead of what was wanted.
  package let detail: String

  package init(file: String, object: String, operation: String, detail: String) {
    self.file = file
    self.object = object
    self.operation = operation
    self.detail = detail
  }

  package var description: String {
    var text = file.isEmpty ? "HDF5" : file
    if !object.isEmpty { text += ", \(object)" }
    return "\(text): cannot \(operation): \(detail)"
  }
}

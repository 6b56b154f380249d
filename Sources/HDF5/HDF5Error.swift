/// A failed call of the HDF5 library: the operation, the file and object, and the message of HDF5.
package struct HDF5Error: Error, CustomStringConvertible, Sendable {
  /// The path of the file as it was opened; empty where no file is involved.
  package let file: String
  /// The path of the object in the file, or the attribute as `path@name`; empty for the file itself.
  package let object: String
  /// The operation as a verb phrase: "write", "open dataset".
  package let operation: String
  /// The library's error stack, innermost cause last, or what was found and what was expected.
  package let detail: String
  /// What the file claims and what is read, where that is the reason.
  package let claim: Claim?

  /// What a file claims that is not believed or not read.
  package struct Claim: Sendable, Equatable {
    package let found: String
    package let wanted: String

    package init(found: String, wanted: String) {
      self.found = found
      self.wanted = wanted
    }
  }

  package init(file: String, object: String, operation: String, detail: String) {
    self.file = file
    self.object = object
    self.operation = operation
    self.detail = detail
    claim = nil
  }

  package init(file: String, object: String, operation: String, claim: Claim) {
    self.file = file
    self.object = object
    self.operation = operation
    detail = "found \(claim.found), wanted \(claim.wanted)"
    self.claim = claim
  }

  package var description: String {
    var text = file.isEmpty ? "HDF5" : file
    if !object.isEmpty { text += ", \(object)" }
    return "\(text): cannot \(operation): \(detail)"
  }
}

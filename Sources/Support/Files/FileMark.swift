import Foundation

/// What changes when a file is written anew.
package struct FileMark: Equatable, CustomStringConvertible {
  /// Bytes.
  package private(set) var size: Int64
  package private(set) var modified_s: Int
  package private(set) var modified_ns: Int
  /// When anything of it was changed last, its name or its times included: a restored file has its old times, but not this.
  package private(set) var changed_ns: Int64

  /// Nil without such a file.
  package init?(at path: String) {
    var found = stat()
    guard stat(path, &found) == 0 else { return nil }
    size = Int64(found.st_size)
    modified_s = Int(found.st_mtim.tv_sec)
    modified_ns = Int(found.st_mtim.tv_nsec)
    changed_ns =
      Int64(found.st_ctim.tv_sec).multipliedReportingOverflow(by: 1_000_000_000).partialValue
      &+ Int64(found.st_ctim.tv_nsec)
  }

  package var description: String { "\(size) \(modified_s).\(modified_ns) \(changed_ns)" }
}

import Foundation

/// A file that can't be created, written, renamed or synchronised.
package struct FileError: ExitingError, Equatable {
  package enum Operation: Equatable, Sendable {
    case create, open, read, write, rename, synchronise
    /// What is no file.
    case replace(FileKind)

    package var text: String {
      switch self {
      case .create: "create"
      case .open: "open"
      case .read: "read"
      case .write: "write"
      case .rename: "rename"
      case .synchronise: "synchronise to disk"
      case .replace(let kind): "replace \(kind.rawValue),"
      }
    }
  }

  package let path: String
  package let operation: Operation
  /// The system's `errno`.
  package let code: Int32

  /// - Parameter code: that of the call that has just failed.
  package init(_ path: String, _ operation: Operation, code: Int32 = errno) {
    self.path = path
    self.operation = operation
    self.code = code
  }

  package var reason: String {
    if case .replace(let kind) = operation { return "it is \(kind.rawValue)" }
    return String(cString: strerror(code))
  }

  package var exitCode: Int32 { 1 }
  package var description: String { "can't \(operation.text) \(path): \(reason)" }
}

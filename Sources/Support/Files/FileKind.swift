import Foundation

/// What a path names, itself: a link is not followed.
package enum FileKind: String, Sendable {
  case file = "a file"
  case folder = "a directory"
  case link = "a symbolic link"
  case pipe = "a pipe"
  case device = "a device"
  case disk = "a disk"
  case socket = "a socket"

  /// Nil where nothing is there, or it can't be seen.
  package init?(at path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    self.init(mode: status.st_mode)
  }

  /// What a path leads to: links are followed.
  package init?(behind path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(mode: status.st_mode)
  }

  /// Of an open file.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(mode: status.st_mode)
  }

  private init?(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .link
    case S_IFIFO: self = .pipe
    case S_IFCHR: self = .device
    case S_IFBLK: self = .disk
    case S_IFSOCK: self = .socket
    default: return nil
    }
  }
}

import CHDF5
import Foundation

/// An open HDF5 file.
///
/// A file and its objects may be used by one thread at a time. Different threads may use different files, but
/// their calls are serialised: HDF5 is often built without thread safety. A file closes when it and the last
/// of its objects are released; `close()` closes all of them at once and, unlike release, reports an error
/// (a full disk often shows only then).
package final class HDF5File {
  /// How to open an existing file.
  package enum Mode: Sendable {
    case readOnly
    case readWrite
    /// Reads a file that another process may be writing in single-writer–multiple-reader mode, or that a
    /// process left in this mode when it was killed.
    case singleWriterReader
  }

  /// As passed when it was opened.
  package let path: String
  let handle: HDF5Handle
  /// Whether texts of variable length can be read; found out when the first one is.
  var hasSoundHeaps = false

  private init(path: String, handle: HDF5Handle) {
    self.path = path
    self.handle = handle
  }

  /// Creates a file in the format of HDF5 1.10, which single-writer mode and virtual datasets require.
  ///
  /// - Parameter replacing: whether an existing file is emptied; otherwise it is an error.
  /// - Throws: `HDF5Error`.
  package static func create(_ path: String, replacing: Bool = false) throws(HDF5Error) -> HDF5File {
    let access = try accessList(path)
    let creation = try HDF5Handle.creationList(chdf5_file_create(), file: path)
    let flags = replacing ? chdf5_acc_truncate() : chdf5_acc_exclusive()
    let id = try checked("create the file", file: path) {
      H5Fcreate(path, flags, creation.id, access.id)
    }
    return HDF5File(path: path, handle: HDF5Handle(id, closer: H5Fclose))
  }

  /// - Throws: `HDF5Error`, also for a truncated file (except in `singleWriterReader` mode, where the
  ///   end of the file is allowed to move).
  package static func open(_ path: String, _ mode: Mode = .readOnly) throws(HDF5Error) -> HDF5File {
    // Opening a pipe would not return.
    var status = stat()
    guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
      throw HDF5Error(
        file: path, object: "", operation: "open the file", detail: "found a directory, a pipe or a device")
    }
    let access = try accessList(path)
    if mode == .singleWriterReader {
      // Metadata with a wrong checksum is read again, since the writer may be changing it, and the wait
      // doubles each time from 1 ns. The library's default of 100 attempts would practically never end on a
      // damaged file; these take half a second.
      try checked("limit the attempts at reading", file: path) {
        H5Pset_metadata_read_attempts(access.id, 29)
      }
    }
    let flags =
      switch mode {
      case .readOnly: chdf5_acc_read_only()
      case .readWrite: chdf5_acc_read_write()
      case .singleWriterReader: chdf5_acc_swmr_read()
      }
    let id = try checked("open the file", file: path) { H5Fopen(path, flags, access.id) }
    return HDF5File(path: path, handle: HDF5Handle(id, closer: H5Fclose))
  }

  private static func accessList(_ path: String) throws(HDF5Error) -> HDF5Handle {
    try prepareLibrary(file: path)
    let access = try HDF5Handle.propertyList(chdf5_file_access(), file: path)
    try checked("turn file locking off", file: path) { chdf5_disable_file_locking(access.id) }
    // The lower bound is the oldest version with the required features, so that older readers open our files.
    try checked("choose the file format", file: path) {
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V110, chdf5_latest_format())
    }
    try checked("choose what closing does", file: path) {
      H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG)
    }
    return access
  }

  /// The root group.
  package func root() throws(HDF5Error) -> HDF5Group {
    let id = try checked("open the root group", file: path) {
      H5Gopen2(handle.id, "/", chdf5_default_plist())
    }
    return HDF5Group(file: self, path: "/", handle: HDF5Handle(id, closer: H5Gclose))
  }

  /// After this call other processes may read the file while it grows, and it survives a crash up to the
  /// last flush. Every object and attribute must already exist and be closed or flushed: none can be added.
  package func startSingleWriter() throws(HDF5Error) {
    try checked("start single-writer mode", file: path) { H5Fstart_swmr_write(handle.id) }
  }

  /// Flushes everything to the operating system.
  package func flush() throws(HDF5Error) {
    try checked("flush", file: path) { H5Fflush(handle.id, H5F_SCOPE_GLOBAL) }
  }

  /// Closes the file and everything opened in it. A second call does nothing.
  package func close() throws(HDF5Error) { try handle.close(file: path) }
}

import CHDF5
import Foundation
import Synchronization

/// A file as it was when it was looked at.
private struct FileState: Hashable, Sendable {
  var path: String
  var size: Int
  var seconds: Int
  var nanoseconds: Int

  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.path = path
    size = Int(status.st_size)
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }
}

private let soundFiles = Mutex<Set<FileState>>([])

extension HDF5File {
  /// How long and how large a look at a file may become.
  private static let seconds: Int32 = 30
  private static let bytes = 4 << 30

  /// Has a child process look at the whole structure of a file from elsewhere.
  ///
  /// The library checks few of the numbers in files of its older formats, and damaged ones crash it or keep it busy for
  /// ever. What a child survives the caller can read.
  /// - Throws: `HDF5Error` for a file that the library does not survive.
  package static func probe(_ path: String, _ mode: Mode = .readOnly) throws(HDF5Error) {
    try prepareLibrary(file: path)
    let state = FileState(path)
    if let state, soundFiles.withLock({ $0.contains(state) }) { return }
    // An address space of the sanitizers' size can't be limited.
    let limit = UInt(max(0, Int(clamping: ownAddressSpace()) < 1 << 40 ? ownAddressSpace() + bytes : 0))
    let result = locked { chdf5_probe(path, mode == .singleWriterReader ? 1 : 0, seconds, limit) }
    let detail: String? =
      switch result {
      case 0, -2: nil
      case SIGXCPU, SIGALRM, SIGKILL:
        "the library did not come to an end within \(seconds) s: the file is damaged"
      case -1: "the library failed: the file is damaged"
      default: "the library crashed (signal \(result)): the file is damaged"
      }
    if let detail { throw HDF5Error(file: path, object: "", operation: "read the file", detail: detail) }
    if let state { soundFiles.withLock { _ = $0.insert(state) } }
  }

  private static func ownAddressSpace() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii),
      let pages = text.split(separator: " ").first.flatMap({ Int($0) })
    else { return 1 << 40 }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}

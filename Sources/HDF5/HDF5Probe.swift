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

/// What is wrong with files that were looked at; nil for sound ones.
private let looks = Mutex<[FileState: String?]>([:])

extension HDF5File {
  /// How long a look may compute, s: it reads no more than the structure, and damage should not cost a user more.
  private static func limit_s(size: Int) -> Int32 { Int32(clamping: min(30, 5 + size / 20_000_000)) }
  /// How long it may last, s: a disk or a network may be slow.
  private static let patience_s: UInt32 = 60
  /// How much memory it may use: what it reads is in blocks, but for lists of chunks.
  private static func memory(size: Int) -> UInt { UInt(min(max(512 << 20, size), 4 << 30)) }
  /// Its addresses.
  private static let space = 4 << 30

  /// Has a child process look at the whole structure of a file from elsewhere.
  ///
  /// The library checks few of the numbers in files of its older formats, and damaged ones crash it or keep it busy for
  /// ever. What a child survives the caller can read.
  /// - Throws: `HDF5Error` for a file that the library does not survive.
  package static func probe(_ path: String, _ mode: Mode = .readOnly) throws(HDF5Error) {
    try prepareLibrary(file: path)
    let state = FileState(path)
    if let state, let known = looks.withLock({ $0[state] }) { return try refuse(path, known) }
    let size = state?.size ?? 0
    // An address space of the sanitizers' size can't be limited.
    let own = ownAddressSpace()
    let isLimited = own < 1 << 40
    let limit_s = limit_s(size: size)
    let result = locked {
      chdf5_probe(
        path, mode == .singleWriterReader ? 1 : 0, limit_s, patience_s, isLimited ? UInt(own + space) : 0,
        isLimited ? memory(size: size) : UInt(Int.max))
    }
    let detail: String? =
      switch result {
      case 0, -2: nil
      case SIGXCPU, SIGKILL: "the library computed for more than \(limit_s) s: the file is damaged"
      case SIGALRM: "the library did not come to an end within \(patience_s) s: the file is damaged"
      case -1: "the library failed: the file is damaged"
      case -3: "the library takes more than \(memory(size: size) >> 20) MiB: the file is damaged"
      default: "the library crashed (signal \(result)): the file is damaged"
      }
    // Time that has run out may be the machine's fault.
    if let state, result != SIGALRM { looks.withLock { $0[state] = .some(detail) } }
    try refuse(path, detail)
  }

  private static func refuse(_ path: String, _ detail: String?) throws(HDF5Error) {
    guard let detail else { return }
    throw HDF5Error(file: path, object: "", operation: "read the file", detail: detail)
  }

  private static func ownAddressSpace() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii),
      let pages = text.split(separator: " ").first.flatMap({ Int($0) })
    else { return 1 << 40 }
    return pages.multipliedReportingOverflow(by: Int(sysconf(Int32(_SC_PAGESIZE)))).partialValue
  }
}

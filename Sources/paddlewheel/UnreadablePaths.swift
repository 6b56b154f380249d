import Foundation
import Support

/// Refuses names that this program would change by reading them: names of files are bytes, and those that are not UTF-8
/// would become other names, perhaps of other files.
/// - Throws: ``InputError``.
func refuseUnreadablePaths() throws {
  for index in 1..<max(1, Int(CommandLine.argc)) {
    guard let bytes = CommandLine.unsafeArgv[index] else { continue }
    try requireUTF8(bytes, "argument \(index)")
  }
  guard let folder = getcwd(nil, 0) else {
    throw InputError("the current directory can't be found: \(String(cString: strerror(errno)))")
  }
  defer { free(folder) }
  try requireUTF8(folder, "the path of the current directory")
}

private func requireUTF8(_ bytes: UnsafePointer<CChar>, _ what: String) throws {
  guard String(validatingCString: bytes) == nil else { return }
  let all = UnsafeBufferPointer(start: bytes, count: strlen(bytes)).map { UInt8(bitPattern: $0) }
  // Each byte that is not ASCII is shown as `\xff`.
  let shown = all.prefix(200).map {
    (0x20..<0x7F).contains($0) ? String(UnicodeScalar($0)) : String(format: "\\x%02x", Int($0))
  }.joined()
  throw InputError(
    key: what, found: "'\(shown)'", wanted: "a text in UTF-8; rename the file or the directory")
}

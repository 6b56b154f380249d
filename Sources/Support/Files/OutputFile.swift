import Foundation

/// A file that the user names, written as what is there wants it: a file is replaced at once when the new one is complete,
/// a link is followed, a pipe or a device is written to as it stands.
package enum OutputFile {
  /// Where the bytes go in the end.
  private enum Target {
    /// The path of a file, or of nothing yet.
    case file(String)
    /// The path of a pipe or a device.
    case stream(String)
    /// A descriptor of this process, such as that behind `/dev/stdout`.
    case descriptor(Int32)
  }

  /// - Throws: ``InputError`` where writing would replace one of the inputs, by whatever name they go.
  package static func refuse(_ outputs: [String], replacing inputs: [String], key: String = "--output") throws
  {
    for output in outputs {
      guard let target = realpath(output, nil) else { continue }
      defer { free(target) }
      for input in inputs {
        guard let source = realpath(input, nil) else { continue }
        defer { free(source) }
        if strcmp(target, source) == 0, FileKind(at: String(cString: target)) == .file {
          throw InputError(
            key: key, found: "'\(outputs[0])', with which the input \(input) would be replaced",
            wanted: "another file")
        }
      }
    }
  }

  /// - Throws: ``InputError`` for what can't be written to (a folder, a disk, a socket); ``FileError``.
  package static func write(_ data: Data, to path: String) throws {
    try write(to: path) { write in try write(data) }
  }

  /// - Throws: ``InputError``, ``FileError``.
  package static func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  /// Writes in parts.
  /// - Parameter produce: receives a function that writes the next part.
  /// - Throws: what `produce` throws; ``InputError``, ``FileError``. An existing file is then unchanged.
  package static func write(to path: String, by produce: ((Data) throws -> Void) throws -> Void) throws {
    let descriptor: Int32
    switch try target(of: path) {
    case .file(let file):
      return try AtomicFile.replace(file) { temporary in
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw FileError(path, .create) }
        defer { close(descriptor) }
        try produce { try AtomicFile.writeAll($0, to: descriptor, named: path) }
      }
    case .stream(let device):
      descriptor = open(device, O_WRONLY | O_NOCTTY | O_CLOEXEC)
    case .descriptor(let number):
      descriptor = dup(number)
    }
    guard descriptor >= 0 else { throw FileError(path, .open) }
    defer { close(descriptor) }
    try produce { try AtomicFile.writeAll($0, to: descriptor, named: path) }
  }

  /// Replaces a file by the output of `produce`, which writes to the path that it is given: for formats that can't be
  /// written from beginning to end.
  /// - Throws: what `produce` throws; ``InputError`` for what is no file; ``FileError``.
  package static func replace(_ path: String, by produce: (String) throws -> Void) throws {
    guard case .file(let file) = try target(of: path) else {
      throw InputError(
        place: SourcePlace(file: path), found: "a pipe or a device",
        wanted: "a file, for this format can't be written from beginning to end")
    }
    try AtomicFile.replace(file, by: produce)
  }

  /// Follows links to their end; the folders on the way have to exist.
  private static func target(of path: String) throws -> Target {
    try withoutControlCharacters(path, "the path of a file")
    var current = absolutePath(path, from: FileManager.default.currentDirectoryPath)
    if path.hasSuffix("/") { throw refusal(path, "the path of a folder") }
    // As many as Linux follows.
    for _ in 0..<40 {
      let name = (current as NSString).lastPathComponent
      let folder = (current as NSString).deletingLastPathComponent
      guard let real = realpath(folder, nil) else { throw FileError(path, .create) }
      defer { free(real) }
      let realFolder = String(cString: real)
      current = realFolder == "/" ? "/\(name)" : "\(realFolder)/\(name)"
      if let number = ownDescriptor(name, in: realFolder) { return .descriptor(number) }
      switch FileKind(at: current) {
      case nil, .file: return .file(current)
      case .pipe, .device: return .stream(current)
      case .folder: throw refusal(path, "a directory")
      case .disk: throw refusal(path, "a disk")
      case .socket: throw refusal(path, "a socket")
      case .link:
        let next = try FileManager.default.destinationOfSymbolicLink(atPath: current)
        current = next.hasPrefix("/") ? next : "\(realFolder)/\(next)"
      }
    }
    throw FileError(path, .open, code: ELOOP)
  }

  /// `/dev/stdout` leads to `/proc/self/fd/1`, and that to what the descriptor has open: a file that is opened anew, or
  /// replaced, would not be the one that the shell has given.
  private static func ownDescriptor(_ name: String, in folder: String) -> Int32? {
    folder == "/proc/\(getpid())/fd" ? Int32(name) : nil
  }

  private static func refusal(_ path: String, _ found: String) -> InputError {
    InputError(place: SourcePlace(file: path), found: found, wanted: "a file, a pipe or a device to write to")
  }
}

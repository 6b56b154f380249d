import Digest
import Foundation
import Support

/// The labels of an output while it grows: `labels.jsonl` in its folder, one line for each frame, appended as soon as the
/// frame is done. A kill loses at most the line that is being written.
///
/// A line is the digest of the frame, the first half of the SHA-256 of the rest, and a ``LabelOutcome`` in JSON. One
/// process has the file at a time. Of two lines of a frame the later one counts.
final class LabelStore {
  static let fileName = "labels.jsonl"
  private let path: String
  private let descriptor: Int32
  private var lines: [String: Range<Int>] = [:]
  private var end = 0
  private var sinceSynchronized = Stopwatch()
  /// Lines that were damaged: their frames are labelled anew.
  private(set) var damagedLines = 0

  private static let digestLength = 64
  private static let checkLength = 32
  private static let prefixLength = digestLength + checkLength + 2
  /// How often the disk is waited for, s. A kill of the process loses nothing that is written; a loss of power may.
  private static let synchronizationInterval_s = 1.0

  /// Opens the labels of a folder, or begins them.
  /// - Throws: ``IncompleteError`` where another process has them; ``FileError``.
  init(folder: String) throws {
    path = "\(folder)/\(Self.fileName)"
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw FileError(path, .open) }
    // All is set: what is thrown from here on is followed by deinit, which closes the file.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      guard errno == EWOULDBLOCK else { throw FileError(path, .open) }
      throw IncompleteError("\(path): another command labels into this output")
    }
    try readLines()
  }

  deinit {
    guard descriptor >= 0 else { return }
    // A process that is just being started has a copy of the descriptor, which alone would keep the lock.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  var isEmpty: Bool { lines.isEmpty }

  func has(_ digest: String) -> Bool { lines[digest] != nil }

  /// - Returns: nil where the frame has no line.
  /// - Throws: ``FileError``; ``RunFailure`` for a line that has been damaged since the file was opened.
  func outcome(_ digest: String) throws -> LabelOutcome? {
    guard let range = lines[digest] else { return nil }
    let line = try read(range)
    guard Self.isWhole(line) else { throw RunFailure("\(path): the line of frame \(digest) was changed") }
    do {
      return try JSONDecoder().decode(LabelOutcome.self, from: line.dropFirst(Self.prefixLength))
    } catch {
      throw RunFailure("\(path): the line of frame \(digest) is none of this version: \(error)")
    }
  }

  /// - Throws: ``FileError``, such as a full disk.
  func append(_ outcome: LabelOutcome, for digest: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let content = try encoder.encode(outcome)
    let line = Data("\(digest) \(Self.check(content)) ".utf8) + content + Data("\n".utf8)
    do {
      try AtomicFile.writeAll(line, to: descriptor, named: path)
    } catch {
      // A part of a line must not stand before the next one.
      ftruncate(descriptor, off_t(end))
      throw error
    }
    lines[digest] = end..<(end + line.count - 1)
    end += line.count
    if sinceSynchronized.elapsed_s > Self.synchronizationInterval_s { try synchronize() }
  }

  /// Waits for the disk.
  /// - Throws: ``FileError``.
  func synchronize() throws {
    guard fsync(descriptor) == 0 else { throw FileError(path, .synchronise) }
    sinceSynchronized.restart()
  }

  // MARK: reading

  private func readLines() throws {
    var rest = Data()
    var start = 0
    while true {
      let piece = try read((start + rest.count)..<(start + rest.count + 1 << 22), isWhole: false)
      rest.append(piece)
      while let newline = rest.firstIndex(of: 10) {
        let line = rest[rest.startIndex..<newline]
        if let digest = Self.digest(of: line) {
          lines[digest] = start..<(start + line.count)
        } else {
          damagedLines += 1
        }
        start += line.count + 1
        rest = rest[(newline + 1)...]
      }
      rest = Data(rest)
      if piece.isEmpty { break }
    }
    // The line that a killed process was writing.
    if !rest.isEmpty, ftruncate(descriptor, off_t(start)) != 0 { throw FileError(path, .write) }
    end = start
  }

  private func read(_ range: Range<Int>, isWhole: Bool = true) throws -> Data {
    var data = Data(count: range.count)
    var done = 0
    while done < range.count {
      let count = data.withUnsafeMutableBytes {
        pread(
          descriptor, $0.baseAddress.map { $0 + done }, range.count - done, off_t(range.lowerBound + done))
      }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path, .read) }
      if count == 0 { break }
      done += count
    }
    if isWhole, done < range.count { throw RunFailure("\(path): the file has become shorter") }
    return data.prefix(done)
  }

  /// The digest of the frame of a line; nil for a damaged one.
  private static func digest(of line: Data) -> String? {
    isWhole(line) ? String(decoding: line.prefix(digestLength), as: UTF8.self) : nil
  }

  private static func isWhole(_ line: Data) -> Bool {
    guard line.count > prefixLength else { return false }
    let content = line.dropFirst(prefixLength)
    let prefix = String(decoding: line.prefix(prefixLength), as: UTF8.self)
    return prefix.dropFirst(digestLength) == " \(check(Data(content))) "
      && prefix.prefix(digestLength).allSatisfy(\.isHexDigit)
  }

  private static func check(_ content: Data) -> String {
    let hash = SHA256()
    content.withUnsafeBytes { hash.update($0) }
    return String(SHA256.hexadecimal(hash.finish()).prefix(checkLength))
  }
}

import Digest
import Foundation
import Support

/// The input files of a study, identified by their SHA-256.
package enum InputFiles {
  /// The hashes of all files that the manifests name.
  /// - Throws: ``InputError`` for a file that does not exist or differs from the manifest's `inputs`;
  ///   ``RunFailure`` for one that cannot be read.
  static func verified(_ manifests: [Manifest], _ document: ManifestDocument) throws -> [InputFile: String] {
    var hashes: [InputFile: String] = [:]
    var hashOfPath: [String: String] = [:]
    for manifest in manifests {
      for (key, file) in manifest.files where hashes[file] == nil {
        let found = try hashOfPath[file.path] ?? hash(file, key: key, place: document.place(of: key))
        (hashes[file], hashOfPath[file.path]) = (found, found)
      }
    }
    for (file, expected) in manifests.first?.inputs ?? [:] {
      let place = document.place(of: "inputs")
      guard let actual = hashOfPath[file.path] else {
        throw InputError(
          place: place, key: "inputs", found: "'\(file.name)', which the study does not use",
          wanted: "the study's own input files")
      }
      guard actual == expected else { throw changed(file, found: actual, expected: expected, place: place) }
    }
    return hashes
  }

  static func changed(_ file: InputFile, found: String, expected: String, place: SourcePlace?) -> InputError {
    InputError(
      place: place, key: "inputs", found: "\(file.path) with SHA-256 \(found)", wanted: expected,
      message: "the file has changed since the study was planned")
  }

  static func hash(_ file: InputFile, key: String, place: SourcePlace?) throws -> String {
    var status = stat()
    guard stat(file.path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      throw InputError(place: place, key: key, found: "'\(file.path)'", wanted: "a file that exists")
    }
    // A pipe may never end, nor a device.
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw InputError(
        place: place, key: key, found: "'\(file.path)', which is a device or a pipe", wanted: "a plain file")
    }
    guard status.st_size <= largest_bytes else {
      throw InputError(
        place: place, key: key, found: "'\(file.path)' of \(status.st_size) bytes", wanted: "at most 2 GiB")
    }
    return try digest(of: file.path)
  }

  private static let largest_bytes = 1 << 31

  /// The SHA-256 of a file, in hexadecimal.
  /// - Throws: ``RunFailure``.
  package static func digest(of path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw RunFailure("can't read \(path)") }
    defer { try? handle.close() }
    let digest = SHA256()
    while let block = try handle.read(upToCount: 1 << 20), !block.isEmpty {
      block.withUnsafeBytes { digest.update($0) }
    }
    return SHA256.hexadecimal(digest.finish())
  }
}

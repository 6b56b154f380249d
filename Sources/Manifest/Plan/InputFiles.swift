import Digest
import Foundation
import Support

/// The input files of a study, identified by their SHA-256.
package enum InputFiles {
  /// The hashes of all files that the manifests name.
  /// - Throws: ``InputError`` for a file that does not exist or differs from the manifest's `inputs`;
  ///   ``RunFailure`` for one that cannot be read.
  static func verified(_ manifests: [Manifest], _ document: ManifestDocument) throws -> [String: String] {
    var hashes: [String: String] = [:]
    for manifest in manifests {
      for (key, path) in files(of: manifest) where hashes[path] == nil {
        hashes[path] = try hash(path, key: key, document)
      }
    }
    for (path, expected) in manifests.first?.inputs ?? [:] {
      let place = document.place(of: "inputs")
      guard let actual = hashes[path] else {
        throw InputError(
          place: place, key: "inputs", found: "'\(path)', which the study does not use",
          wanted: "the study's own input files")
      }
      guard actual == expected else {
        throw InputError(
          place: place, key: "inputs", found: "\(path) with SHA-256 \(actual)", wanted: expected,
          message: "the file has changed since the study was planned")
      }
    }
    return hashes
  }

  private static func files(of manifest: Manifest) -> [(key: String, path: String)] {
    guard let simulation = manifest.simulated else { return [] }
    var files: [(String, String)] = []
    if case .file(let path) = simulation.system.structure { files.append(("system.structure", path)) }
    switch simulation.potential {
    case .forceField(.file(let path)): files.append(("potential", path))
    case .forceField(.builtIn): break
    case .nep(let path): files.append(("potential.nep", path))
    }
    return files
  }

  private static func hash(_ path: String, key: String, _ document: ManifestDocument) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
      throw InputError(
        place: document.place(of: key), key: key, found: "'\(path)'", wanted: "a file that exists")
    }
    return try digest(of: path)
  }

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

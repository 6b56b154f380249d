import Digest
import Foundation
import Manifest
import Support

/// The manifests of a study: `study.yaml`, and those that it had before it grew, `study-1.yaml` and on.
///
/// Runs are numbered by the manifest that first lists them, so that they keep their indices and folders.
struct StudyManifests {
  /// The study's directory.
  let study: String

  var newest: String { "\(study)/\(StudyDirectory.manifestName)" }

  var exist: Bool { FileManager.default.fileExists(atPath: newest) }

  /// - Parameter number: from 1.
  private func earlier(_ number: Int) -> String { "\(study)/study-\(number).yaml" }

  /// The runs of all manifests, with the keys of the newest.
  /// - Throws: ``InputError`` for a manifest that can't be read or is not the one that the newest names.
  func plan() throws -> StudyPlan {
    // What can't be read is said by the reader.
    if let data = FileContents.own(newest, most: YAMLBounds.bytes) {
      try ManifestSeal.content(of: data, at: newest)
    }
    let newest = try StudyPlan(opening: newest)
    guard !newest.manifest.earlier.isEmpty else { return newest }
    var plan: StudyPlan?
    for (index, digest) in newest.manifest.earlier.enumerated() {
      let path = earlier(index + 1)
      try check(path, digest)
      let older = try StudyPlan(opening: path)
      plan = try plan.map { try grown($0, by: older, at: path) } ?? older
    }
    let whole = try plan.map { try grown($0, by: newest, at: self.newest) } ?? newest
    return try whole.following(newest.manifest.earlier)
  }

  private func check(_ path: String, _ digest: String) throws {
    let data: Data
    do { data = try FileContents.read(path, most: YAMLBounds.bytes) } catch {
      throw InputError(
        place: SourcePlace(file: path), key: "earlier", found: error.reason,
        wanted: "the manifest that the study had before it grew")
    }
    let found = SHA256.hexadecimal(of: String(decoding: data, as: UTF8.self))
    guard found == digest else {
      throw InputError(
        place: SourcePlace(file: path), key: "earlier", found: "SHA-256 \(found)",
        wanted: "\(digest), as study.yaml has it", message: "the file has changed since the study grew")
    }
  }

  /// The text of a manifest as it is written.
  static func text(_ plan: StudyPlan) -> Data {
    let yaml = plan.resolvedYAML
    return Data((plan.manifest.imported == nil ? ManifestSeal.sealed(yaml) : yaml).utf8)
  }

  /// Whether the newest manifest is that of a plan, also where an older version wrote it.
  func hold(_ plan: StudyPlan) -> Bool {
    // A damaged one is another.
    guard let data = FileContents.own(newest, most: YAMLBounds.bytes),
      let content = try? ManifestSeal.content(of: data, at: newest)
    else { return false }
    return content == Data(plan.resolvedYAML.utf8)
  }

  private func grown(_ plan: StudyPlan, by newer: StudyPlan, at path: String) throws -> StudyPlan {
    do { return try plan.grown(by: newer).plan } catch let conflict as GrowthConflict {
      throw InputError(
        place: SourcePlace(file: path), key: conflict.differences.first?.key,
        found: conflict.differences.map(\.description).joined(separator: "; "),
        wanted: "what the study's earlier manifests have")
    }
  }

  /// Keeps the newest manifest as an earlier one.
  /// - Returns: the SHA-256 of all earlier manifests.
  func keepNewest(after digests: [String]) throws -> [String] {
    let data: Data
    do { data = try FileContents.read(newest, most: YAMLBounds.bytes) } catch {
      throw RunFailure("can't read \(newest): \(error.reason)")
    }
    try AtomicFile.write(data, to: earlier(digests.count + 1))
    return digests + [SHA256.hexadecimal(of: String(decoding: data, as: UTF8.self))]
  }
}

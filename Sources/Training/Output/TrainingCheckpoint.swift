import Digest
import Foundation
import Support

/// Where a training is: its state with the digest of what it belongs to.
struct TrainingCheckpoint: Codable {
  /// Of recipe, data and initial model.
  let input: String
  let state: TrainingState

  /// - Parameter inputs: digests of the training, among them those of older versions.
  /// - Returns: nil where there is none.
  /// - Throws: ``InputError`` for a damaged file, and for one of another training.
  static func load(_ path: String, inputs: [String]) throws -> TrainingState? {
    guard FileKind(at: path) != nil else { return nil }
    let data: Data
    do { data = try FileContents.read(path, most: 1 << 32) } catch {
      throw InputError(place: SourcePlace(file: path), message: error.reason)
    }
    let remedy = "remove it to train from the start"
    guard let end = data.firstIndex(of: 10) else { throw damaged(path, remedy) }
    let (digest, content) = (data[..<end], data[(end + 1)...])
    guard String(decoding: digest, as: UTF8.self) == Self.digest(Data(content)),
      let checkpoint = try? JSONDecoder().decode(TrainingCheckpoint.self, from: Data(content))
    else { throw damaged(path, remedy) }
    guard inputs.contains(checkpoint.input) else {
      throw InputError(
        place: SourcePlace(file: path), found: "a training of other settings, data or base",
        wanted: "the same as before, or another --output", message: remedy)
    }
    return checkpoint.state
  }

  private static func damaged(_ path: String, _ remedy: String) -> InputError {
    InputError(
      place: SourcePlace(file: path), found: "a damaged checkpoint", wanted: "a whole one", message: remedy)
  }

  /// - Throws: ``FileError``.
  func write(to path: String) throws {
    let content = try fileJSON(self)
    try AtomicFile.write(Data((Self.digest(content) + "\n").utf8) + content, to: path)
  }

  private static func digest(_ data: Data) -> String {
    let hash = SHA256()
    data.withUnsafeBytes { hash.update($0) }
    return SHA256.hexadecimal(hash.finish())
  }
}

import Foundation
import Support
import Yams

/// A manifest as a tree of YAML nodes, in which a sweep replaces values.
package struct ManifestDocument {
  /// The name of the file in messages.
  package let file: String
  package var node: Node

  package var root: ManifestValue { ManifestValue(node: node, path: "", file: file) }

  /// - Parameter node: a mapping that stands in a file, such as a manifest within another one.
  package init(node: Node, file: String) {
    self.node = node
    self.file = file
  }

  /// - Throws: ``InputError`` for a text that is not a YAML mapping.
  package init(yaml: String, file: String) throws {
    self.file = file
    try YAMLBounds.check(yaml, file: file)
    do {
      guard let node = try Yams.compose(yaml: yaml), case .mapping = node else {
        throw InputError(place: SourcePlace(file: file, line: 1), wanted: "a mapping with the key 'system'")
      }
      self.node = node
    } catch let error as YamlError {
      throw Self.inputError(error, file: file)
    }
  }

  /// - Throws: ``InputError`` for a file that cannot be read as text.
  package init(contentsOf path: String) throws {
    let data: Data
    do { data = try FileContents.read(path, most: YAMLBounds.bytes) } catch {
      let exists = FileManager.default.fileExists(atPath: path)
      throw InputError(
        place: SourcePlace(file: path),
        message: exists ? "can't be read: \(error.reason)" : "there is no such file")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw InputError(place: SourcePlace(file: path), wanted: "text in UTF-8")
    }
    try self.init(yaml: text, file: path)
  }

  private static func inputError(_ error: YamlError, file: String) -> InputError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let text = [context?.text, problem].compactMap { $0 }.joined(separator: " ")
      return InputError(
        place: SourcePlace(file: file, line: mark.line, column: mark.column), message: "not YAML: \(text)")
    case .duplicatedKeysInMapping(let keys, let context):
      return InputError(
        place: SourcePlace(file: file, line: context.mark.line, column: context.mark.column),
        key: keys.joined(separator: ", "), found: "the key more than once", wanted: "each key once")
    case .reader(let problem, _, _, _):
      return InputError(place: SourcePlace(file: file), message: "not YAML: \(problem)")
    default: return InputError(place: SourcePlace(file: file), message: "not YAML: \(error)")
    }
  }
}

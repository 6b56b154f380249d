import Crystal
import ManifestFormat
import Model
import Support
import Yams

/// The names that a manifest may give instead of a path.
package enum BuiltIns {
  /// Conventional cells that come with the program.
  package static let structures = BuiltInStructure.names
  /// Those of them that have a composition.
  package static let families = BuiltInStructure.families
  /// Parameter sets that come with the program.
  package static let potentials = [ForceFieldFile.builtInName]
  /// Machine-learned potentials that come with the program. A study gets copies of their files.
  package static let models = BuiltInModels.names
  /// All of them that a study keeps by name.
  package static let names = structures + potentials
}

/// The source of an input: built in, by name, or a file.
package enum InputSource: Equatable, Sendable {
  case builtIn(String)
  case file(InputFile)

  /// The name, as the manifest writes it.
  package var text: String {
    switch self {
    case .builtIn(let name): name
    case .file(let file): file.name
    }
  }

  /// The name of what is built in, or the absolute path of a file.
  package var location: String {
    switch self {
    case .builtIn(let name): name
    case .file(let file): file.path
    }
  }
}

extension ManifestValue {
  /// A known name, or a path to a file; a relative path is relative to the manifest's folder.
  ///
  /// A text with a slash or with one of `endings`, or a name that says what the file is, is a path. Whether the file
  /// exists is checked when the inputs are hashed.
  package func inputSource(
    _ what: String, known: [String], endings: [String], isFileName: (String) -> Bool = { _ in false }
  ) throws -> InputSource {
    let ends = endings.joined(separator: ", ")
    let wanted = "\(what): \(known.joined(separator: ", ")), or a path to a \(ends) file"
    let text = try string(wanted: wanted)
    if known.contains(text) { return .builtIn(text) }
    let isPath =
      text.contains("/") || endings.contains { text.lowercased().hasSuffix($0) } || isFileName(text)
    guard isPath else {
      throw error(wanted: wanted, message: nearest(to: text, among: known).map { "did you mean '\($0)'?" })
    }
    return .file(InputFile(text, at: self))
  }
}

extension ManifestKind where Value == InputSource {
  /// - Parameter values: for the reference page.
  package static func inputSource(
    _ what: String, known: [String], endings: [String],
    isFileName: @escaping @Sendable (String) -> Bool = { _ in false }, values: String
  ) -> Self {
    ManifestKind(
      values,
      read: { try $0.inputSource(what, known: known, endings: endings, isFileName: isFileName) },
      write: { .text($0.text) })
  }
}

import Foundation
import ManifestFormat
import Model
import Support

/// What a potential's file is, by its ending, and without one that tells by its first word.
package enum PotentialFileKind {
  /// Parameters of a classical potential, JSON.
  case parameters
  /// A neuroevolution potential.
  case nep
  /// A `potential.yaml` that names its model.
  case description

  static let endings = [".json", ".txt", ".yaml", ".yml"]
  package static let wanted =
    "a parameter file (.json), a NEP model (its first word is nep3, nep4, …) or a potential.yaml"

  /// - Returns: nil for another text; parameters for a file that can't be read, which is said where it is used.
  init?(path: String) {
    let name = path.lowercased()
    if name.hasSuffix(".json") {
      self = .parameters
    } else if Self.isDescription(path) {
      self = .description
    } else {
      guard let beginning = Self.beginning(of: path) else {
        self = name.hasSuffix(".txt") ? .nep : .parameters
        return
      }
      let word = beginning.drop(while: \.isWhitespace)
      // What is wrong with a .txt that is no model, its reader says.
      if word.hasPrefix("nep") || name.hasSuffix(".txt") {
        self = .nep
      } else if word.hasPrefix("{") {
        self = .parameters
      } else {
        return nil
      }
    }
  }

  /// By the ending alone: no other input of a study is YAML.
  package static func isDescription(_ path: String) -> Bool {
    [".yaml", ".yml"].contains { path.lowercased().hasSuffix($0) }
  }

  /// Nil for what can't be read, and for a pipe, which can be read only once.
  private static func beginning(of path: String) -> String? {
    guard FileKind(at: path) == .file, let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { handle.closeFile() }
    return String(decoding: handle.readData(ofLength: 256), as: UTF8.self)
  }
}

extension PotentialSpecification {
  /// The potential in a file, of whatever kind that is.
  /// - Parameter refuse: makes the error for a file that is no potential, of what is to be added to it.
  /// - Throws: that error, and ``InputError`` for a description that can't be read.
  package init(file: InputFile, refuse: (String?) -> InputError) throws {
    switch PotentialFileKind(path: file.path) {
    case nil: throw refuse(nil)
    case .parameters: self = .forceField(.file(file))
    case .nep:
      self = .nep(file)
      try findDescription()
    case .description:
      guard FileKind(at: file.path) != nil else { throw refuse("there is no \(file.path)") }
      let words = try PotentialDescription(contentsOf: file.path)
      guard !words.nep.isEmpty else {
        throw refuse("\(file.name) names no model: it lacks the key nep")
      }
      // A study copies both into one folder.
      if let other = words.nep.first(where: { $0.contains("/") }) {
        throw refuse("\(file.name) names '\(other)': wanted a file beside it, without a folder")
      }
      var source = NEPSource(words.nep.map(file.beside))
      if let base = words.base {
        source.base = BuiltIns.potentials.contains(base) ? .builtIn(base) : .file(file.beside(base))
      }
      self.init(.nep(source))
      description = file
      try takeDescribedActiveSet()
    }
  }
}

extension PotentialSpecification {
  /// A machine-learned potential that comes with the program.
  /// - Returns: nil for another name.
  /// - Throws: ``InputError`` where a file of the program is missing or damaged.
  package init?(model name: String) throws {
    guard let path = BuiltInModels.description(of: name) else { return nil }
    try self.init(file: InputFile(path: path, name: path)) {
      InputError(
        place: SourcePlace(file: path), found: $0 ?? "a text", wanted: "a file that came with the program",
        message: "install it again")
    }
    description = InputFile(path: path, name: name)
  }

  /// The name of the machine-learned potential of the program that this is.
  var modelName: String? {
    description.flatMap { BuiltIns.models.contains($0.name) ? $0.name : nil }
  }
}

extension InputFile {
  /// A file of the same folder.
  func beside(_ other: String) -> InputFile {
    func join(_ path: String) -> String {
      let folder = (path as NSString).deletingLastPathComponent
      return folder.isEmpty ? other : folder == "/" ? "/\(other)" : "\(folder)/\(other)"
    }
    return InputFile(path: join(path), name: join(name))
  }
}

import Forces
import Foundation
import Manifest
import Model
import NEP
import Support

extension LoadedPotential {
  /// Reads the file of a potential.
  /// - Throws: ``InputError`` that names the file.
  package init(_ potential: PotentialSpecification) throws {
    do {
      switch potential.form {
      case .forceField(let source): self = .forceField(try ForceFieldFile.load(source.location))
      case .driver:
        throw InputError(key: "potential", found: "an engine", wanted: "a potential of this program")
      case .nep(let source):
        self = .nep(
          try source.models.map { try NEPModel.load(path: $0.path) },
          base: try source.base.map { try ForceFieldFile.load($0.location) })
      }
    } catch let error as PotentialError {
      throw InputError(error.description)
    }
  }
}

extension PotentialSpecification {
  /// The potential that an option of the command line names: a built-in one, or a file of any kind.
  /// - Parameters:
  ///   - text: a name, or a path relative to the working directory.
  ///   - option: for messages.
  /// - Throws: ``InputError`` for a file that is not there, or is none of a potential.
  package init(argument text: String, option: String = "--potential") throws {
    if BuiltIns.potentials.contains(text) {
      self = .forceField(.builtIn(text))
      return
    }
    if let model = try Self(model: text) {
      self = model
      return
    }
    let path = absolutePath(text, from: FileManager.default.currentDirectoryPath)
    let known = BuiltIns.potentials + BuiltIns.models
    let wanted = "\(known.joined(separator: ", ")), or \(PotentialFileKind.wanted)"
    guard FileKind(at: path) != nil else {
      throw InputError(
        key: option, found: "'\(text)', which does not exist", wanted: wanted,
        message: nearest(to: text, among: known).map { "did you mean '\($0)'?" })
    }
    try PlainFile.check(path, key: option)
    try self.init(file: InputFile(path: path, name: text)) {
      InputError(key: option, found: "'\(text)'", wanted: wanted, message: $0)
    }
  }
}

import Digest
import Foundation
import SinglePoints
import Support

/// A folder with the input of VASP, CP2K or Quantum ESPRESSO for any frame.
struct EngineTemplate: Sendable {
  let folder: String
  let input: any EngineInput
  /// Files that every frame has a copy of.
  let copied: [String]
  /// SHA-256 of the files that decide on the labels.
  let digest: String

  /// A script that runs the program, where the template has one.
  static let scriptName = "run.sh"

  /// A line of a shell that runs the template's own script; nil where it has none.
  var ownCommand: String? {
    let path = "\(folder)/\(Self.scriptName)"
    return FileManager.default.fileExists(atPath: path) ? "sh \(shellQuoted(path))" : nil
  }

  /// - Throws: ``InputError`` for a folder that is no template of one of the programs, or has results in it.
  init(folder path: String) throws {
    folder = absolutePath(path, from: FileManager.default.currentDirectoryPath)
    guard FileKind(at: folder) != nil else {
      throw InputError(
        key: "--template", found: "'\(path)', which does not exist", wanted: "a folder with an input")
    }
    let names = try folderContents(folder).filter { !$0.hasPrefix(".") && !$0.hasSuffix("~") }.sorted()
    for name in names {
      var isFolder: ObjCBool = false
      let file = "\(folder)/\(name)"
      guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), !isFolder.boolValue else {
        throw InputError(
          place: SourcePlace(file: file), found: "no file", wanted: "files alone in a template")
      }
      try PlainFile.check(file)
      if FrameFolders.results.contains(name) || name.hasSuffix(".out") {
        throw InputError(
          place: SourcePlace(file: file), found: "a result", wanted: "a template without the results of a run"
        )
      }
    }
    let input = try Self.input(names, folder)
    self.input = input
    let others = input.replaced.union([Self.scriptName])
    copied = names.filter { !others.contains($0) }
    let hash = SHA256()
    hash.update("\(input.kind.rawValue)\n")
    // How the program is started does not decide on what it computes.
    for name in names where name != "POSCAR" && name != Self.scriptName {
      hash.update("\(name) \(try FileDigest.of("\(folder)/\(name)"))\n")
    }
    digest = SHA256.hexadecimal(hash.finish())
  }

  /// The program of the template, by its files.
  private static func input(_ names: [String], _ folder: String) throws -> any EngineInput {
    if names.contains(VASPInput.inputName) { return try VASPInput(folder: folder) }
    let texts = names.compactMap { text(named: $0, folder) }
    let cp2k = texts.filter { $0.mentions(CP2KInput.mark) }
    let espresso = texts.filter { $0.text.contains(EspressoInput.mark) }
    switch (cp2k.count, espresso.count) {
    case (1, 0): return try CP2KInput(cp2k[0])
    case (0, 1): return try EspressoInput(espresso[0])
    default:
      let found = (cp2k + espresso).map(\.name)
      throw InputError(
        place: SourcePlace(file: folder), found: found.isEmpty ? "no input" : found.joined(separator: ", "),
        wanted: "INCAR of VASP, one input of CP2K with &FORCE_EVAL, or one of pw.x with ATOMIC_SPECIES")
    }
  }

  /// A text that is small enough for an input; pseudopotentials may name anything.
  private static func text(named name: String, _ folder: String) -> TemplateText? {
    let path = "\(folder)/\(name)"
    guard let data = FileContents.own(path, most: 1 << 20) ?? linked(path) else { return nil }
    return TemplateText(path: path, name: name, text: String(decoding: data, as: UTF8.self))
  }

  private static func linked(_ path: String) -> Data? { try? FileContents.read(path, most: 1 << 20) }
}

import ArgumentParser
import Crystal
import Foundation
import Manifest
import Support

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented manifest to start from, with what was found in a structure.",
    discussion: """
      paddlewheel init na2b12h12-bcc
      paddlewheel init Li3PS4.cif --output li3ps4.yaml
      """)

  @Argument(
    help: ArgumentHelp("Structure file, or name of a built-in structure.", valueName: "file|name"),
    completion: .file())
  var source: String

  @OptionGroup var ions: IonOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("File to write; by default the name of the structure with .yaml.", valueName: "file"),
    completion: .file(extensions: ["yaml"]))
  var output: String?

  @Flag(help: "Replace the file where there is one.") var force = false

  func run() throws {
    let isBuiltIn = BuiltIns.structures.contains(source)
    let structure = try isBuiltIn ? Self.builtIn(source) : Self.read(source, ions)
    let stem = ((source as NSString).lastPathComponent as NSString).deletingPathExtension
    let path = output ?? "\(isBuiltIn ? source : stem).yaml"
    if !force, FileManager.default.fileExists(atPath: path) {
      throw InputError(
        place: SourcePlace(file: path), found: "a file",
        wanted: "a new name (--output), or --force to replace it")
    }
    let description = try asInput { try StructureDescription(structure, tolerance_A: 0.01) }
    let manifest = StartingManifest(
      source: isBuiltIn ? source : try Self.path(source, from: path), name: stem, description: description,
      declared: ions)
    try OutputFile.write(manifest.text, to: path)
    print("wrote \(path). Next: paddlewheel plan \(path); paddlewheel run \(path)")
  }

  private static func builtIn(_ name: String) throws -> Structure {
    try asInput {
      try BuiltInStructure(named: name).build(supercell: .identity, composition: nil, seed: 1).structure
    }
  }

  private static func read(_ path: String, _ ions: IonOptions) throws -> Structure {
    let rules = try ions.rules()
    return try asInput {
      try StructureFile.read(path: path, format: nil, options: StructureFile.ReadOptions(rules: rules))
        .realise(supercell: .identity, seed: 1)
    }
  }

  /// Manifests name files relative to themselves.
  private static func path(_ source: String, from manifest: String) throws -> String {
    let here = FileManager.default.currentDirectoryPath
    let folder = (absolutePath(manifest, from: here) as NSString).deletingLastPathComponent
    let file = absolutePath(source, from: here)
    return file.hasPrefix(folder + "/") ? String(file.dropFirst(folder.count + 1)) : file
  }
}

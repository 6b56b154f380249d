import ArgumentParser
import Crystal
import Manifest

struct StructureBuildCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Build a supercell of a built-in structure.")

  @Argument(help: ArgumentHelp("One of \(BuiltIns.structures.joined(separator: ", ")).", valueName: "name"))
  var name: String

  @OptionGroup var options: BuildingOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("File to write; its extension sets the format.", valueName: "file"))
  var output: String

  @Option(parsing: .unconditional, help: ArgumentHelp(formatHelp("of the output"), valueName: "format"))
  var format: String?

  func run() throws {
    let built = try options.build(name)
    let title = built.title
    try writeStructure(built.structure, to: output, title: title, format: format)
    printToStandardError("wrote \(output): \(title), \(built.structure.atomCount) atoms")
  }
}

extension BuiltStructure {
  /// `Na68(BH4)27(NH2)14O13 (x = 0.5185)`
  fileprivate var title: String {
    structure.formula + (composition.map { " (x = \(fixed($0, 4)))" } ?? "")
  }
}

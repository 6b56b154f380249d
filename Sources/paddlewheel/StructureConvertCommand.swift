import ArgumentParser

struct StructureConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Read a structure from one file and write it to another.")

  @Argument(help: ArgumentHelp("The file to read.", valueName: "in"), completion: .file())
  var input: String

  @Argument(help: ArgumentHelp("The file to write; the ending says in which format.", valueName: "out"))
  var output: String

  @OptionGroup var options: SupercellOptions

  func run() throws {
    let structure = try readStructure(input, options)
    try writeStructure(structure, to: output, title: structure.formula)
    printToStandardError("wrote \(output): \(structure.formula), \(structure.atomCount) atoms")
  }
}

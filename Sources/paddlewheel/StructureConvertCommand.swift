import ArgumentParser

struct StructureConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a structure file to another format.")

  @Argument(help: ArgumentHelp("File to read.", valueName: "in"), completion: .file())
  var input: String

  @Argument(help: ArgumentHelp("File to write; its extension sets the format.", valueName: "out"))
  var output: String

  @OptionGroup var options: SupercellOptions

  @OptionGroup var ions: IonOptions

  @Option(parsing: .unconditional, help: ArgumentHelp(formatHelp("of the file to read"), valueName: "format"))
  var inputFormat: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp(formatHelp("of the file to write"), valueName: "format"))
  var format: String?

  func run() throws {
    let structure = try readStructure(input, options, ions: ions, format: inputFormat)
    try writeStructure(structure, to: output, title: structure.formula, format: format)
    printToStandardError("wrote \(output): \(structure.formula), \(structure.atomCount) atoms")
  }
}

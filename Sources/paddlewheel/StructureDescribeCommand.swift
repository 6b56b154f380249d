import ArgumentParser
import Crystal
import Foundation
import Manifest
import Support

struct StructureDescribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Describe a structure: formula, space groups, densities, shortest distances.")

  @Argument(
    help: ArgumentHelp("Structure file, or name of a built-in structure.", valueName: "file|name"),
    completion: .file())
  var source: String

  @OptionGroup var options: BuildingOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Distance tolerance of the symmetry search, Å; 0.01 by default.", valueName: "Å"),
    transform: decimalOption)
  var tolerance = 0.01

  @Option(parsing: .unconditional, help: ArgumentHelp(formatHelp("of the file"), valueName: "format"))
  var format: String?

  @OptionGroup var ions: IonOptions

  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let report = try makeReport()
    if json { try printJSON(report) } else { print(textTable(report.rows)) }
  }

  private func makeReport() throws -> StructureReport {
    guard BuiltIns.structures.contains(source) else {
      let isPath = source.contains("/") || source.contains(".")
      guard isPath || FileManager.default.fileExists(atPath: source) else {
        throw InputError(
          found: "'\(source)'",
          wanted: "the path of a file or one of \(BuiltIns.structures.joined(separator: ", "))")
      }
      guard options.composition == nil else {
        throw InputError(
          found: "--composition with the file \(source)", wanted: "a built-in structure with --composition")
      }
      let structure = try readStructure(source, options.choices, ions: ions, format: format)
      return StructureReport(description: try describe(structure))
    }
    let entry = try asInput { try BuiltInStructure(named: source) }
    let built = try options.build(source)
    return StructureReport(
      name: source, title: entry.title, composition: built.composition, constructed: entry.constructions,
      description: try describe(built.structure))
  }

  private func describe(_ structure: Structure) throws -> StructureDescription {
    try asInput { try StructureDescription(structure, tolerance_A: tolerance) }
  }
}

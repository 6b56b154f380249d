import ArgumentParser
import Crystal
import Foundation
import Manifest
import Selection
import Support

struct StructureRattleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rattle",
    abstract:
      "Make distorted copies of structures for training a potential: volumes, strains, displaced atoms.",
    discussion: """
      Of each structure there are as many copies as volumes times displacements times --copies. Centres of ions go with the cell; \
      ions are not deformed by it. Copies with atoms too near each other are made anew, and left out after 20 attempts.
      """)

  @Argument(
    help: ArgumentHelp("Structure files, or names of built-in structures.", valueName: "file|name"),
    completion: .file())
  var sources: [String]

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("extXYZ file for the copies.", valueName: "file"), completion: .file())
  var output: String

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Standard deviations of displacements along each axis, Å.", valueName: "0.02,0.05"))
  var displacement = "0"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Standard deviation of each component of a symmetric strain.", valueName: "0.012"),
    transform: decimalOption)
  var strain = 0.0

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Changes of the volume.", valueName: "-8%,-4%,0,4%"))
  var volume = "0"

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Copies of each volume and displacement.", valueName: "n"))
  var copies = 1

  @OptionGroup var options: BuildingOptions

  @OptionGroup var ions: IonOptions

  func run() throws {
    try OutputFile.refuse([output], replacing: sources)
    let recipe = try DistortionRecipe(
      displacements_A: try numbers(displacement, "--displacement", "numbers in Å such as 0.02,0.05"),
      strain: strain,
      volumeChanges: try numbers(volume, "--volume", "changes such as -8%,0,4%"), copies: copies,
      seed: options.choices.seed)
    let structures = try sources.map {
      BuiltIns.structures.contains($0)
        ? try options.build($0).structure : try readStructure($0, options.choices, ions: ions)
    }
    for (source, structure) in zip(sources, structures) {
      // Of a structure that is no good every copy would be refused.
      do { try structure.checkOverlaps(recipe.limits) } catch let error as StructureError {
        throw InputError(place: SourcePlace(file: source), message: error.description)
      }
    }
    var (made, givenUp) = (0, 0)
    try OutputFile.write(to: output) { write in
      for (index, (source, structure)) in zip(sources, structures).enumerated() {
        givenUp += try recipe.forEach(of: structure, number: index) { copy in
          try write(Data(copy.structure.extXYZ(info: copy.info(source: source, recipe: recipe)).utf8))
          made += 1
        }
      }
      guard made > 0 else {
        throw InputError(
          key: "--displacement", found: "\(displacement), --strain \(strain), --volume \(volume)",
          wanted: "less: in every copy atoms are too near each other")
      }
    }
    printToStandardError("wrote \(output): \(made) copies of \(structures.count) structures")
    if givenUp > 0 {
      printToStandardError(
        "warning: \(givenUp) copies left out: atoms were too near each other in 20 attempts")
    }
  }

  /// A list of numbers; `4%` is 0.04.
  private func numbers(_ text: String, _ option: String, _ wanted: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map { item in
      let word = item.trimmingCharacters(in: .whitespaces)
      let isPercent = word.hasSuffix("%")
      guard let value = decimalNumber(isPercent ? String(word.dropLast()) : word) else {
        throw InputError(key: option, found: "'\(word)'", wanted: wanted)
      }
      return isPercent ? value / 100 : value
    }
  }
}

extension StructureRattleCommand: FileProducing {}

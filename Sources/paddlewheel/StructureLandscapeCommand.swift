import ArgumentParser
import Crystal
import Foundation
import Manifest
import StructureScience

struct StructureLandscapeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "landscape",
    abstract: "The energy of a cation around one isolated anion, against distance and direction.",
    discussion: """
      Open boundaries, plain Coulomb, the force field's pairs and bonds; the anion rigid, and relaxed about the cation. Prints \
      the lowest minimum, the next one and the saddle between them; --output writes every direction at its best distance, and \
      the energy against distance towards the minimum.
      """)

  @Argument(
    help: ArgumentHelp(
      "A file, or the name of a built-in structure, that holds the anion.", valueName: "file|name"),
    completion: .file())
  var source: String

  @OptionGroup var options: SupercellOptions

  @Option(help: "The anion's formula; by default the structure's only one of several atoms.")
  var anion: String?

  @Option(help: "The cation's element; by default the structure's only one.") var cation: String?

  @Option(help: ArgumentHelp("A parameter file; by default the built-in potential.", valueName: "file"))
  var potential: String?

  @Option(help: "Directions, spread evenly over the sphere.") var directions = 2000

  @Option(help: ArgumentHelp("CSV with every direction and the profile.", valueName: "file"))
  var output: String?

  @Flag(help: "Print JSON.") var json = false

  func validate() throws {
    guard (100...100_000).contains(directions) else {
      throw ValidationError("--directions: found \(directions), wanted 100 to 100000")
    }
  }

  func run() throws {
    let structure =
      BuiltIns.structures.contains(source)
      ? try asInput {
        try buildStructure(named: source, supercell: options.supercell ?? .identity, seed: options.seed)
      }
      : try readStructure(source, options)
    let landscape = try Landscape(
      of: structure, anion: anion, cation: cation, potential: potential, directions: directions)
    if let output { try landscape.writeCSV(to: output) }
    if json { try printJSON(landscape.summary) } else { print(textTable(landscape.summary.rows)) }
  }
}

extension LandscapeSummary {
  var rows: [[String]] {
    [
      [
        "anion", "cation", "form", "site", "distance / Å", "energy / eV", "next minimum", "saddle",
        "barrier / meV",
      ]
    ]
      + forms.map { form in
        [
          anion, cation, form.form, form.site, fixed(form.distance_A, 3), fixed(form.energy_eV, 3),
          form.nextSite.map { "\($0), \(fixed(form.nextEnergy_eV, 3)) eV" } ?? "–", form.saddleSite ?? "–",
          fixed(form.barrier_eV.map { 1000 * $0 }, 0),
        ]
      }
  }
}

import ArgumentParser
import Crystal
import Forces
import Foundation
import Manifest
import SinglePoints
import StructureScience

struct StructureLandscapeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "landscape",
    abstract: "Compute the energy of a cation around one isolated anion, by distance and direction.",
    discussion: """
      Open boundaries, Coulomb interactions without cutoff, pairs and bonds of the force field; with the anion rigid, and \
      relaxed around the cation. Prints the global minimum, the next minimum and the saddle point between them; --output \
      writes the minimum in each direction, and the energy by distance towards the global minimum.
      """)

  @Argument(
    help: ArgumentHelp(
      "Structure file or name of a built-in structure with the anion.", valueName: "file|name"),
    completion: .file())
  var source: String

  @OptionGroup var options: SupercellOptions

  @Option(
    parsing: .unconditional,
    help: "Formula of the anion; by default the only polyatomic one of the structure.")
  var anion: String?

  @Option(parsing: .unconditional, help: "Element of the cation; by default the only one of the structure.")
  var cation: String?

  @OptionGroup var potential: PotentialOptions

  @Option(parsing: .unconditional, help: "Number of directions, evenly distributed over the sphere.")
  var directions = 2000

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("CSV file for the directions and the profile.", valueName: "file"))
  var output: String?

  @OptionGroup var ions: IonOptions

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
      : try readStructure(source, options, ions: ions)
    let landscape = try Landscape(
      of: structure, anion: anion, cation: cation, potential: LoadedPotential(potential.specification()),
      directions: directions)
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

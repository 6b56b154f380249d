import ArgumentParser
import Crystal
import Forces
import Foundation
import Manifest
import SinglePoints
import StructureScience
import Support

struct StructurePhononsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phonons",
    abstract: "Compute phonon frequencies and the free energy of a structure by finite displacements.",
    discussion: """
      Relaxes the atoms (and the cell, with --relax), displaces each atom along each axis, and prints the static energy and \
      the vibrational U, S and F per formula unit at each temperature. The frequencies are those at Γ of the given cell: use a \
      supercell.
      """)

  @Argument(
    help: ArgumentHelp("Structure file, or name of a built-in structure.", valueName: "file|name"),
    completion: .file())
  var source: String

  @OptionGroup var options: BuildingOptions

  @OptionGroup var potential: PotentialOptions

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Temperatures in K, separated by commas.", valueName: "T,…"))
  var temperatures = "300,650"

  @Option(
    parsing: .unconditional, help: "Relaxation of the cell: isotropic, orthorhombic or full; by default none."
  )
  var relax: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("Largest force at the minimum, eV/Å.", valueName: "force"),
    transform: decimalOption)
  var tolerance = 1e-4
  @Option(
    parsing: .unconditional, help: ArgumentHelp("Displacement of each atom, Å.", valueName: "Å"),
    transform: decimalOption)
  var displacement = 0.01

  @Option(parsing: .unconditional, help: ArgumentHelp("CSV file for the frequencies.", valueName: "file"))
  var output: String?

  @OptionGroup var ions: IonOptions

  @Flag(help: "Print JSON, including the frequencies.") var json = false

  func validate() throws {
    guard tolerance > 0, displacement > 0, displacement < 0.2 else {
      throw ValidationError("--tolerance must be above 0, --displacement above 0 and below 0.2 Å")
    }
    let numbers = temperatures.split(separator: ",").map { decimalNumber($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0.map { $0 >= 0 && $0.isFinite } ?? false }) else {
      throw ValidationError("--temperatures: found '\(temperatures)', wanted numbers such as 300,650")
    }
    guard relax.map({ CellShape(rawValue: $0) != nil }) ?? true else {
      throw ValidationError("--relax: found '\(relax ?? "")', wanted isotropic, orthorhombic or full")
    }
  }

  func run() throws {
    let structure =
      BuiltIns.structures.contains(source)
      ? try options.build(source).structure : try readStructure(source, options.choices, ions: ions)
    let phonons = try Phonons(
      of: structure,
      Phonons.Request(
        potential: try LoadedPotential(potential.specification()),
        temperatures_K: temperatures.split(separator: ",").compactMap { decimalNumber($0) },
        tolerance_eV_A: tolerance, displacement_A: displacement,
        cell: relax.flatMap { CellShape(rawValue: $0) }))
    if let output {
      try phonons.writeFrequencies(to: output)
    }
    if json { try printJSON(phonons) } else { print(text(phonons)) }
  }

  private func text(_ p: Phonons) -> String {
    let head = [
      ["formula", p.formula], ["atoms", "\(p.atoms), \(p.formulaUnits) formula units"],
      ["volume", "\(fixed(p.volume_A3, 2)) Å³"],
      ["static energy", "\(fixed(p.staticEnergy_eV, 4)) eV per formula unit"],
      [
        "frequencies",
        "\(fixed(p.frequencies_THz.first, 2)) to \(fixed(p.frequencies_THz.last, 2)) THz",
      ],
      [
        "imaginary",
        p.imaginary == 0
          ? "none" : "\(p.imaginary): not a minimum; the free energy below excludes these modes",
      ],
    ]
    let rows =
      [["T / K", "U / eV", "S / k_B", "F / eV", "static + F / eV"]]
      + p.thermal.map {
        [
          fixed($0.temperature_K, 0), fixed($0.energy_eV, 4), fixed($0.entropy_kB, 3),
          fixed($0.freeEnergy_eV, 4), fixed($0.freeEnergy_eV + p.staticEnergy_eV, 4),
        ]
      }
    return textTable(head) + "\n\n" + textTable(rows)
  }
}

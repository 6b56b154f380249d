import ArgumentParser
import Forces
import Model
import SinglePoints
import Support

struct EnergiesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "energies",
    abstract: "Compute energies, forces and stresses of given frames by any potential, and their errors.",
    discussion: """
      FILE is extXYZ, also packed. Where its frames have reference values (energy, forces or force, stress, or GPUMD's virial), the \
      errors are printed: by system, by element and by kind of ion. Keys joined by + are added: --forces-key forces+d3_forces.
      """)

  @Argument(help: ArgumentHelp("Frames in extXYZ.", valueName: "file"), completion: .file())
  var file: String

  @OptionGroup var potential: PotentialOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("extXYZ file for the frames with the computed values.", valueName: "file"),
    completion: .file())
  var output: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Entry with the reference energy, eV, instead of energy; or none.", valueName: "A+B"))
  var energyKey: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Array of reference forces, eV/Å, instead of forces; or none.", valueName: "A+B"))
  var forcesKey: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Entry with the reference stress, eV/Å³, tension positive, instead of stress; or none.",
      valueName: "A+B"))
  var stressKey: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Entry with the reference virial, eV, −V times the stress, instead of virial; or none.",
      valueName: "A+B"))
  var virialKey: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Active set of the NEP model's training set (.asi): print the extrapolation grade γ of each frame.",
      valueName: "file"), completion: .file())
  var activeSet: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How FILE.asi writes the inverse: rows, as GPUMD and nep_extrapolation have done since March 2025, or columns, as "
        + "they did before."))
  var activeSetOrder = ActiveSetOrder.rows

  @OptionGroup var ions: IonOptions

  @Option(parsing: .unconditional, help: "What is printed: table, json or csv.") var format = EnergiesFormat
    .table

  func run() throws {
    if let output { try OutputFile.refuse([output], replacing: [file]) }
    let potential = try LoadedPotential(potential.specification())
    let grader = try activeSet.map {
      try ExtrapolationGrader(path: $0, order: activeSetOrder, potential: potential)
    }
    let found = try FrameEnergies(
      FrameEnergies.Request(
        path: file, potential: potential,
        keys: try ReferenceKeys(energy: energyKey, forces: forcesKey, stress: stressKey, virial: virialKey),
        rules: try ions.rules(), output: output, grader: grader))
    switch format {
    case .table: print(energiesText(found))
    case .json: try printJSON(found)
    case .csv: print(energiesCSV(found))
    }
    if found.isWhollyOutside {
      printToStandardError(
        "warning: every atom has γ > 1: is the active set that of another model, or written in the other order "
          + "(--active-set-order)?")
    }
    if found.framesWithoutIons > 0 {
      printToStandardError(
        "warning: no ions found in \(found.framesWithoutIons) frames: these count by element only")
    }
  }
}

/// What `energies` prints.
enum EnergiesFormat: String, ExpressibleByArgument, CaseIterable { case table, json, csv }

extension ActiveSetOrder: ExpressibleByArgument {}

import ArgumentParser
import Manifest
import Model
import SinglePoints
import Support

/// `--potential`, with the same values in every command, and its older name for NEP models.
struct PotentialOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "paddlewheel-ff (the default), \(BuiltIns.models.joined(separator: ", ")), a parameter file .json, a NEP model nep.txt, or a potential.yaml that names one.",
      valueName: "name|file"), completion: .file())
  var potential: String?

  @Option(
    parsing: .unconditional, help: ArgumentHelp("NEP model: the same as --potential.", valueName: "file"),
    completion: .file())
  var nep: String?

  func validate() throws {
    guard potential == nil || nep == nil else { throw ValidationError("--potential or --nep, not both") }
  }

  /// - Throws: ``InputError``.
  func specification() throws -> PotentialSpecification {
    if let nep { return try PotentialSpecification(argument: nep, option: "--nep") }
    return try PotentialSpecification(argument: potential ?? ForceFieldFile.builtInName)
  }
}

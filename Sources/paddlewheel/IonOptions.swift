import ArgumentParser
import Crystal
import Manifest

/// Options that say what the ions of a file are.
struct IonOptions: ParsableArguments {
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An ion that the file has, with its charge; may be given several times.", valueName: "PS4=-3"))
  var ion: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "The longest bond of two elements within an ion, Å, or none; may be given several times.",
      valueName: "P-S=2.4"))
  var bond: [String] = []

  /// - Throws: ``InputError``.
  func rules() throws -> IonRules {
    let declared = try IonDeclarations(ions: ion, bonds: bond)
    return try asInput { try declared.rules() }
  }
}

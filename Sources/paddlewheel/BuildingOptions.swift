import ArgumentParser
import Crystal
import Support

/// Options for the supercell of a structure and its random occupation.
struct SupercellOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Supercell: three integers, or the nine of a matrix by rows, with the new lattice vectors in terms of the old ones.",
      valueName: "n,n,n"), transform: supercellMatrix)
  var supercell: SupercellMatrix?

  @Option(parsing: .unconditional, help: ArgumentHelp("Seed for random placement.", valueName: "n"))
  var seed: UInt64 = 1
}

/// Options for a built-in structure.
struct BuildingOptions: ParsableArguments {
  @OptionGroup var choices: SupercellOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Composition x of a family, 0 to 1; the nearest neutral one is built.", valueName: "x"),
    transform: decimalOption)
  var composition: Double?

  /// - Throws: ``InputError``.
  func build(_ name: String) throws -> BuiltStructure {
    try asInput {
      try BuiltInStructure(named: name).build(
        supercell: choices.supercell ?? .identity, composition: composition, seed: choices.seed)
    }
  }
}

private func supercellMatrix(_ text: String) throws -> SupercellMatrix {
  let wanted = ValidationError("wanted three integers such as 3,3,3, or the nine of a matrix")
  let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map {
    Int($0.trimmingPrefix { $0 == " " })
  }
  let whole = numbers.compactMap { $0 }
  guard whole.count == numbers.count, whole.count == 3 || whole.count == 9 else { throw wanted }
  do {
    if whole.count == 3 { return try SupercellMatrix(diagonal: whole) }
    return try SupercellMatrix(rows: stride(from: 0, to: 9, by: 3).map { Array(whole[$0..<($0 + 3)]) })
  } catch {
    throw ValidationError("\(error)")
  }
}

/// A decimal number; Swift's own parser also takes `0x10`, `inf` and `nan`.
func decimalOption(_ text: String) throws -> Double {
  guard let value = decimalNumber(text) else { throw ValidationError("found '\(text)', wanted a number") }
  return value
}

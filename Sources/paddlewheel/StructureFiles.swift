import Crystal
import Support

/// Reads a structure file, and builds the supercell and the random occupation of partially occupied sites.
/// - Throws: ``InputError``.
func readStructure(
  _ path: String, _ options: SupercellOptions, ions: IonOptions = IonOptions(), format: String? = nil
) throws -> Structure {
  let rules = try ions.rules()
  return try asInput {
    try StructureFile.read(
      path: path, format: format.map { try StructureFormat(name: $0) },
      options: StructureFile.ReadOptions(rules: rules)
    ).realise(supercell: options.supercell ?? .identity, seed: options.seed)
  }
}

/// Writes a structure in a format, or in the one of the file's extension.
/// - Throws: ``InputError`` for an unknown extension; ``RunFailure`` where the file can't be written.
func writeStructure(_ structure: Structure, to path: String, title: String, format: String?) throws {
  if FileKind(at: path) == .folder {
    throw InputError(place: SourcePlace(file: path), found: "a directory", wanted: "a file to write to")
  }
  let format = try asInput { try format.map { try StructureFormat(name: $0) } ?? StructureFormat(path: path) }
  do {
    try StructureFile.write(structure, to: path, format: format, title: title)
  } catch let error as StructureError {
    throw RunFailure(error.description)
  }
}

/// Turns a `StructureError` of a structure that the user has given into an ``InputError``.
func asInput<T>(_ body: () throws -> T) throws -> T {
  do { return try body() } catch let error as StructureError { throw InputError(error.description) }
}

func formatHelp(_ what: String) -> String {
  let names = StructureFormat.allCases.map(\.rawValue).joined(separator: ", ")
  return "Format \(what), one of \(names); by default that of the extension."
}

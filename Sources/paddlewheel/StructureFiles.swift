import Crystal
import Foundation
import Study

/// Reads a structure, of which the options may want a supercell; the ending of the file's name says in which
/// format it is.
/// - Throws: ``InputError``.
func readStructure(_ path: String, _ options: SupercellOptions) throws -> Structure {
  try asInput {
    try checkEnding(path)
    return try ExtXYZ(contentsOf: URL(fileURLWithPath: path)).structure
      .supercell(options.supercell ?? .identity)
  }
}

/// Writes a structure in the format of the ending.
/// - Throws: ``InputError`` for an ending that is not known; ``RunFailure`` where it can't be written.
func writeStructure(_ structure: Structure, to path: String, title: String) throws {
  try asInput { try checkEnding(path) }
  do {
    try structure.writeExtXYZ(to: URL(fileURLWithPath: path), info: ["title": title])
  } catch let error as StructureError {
    throw RunFailure(error.description)
  }
}

private func checkEnding(_ path: String) throws {
  guard path.lowercased().hasSuffix(".extxyz") else {
    throw StructureError.value(name: path, found: "an unknown ending", wanted: "a file named ….extxyz")
  }
}

/// What is wrong with a structure that the user gave is wrong with the input.
func asInput<T>(_ body: () throws -> T) throws -> T {
  do { return try body() } catch let error as StructureError { throw InputError(error.description) }
}

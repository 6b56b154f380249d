import Foundation
import Support

/// An error in a structure, or in the file it comes from.
public enum StructureError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A file that can't be read or written; `reason` is the operating system's.
  case file(path: String, reason: String)
  /// A malformed file; `line` counts from 1.
  case malformed(file: String, line: Int, problem: String)
  /// No built-in structure has this name.
  case unknownBuiltIn(name: String, known: [String])
  /// Two atoms closer than allowed. `imageShift` is the second atom's cell relative to the first's.
  case overlap(
    first: Int, firstElement: String, second: Int, secondElement: String, imageShift: SIMD3<Int32>,
    distance_A: Double, limit_A: Double)
  /// More atoms than a cell holds; `least_A3` is the smallest volume that is searched for overlaps.
  case crowded(atoms: Int, volume_A3: Double, least_A3: Double)
  /// A cell that is too thin or too large.
  case cell(problem: String)
  /// A position that is not a finite number.
  case notFinite(atom: Int)
  /// Not three rows of three integers with a positive determinant.
  case supercell(rows: [[Int]], problem: String)
  /// Atoms bonded to their own periodic image: a network, not a molecule.
  case endlessMolecule(atom: Int, element: String)
  /// Many atoms given as one molecule are not bonded to each other.
  case brokenMolecule(molecule: Int, atom: Int, element: String)
  /// The boron atoms of a molecule don't form an icosahedron.
  case notIcosahedral(molecule: Int, problem: String)
  /// No distribution over the disordered sites makes the supercell neutral.
  case notNeutral(name: String, charge: Int)
  /// An average structure that can't be realised as whole atoms; `name` is its file's or its own.
  case disorder(name: String, problem: String)
  /// An ion that is declared and not there, or whose charge contradicts the file's.
  case declared(found: String, wanted: String)
  /// A value outside its range.
  case value(name: String, found: String, wanted: String)

  /// One line: what was found and what was expected.
  public var description: String { visible(text) }

  private var text: String {
    switch self {
    case .file(let path, let reason):
      return "\(path): \(reason)"
    case .malformed(let file, let line, let problem):
      return "\(file):\(line): \(problem)"
    case .unknownBuiltIn(let name, let known):
      return "no built-in structure is named \(name); there are \(known.joined(separator: ", "))"
    case .overlap(let i, let elementI, let j, let elementJ, let shift, let distance, let limit):
      let image =
        shift == SIMD3<Int32>() ? "" : " in the cell (\(shift.x), \(shift.y), \(shift.z)) away"
      return """
        atoms overlap: \(elementI) (atom \(i)) and \(elementJ) (atom \(j))\(image) are \
        \(threeDecimals(distance)) Å apart; wanted at least \(threeDecimals(limit)) Å
        """
    case .crowded(let atoms, let volume, let least):
      return """
        atoms overlap: \(atoms) atoms in \(String(format: "%.3g", volume)) Å³; wanted at least \
        \(String(format: "%.3g", least)) Å³
        """
    case .cell(let problem):
      return problem
    case .notFinite(let atom):
      return "the position of atom \(atom) is not a finite number"
    case .supercell(let rows, let problem):
      return "supercell \(rows): \(problem)"
    case .endlessMolecule(let atom, let element):
      return """
        \(element) (atom \(atom)) is bonded to its own periodic image; wanted molecules that end
        """
    case .brokenMolecule(let molecule, let atom, let element):
      return """
        molecule \(molecule): \(element) (atom \(atom)) is bonded to none of its other atoms; \
        wanted one connected molecule
        """
    case .notIcosahedral(let molecule, let problem):
      return "molecule \(molecule): \(problem); wanted an icosahedron of twelve B"
    case .notNeutral(let name, let charge):
      return "\(name): no filling of the disordered sites is neutral (nearest total charge \(charge))"
    case .disorder(let name, let problem):
      return "\(name): \(problem)"
    case .declared(let found, let wanted):
      return "ions: found \(found), wanted \(wanted)"
    case .value(let name, let found, let wanted):
      return "\(name): found \(found), wanted \(wanted)"
    }
  }
}

import Crystal
import Foundation
import Trajectory

/// The atoms of a trajectory that does not name them, from `--elements` or from a structure file.
enum TopologyFile {
  private static let mostAtoms = 100_000_000

  /// - Parameters:
  ///   - path: of the trajectory.
  ///   - count: its atoms.
  ///   - warnings: is appended to.
  /// - Throws: `TrajectoryProblem` where nothing names the atoms, or another number of them.
  static func atoms(
    for path: String, count: Int, _ hints: ImportHints, _ warnings: inout [String]
  ) throws -> ImportedAtoms {
    var labels = [AtomLabel](repeating: AtomLabel(), count: count)
    if let topology = hints.topology {
      labels = try self.labels(topology, hints, &warnings)
      guard labels.count == count else {
        throw TrajectoryProblem(
          file: path, found: "\(count) atoms", wanted: "\(labels.count), as in \(topology)")
      }
    } else {
      guard case .inOrder = hints.elements else {
        throw TrajectoryProblem(
          file: path, found: "\(count) atoms without names",
          wanted: "a structure file with them, as --topology POSCAR, or --elements \"Na*4,B*24,H*24\"")
      }
    }
    let file = hints.topology ?? path
    let named = try NamedAtoms(labels, hints, file: file) {
      TrajectoryProblem(file: file, found: $0, wanted: $1)
    }
    warnings += named.notes
    return named.atoms(ids: Array(1...count))
  }

  private static func labels(
    _ path: String, _ hints: ImportHints, _ warnings: inout [String]
  ) throws -> [AtomLabel] {
    let name = (path as NSString).lastPathComponent
    switch (name as NSString).pathExtension.lowercased() {
    case "pdb", "ent": return try pdb(path, &warnings)
    case "gro": return try gro(path, &warnings)
    case "data", "lmp": return try StructureFile.elementsOfLAMMPSData(path: path).map { AtomLabel(name: $0) }
    default: break
    }
    if name.uppercased().contains("POSCAR") || name.uppercased().contains("CONTCAR")
      || name.lowercased().hasSuffix(".vasp")
    {
      return try XDATCARParser(try LineReader(path), hints: ImportHints()).header().map {
        AtomLabel(name: $0)
      }
    }
    var own = ImportHints()
    own.mobile = hints.mobile
    let reader = try TrajectoryFormat(path: path).reader(path, name: path, own)
    warnings += reader.warnings
    let atoms = reader.atoms
    return atoms.elements.indices.map {
      AtomLabel(name: atoms.elements[$0], mass: atoms.masses_amu?[$0], charge_e: atoms.charges_e?[$0])
    }
  }

  /// The records ATOM and HETATM of the first model.
  private static func pdb(_ path: String, _ warnings: inout [String]) throws -> [AtomLabel] {
    let lines = try LineReader(path)
    var labels: [AtomLabel] = []
    var isGuess = false
    while let line = try lines.next() {
      if line.hasPrefix("ENDMDL") { break }
      guard line.hasPrefix("ATOM  ") || line.hasPrefix("HETATM") else { continue }
      guard labels.count < mostAtoms else { throw lines.problem("over 10⁸ atoms", wanted: "fewer") }
      let text = Array(line.string)
      let element = columns(text, 76..<78).map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
      let atom = columns(text, 12..<16)
      guard element != nil || atom != nil else {
        throw lines.problem(line.excerpt, wanted: "an atom's name or element")
      }
      isGuess = isGuess || element == nil
      labels.append(AtomLabel(name: element ?? symbol(inName: atom ?? "")))
    }
    guard !labels.isEmpty else { throw lines.problem("no ATOM or HETATM", wanted: "atoms") }
    if isGuess {
      warnings.append("\(path): elements are taken from the names of atoms, for want of columns 77 and 78")
    }
    return labels
  }

  private static func gro(_ path: String, _ warnings: inout [String]) throws -> [AtomLabel] {
    let lines = try LineReader(path)
    _ = try lines.next()
    guard let line = try lines.next(), let count = line.trimmed.integer, (1...mostAtoms).contains(count)
    else {
      throw lines.problem("no number of atoms", wanted: "one in the second line")
    }
    var labels: [AtomLabel] = []
    while labels.count < count, let line = try lines.next() {
      guard let name = columns(Array(line.string), 10..<15) else {
        throw lines.problem(line.excerpt, wanted: "an atom's name in columns 11 to 15")
      }
      labels.append(AtomLabel(name: symbol(inName: name)))
    }
    guard labels.count == count else {
      throw lines.problem("\(labels.count) atoms", wanted: "\(count), as line 2 says")
    }
    warnings.append("\(path): elements are taken from the names of atoms, which is all that a GRO file has")
    return labels
  }

  private static func columns(_ text: [Character], _ range: Range<Int>) -> String? {
    guard text.count > range.lowerBound else { return nil }
    let field = String(text[range.clamped(to: 0..<text.count)]).trimmingCharacters(in: .whitespaces)
    return field.isEmpty ? nil : field
  }

  /// `Na` of `NA1`, `H` of `HB12`; the name itself where it begins with no element.
  private static func symbol(inName name: String) -> String {
    let letters = name.drop(while: \.isNumber).prefix(while: \.isLetter)
    let two = letters.prefix(1).uppercased() + letters.dropFirst().prefix(1).lowercased()
    if letters.count <= 2, Element(symbol: two) != nil { return two }
    let one = letters.prefix(1).uppercased()
    return Element(symbol: one) != nil ? one : name
  }
}

import Support

extension Structure {
  /// The structure as VASP 5's POSCAR with fractional coordinates: atoms by element, in the order in which
  /// the elements first occur, within each element in their own order. The format does not store molecules.
  public func poscar(title: String) -> String {
    var species: [String] = []
    var atoms: [String: [Int]] = [:]
    for (i, element) in isotopeSymbols.enumerated() {
      if atoms[element] == nil { species.append(element) }
      atoms[element, default: []].append(i)
    }
    var lines = [oneLine(title), "1.0"]
    lines += cell.vectors.map { "  \($0.x) \($0.y) \($0.z)" }
    lines.append(species.joined(separator: " "))
    lines.append(species.map { "\(atoms[$0, default: []].count)" }.joined(separator: " "))
    lines.append("Direct")
    for element in species {
      for i in atoms[element, default: []] {
        let s = cell.fractional(positions[i])
        lines.append("  \(s.x) \(s.y) \(s.z) \(element)")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
